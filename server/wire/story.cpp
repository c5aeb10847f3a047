// SPDX-License-Identifier: Apache-2.0
//
// What happened, one plain sentence an event, for the practice and for hub staff.
#include <fmt/format.h>

#include <string>

#include "server/wire/calendar.hpp"
#include "server/wire/event_json.hpp"
#include "server/wire/plain_words.hpp"

namespace hubward::server::wire {
namespace {

struct Teller {
    const matcher::Entry& entry;
    const EventSubject& subject;

    std::string hub() const { return subject.hub.name.empty() ? "the hub" : subject.hub.name; }
    std::string Hub() const { return subject.hub.name.empty() ? "The hub" : subject.hub.name; }

    std::string operator()(const matcher::HubUpserted&) const {
        return Hub() + " updated what it offers.";
    }
    std::string operator()(const matcher::CapacityReported& e) const {
        return fmt::format("{} now has {} {} unit{} in all.", Hub(), e.total,
                           matcher::name(e.kind), e.total == 1 ? "" : "s");
    }
    std::string operator()(const matcher::PolicyAdopted& e) const {
        return fmt::format("Routing policy {} was adopted.", e.policy.version);
    }
    std::string operator()(const matcher::ReferralSubmitted& e) const {
        return fmt::format("Practice {} asked for {}{}.", e.practice.view(),
                           needs_text(e.ask, 0xFF),
                           e.ask.urgency == matcher::Urgency::urgent ? ", urgently" : "");
    }
    std::string operator()(const matcher::Offered& e) const {
        return fmt::format("Offered to {}, answer by {}.", hub(), london_text(e.answer_by));
    }
    std::string operator()(const matcher::GapRecorded& e) const {
        return fmt::format("No hub can serve {} now; the place looks again on {}.",
                           needs_text(subject.ask, e.needs), london_text(e.review_at));
    }
    std::string operator()(const matcher::Opened&) const { return Hub() + " opened the offer."; }
    std::string operator()(const matcher::Accepted&) const { return Hub() + " accepted."; }
    std::string operator()(const matcher::Declined& e) const {
        return fmt::format("{} declined: {}.", Hub(), words(matcher::name(e.reason)));
    }
    std::string operator()(const matcher::OfferExpired&) const {
        return Hub() + " did not answer in time; the offer ended.";
    }
    std::string operator()(const matcher::OfferCancelled& e) const {
        return fmt::format("The offer to {} was taken back{}.", hub(), because(e.reason));
    }
    std::string operator()(const matcher::SupportStarted&) const {
        return Hub() + " started to help.";
    }
    std::string operator()(const matcher::HubWithdrew& e) const {
        return fmt::format("{} gave the person back{}.", Hub(), because(e.reason));
    }
    std::string operator()(const matcher::OutcomeRecorded& e) const {
        const auto need =
            e.need < subject.ask.need_count ? plain(subject.ask.needs[e.need]) : "one need";
        return fmt::format("{} recorded for {}: {}.", Hub(), need, words(matcher::name(e.outcome)));
    }
    std::string operator()(const matcher::OfferCompleted&) const {
        return Hub() + " finished its work.";
    }
    std::string operator()(const matcher::Withdrawn& e) const {
        return fmt::format("The referral was withdrawn{}.", because(e.reason));
    }
    std::string operator()(const matcher::AllNeedsResolved&) const {
        return "Every need has an outcome; the referral is complete.";
    }
    std::string operator()(const matcher::ChoiceMade& e) const {
        return e.no_digital ? "The person chose no digital help." : "The person chose a hub.";
    }
    std::string operator()(const matcher::DetailsDisclosed&) const {
        switch (entry.actor.role) {
            case matcher::Role::hub: return "Hub staff read the person's details.";
            case matcher::Role::practice: return "The practice read the person's details.";
            case matcher::Role::place: return "The place read the person's details.";
            case matcher::Role::ops: return "An operator read the person's details.";
            case matcher::Role::system: return "The system read the person's details.";
        }
        return "The person's details were read.";
    }

    static std::string because(matcher::Reason reason) {
        return reason == matcher::Reason::none ? "" : ": " + words(matcher::name(reason));
    }
};

}  // namespace

std::string story(const matcher::Entry& entry, const matcher::Event& event,
                  const EventSubject& subject) {
    return std::visit(Teller{entry, subject}, event);
}

}  // namespace hubward::server::wire
