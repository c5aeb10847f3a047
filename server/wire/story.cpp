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
        if (e.session != matcher::no_session) {
            return fmt::format("A session of {} now has {} seat{}.", hub(), e.total, e.total == 1 ? "" : "s");
        }
        return fmt::format("{} now has {} {} unit{} in all.", Hub(), e.total,
                           matcher::name(e.kind), e.total == 1 ? "" : "s");
    }
    std::string operator()(const matcher::CapacityDecayed& e) const {
        return fmt::format("{} had no {} unit left; {} count{} until it reports again.", Hub(),
                           matcher::name(e.kind), e.total, e.total == 1 ? "s" : "");
    }
    std::string operator()(const matcher::PolicyAdopted& e) const {
        return e.place.empty() ? fmt::format("Routing policy {} was adopted.", e.policy.version)
                               : fmt::format("Routing policy {} of {} was adopted.", e.policy.version,
                                             e.place.view());
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

    std::string operator()(const matcher::AppointmentBooked& e) const {
        return fmt::format("{} agreed a date with the person: {}.", Hub(), london_text(e.starts));
    }
    std::string operator()(const matcher::Attended&) const { return "The person came."; }
    std::string operator()(const matcher::DidNotAttend& e) const {
        return fmt::format("The person did not come ({}).", times(e.times));
    }
    std::string operator()(const matcher::NoContact& e) const {
        return fmt::format("{} could not reach the person ({}).", Hub(), times(e.tries));
    }
    std::string operator()(const matcher::WaitlistedAtHub& e) const {
        return fmt::format("{} has put the person on its own list until {}.", Hub(),
                           london_text(e.review_at));
    }
    std::string operator()(const matcher::TransferRequested&) const {
        return Hub() + " asks another hub to take over, and stays responsible until then.";
    }
    std::string operator()(const matcher::TransferEnded&) const {
        return "Nobody took over; " + hub() + " goes on.";
    }
    std::string operator()(const matcher::OfferReminded&) const {
        return Hub() + " was reminded to answer.";
    }
    std::string operator()(const matcher::Escalated& e) const {
        return fmt::format("{} has let time pass; {} was told.", Hub(),
                           e.level > 1 ? "the place" : "it");
    }
    std::string operator()(const matcher::ReferralEscalated& e) const {
        return fmt::format("Somebody must look: told for the {}, again on {}.", order(e.level),
                           london_text(e.review_at));
    }
    std::string operator()(const matcher::ReturnedToReferrer& e) const {
        return fmt::format("Back to the practice for {}{}.", needs_text(subject.ask, e.needs),
                           because(e.reason));
    }
    std::string operator()(const matcher::HandedToOwner& e) const {
        return fmt::format("{} of the place looks at {}{}.", e.owner.view(),
                           needs_text(subject.ask, e.needs), because(e.reason));
    }
    std::string operator()(const matcher::OwnerAssigned& e) const {
        return fmt::format("{} of the place looks after the referral.", e.owner.view());
    }
    std::string operator()(const matcher::NeedsReleased& e) const {
        return fmt::format("A person has looked at {}; hubs are asked again.",
                           needs_text(subject.ask, e.needs));
    }
    std::string operator()(const matcher::AskNarrowed&) const {
        return "What the person told the hub makes the search stricter.";
    }
    std::string operator()(const matcher::NeedClosed& e) const {
        const auto need =
            e.need < subject.ask.need_count ? plain(subject.ask.needs[e.need]) : "one need";
        return fmt::format("Ended without a hub for {}: {}.", need, words(matcher::name(e.outcome)));
    }
    std::string operator()(const matcher::Paused& e) const {
        return fmt::format("The referral rests{}; somebody looks again on {}.", because(e.reason),
                           london_text(e.review_at));
    }
    std::string operator()(const matcher::Resumed&) const { return "The referral goes on."; }
    std::string operator()(const matcher::Reopened& e) const {
        return fmt::format("Opened again for {}, episode {}.", needs_text(subject.ask, e.needs),
                           e.episode);
    }
    std::string operator()(const matcher::MarkedError&) const {
        return "The referral was entered in error.";
    }
    std::string operator()(const matcher::ReviewOpened& e) const {
        return fmt::format("Somebody should check what {} states: {}.", hub(),
                           matcher::name(e.what));
    }
    std::string operator()(const matcher::ReviewClosed& e) const {
        return fmt::format("What {} states was checked: {}.", hub(), matcher::name(e.what));
    }
    std::string operator()(const matcher::HubClosed&) const { return Hub() + " has closed."; }
    std::string operator()(const matcher::RequirementRelaxed& e) const {
        return fmt::format("No hub was found in {} working hours; as the person agreed, {} may give way now.",
                           e.after_working_ms / 3'600'000, gives_way(e.what));
    }
    std::string operator()(const matcher::PriceSet& e) const {
        return fmt::format("Planning keeps places at {} for later: asking it costs {} points.", hub(), e.price);
    }
    std::string operator()(const matcher::OnwardLinked& e) const {
        return fmt::format("A referral of its own was made for {}.", need_text(e.need));
    }
    std::string operator()(const matcher::SessionPublished& e) const {
        return fmt::format("{} has a session on {} with {} seats.", Hub(), london_text(e.starts), e.seats);
    }
    std::string operator()(const matcher::SessionCancelled&) const {
        return fmt::format("A session of {} does not take place.", hub());
    }
    std::string operator()(const matcher::SessionsPlanned&) const {
        return fmt::format("The days ahead at {} are planned.", hub());
    }
    std::string operator()(const matcher::CareAdopted& e) const {
        return fmt::format("Rules of care {} were adopted.", e.care.version);
    }
    std::string operator()(const matcher::CalendarYearSet& e) const {
        return fmt::format("The calendar of {} is known.", e.year.year);
    }

    std::string operator()(const matcher::ConsentGiven& e) const {
        return fmt::format("The person agreed to: {}.", purposes_text(e.consent.purposes));
    }
    std::string operator()(const matcher::ConsentWithdrawn& e) const {
        return fmt::format("The person took their consent back: {}.", purposes_text(e.purposes));
    }
    std::string operator()(const matcher::ConsentExpired& e) const {
        return fmt::format("The person's consent has ended: {}.", purposes_text(e.purposes));
    }
    std::string operator()(const matcher::Erased&) const {
        return "The person's details are being destroyed; nobody can read them any more.";
    }
    std::string operator()(const matcher::KeyShredded&) const {
        return "The keys to the person's details are destroyed.";
    }
    std::string operator()(const matcher::PersonAnswered& e) const {
        return fmt::format("The person says about {}: {}.", need_text(e.need),
                           words(matcher::name(e.outcome)));
    }
    std::string operator()(const matcher::MeasureRecorded& e) const {
        return fmt::format("{} recorded {} {}: {} of {}.", Hub(), words(matcher::name(e.measure)),
                           e.moment == matcher::Moment::before ? "at the start" : "at the end",
                           e.value, matcher::scale_max(e.measure));
    }
    std::string operator()(const matcher::OutcomeDisputed& e) const {
        return fmt::format("Hub and person say different things about {}; {} of the place asks both "
                           "by {}.",
                           need_text(e.need), e.owner.view(), london_text(e.review_at));
    }
    std::string operator()(const matcher::FollowUpEscalated& e) const {
        return fmt::format("Nobody has asked hub and person yet: told for the {}, again on {}.",
                           order(e.level), london_text(e.review_at));
    }
    std::string operator()(const matcher::FollowUpClosed& e) const {
        return fmt::format("Hub and person were asked about {}.", needs_text(subject.ask, e.needs));
    }
    std::string operator()(const matcher::NeedAdded& e) const {
        return fmt::format("One more need was found: {}.", plain(e.need));
    }
    std::string operator()(const matcher::PersonMoved&) const {
        return "The person lives elsewhere now; hubs are asked once more from there.";
    }
    std::string operator()(const matcher::HouseholdSplit&) const {
        return "No hub has all that belongs together; it is served apart, as was agreed.";
    }

    std::string need_text(std::uint8_t need) const {
        return std::string(need < subject.ask.need_count ? plain(subject.ask.needs[need])
                                                         : std::string_view("one need"));
    }
    static std::string purposes_text(matcher::PurposeSet purposes) {
        std::string text;
        for (std::size_t i = 0; i < matcher::purposes; ++i) {
            if (purposes.has(static_cast<matcher::Purpose>(i))) {
                text += (text.empty() ? "" : ", ") +
                        words(matcher::name(static_cast<matcher::Purpose>(i)));
            }
        }
        return text;
    }
    static std::string_view gives_way(matcher::Requirement what) {
        switch (what) {
            case matcher::Requirement::language:
                return "the language they prefer";
            case matcher::Requirement::times:
                return "the times at which they are free";
            case matcher::Requirement::travel:
                return "how far they would travel";
        }
        return "";
    }
    static std::string times(unsigned n) {
        return n == 1 ? "once" : n == 2 ? "twice" : fmt::format("{} times", n);
    }
    static std::string order(unsigned n) {
        return n == 1 ? "first time" : n == 2 ? "second time" : n == 3 ? "third time" : fmt::format("{}th time", n);
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
