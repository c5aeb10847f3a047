// SPDX-License-Identifier: Apache-2.0
#include "server/wire/event_json.hpp"

#include <fmt/format.h>

#include <array>
#include <type_traits>
#include <utility>

#include "server/wire/event_kind.hpp"
#include "server/wire/parts_json.hpp"

namespace hubward::server::wire {
namespace {

// What only this kind of event says.
struct Facts {
    JsonWriter& json;
    const EventSubject& subject;
    std::string_view stream;

    void operator()(const matcher::HubUpserted& e) const {
        json.boolean("active", e.profile.active);
    }
    void operator()(const matcher::CapacityReported& e) const {
        json.text("unit", matcher::name(e.kind));
        json.integer("total", e.total);
        json.text("stated_by", matcher::name(e.source));
        session(e.session);
    }
    void operator()(const matcher::CapacityDecayed& e) const {
        json.text("unit", matcher::name(e.kind));
        json.integer("total", e.total);
        json.integer("declines", e.declines);
        session(e.session);
    }
    void operator()(const matcher::PolicyAdopted& e) const {
        json.integer("policy", e.policy.version);
        place(e.place);
    }
    void operator()(const matcher::ReferralSubmitted& e) const {
        json.text("source", matcher::name(e.source));
        write_needs(json, e.ask, 0xFF);
        write_ask(json, e.ask);
    }
    void operator()(const matcher::Offered& e) const {
        write_needs(json, subject.ask, e.needs);
        write_ask(json, subject.ask);
        json.text("answer_by", time_text(e.answer_by));
        json.integer("distance_metres", e.distance);
        write_score(json, e.score);
        json.integer("considered", e.considered);
        json.integer("policy", e.policy);
        place(e.cited.rules_of);
        session(e.session);
    }
    void operator()(const matcher::GapRecorded& e) const { write_gap(json, subject.ask, e); }
    void operator()(const matcher::Declined& e) const {
        reason(e.reason);
        // The hub was asked for both. That somebody else referred the person too is not told to a practice.
        if (e.duplicate_of && (subject.own_duplicate || !stream.starts_with("practice/"))) {
            json.text("duplicate_of", id_text(e.duplicate_of));
        }
    }
    void operator()(const matcher::OfferCancelled& e) const { reason(e.reason); }
    void operator()(const matcher::HubWithdrew& e) const { reason(e.reason); }
    void operator()(const matcher::Withdrawn& e) const { reason(e.reason); }
    void operator()(const matcher::OutcomeRecorded& e) const {
        need(e.need);
        json.text("outcome", matcher::name(e.outcome));
    }
    void operator()(const matcher::Opened&) const {}
    void operator()(const matcher::Accepted&) const {}
    void operator()(const matcher::OfferExpired&) const {}
    void operator()(const matcher::SupportStarted&) const {}
    void operator()(const matcher::OfferCompleted&) const {}
    void operator()(const matcher::AllNeedsResolved&) const {}
    void operator()(const matcher::DetailsDisclosed&) const {}
    void operator()(const matcher::ChoiceMade& e) const {
        json.boolean("no_digital", e.no_digital);
    }
    void operator()(const matcher::AppointmentBooked& e) const {
        json.text("starts", time_text(e.starts));
        json.text("due", time_text(e.due));
        session(e.session);
    }
    void operator()(const matcher::Attended& e) const { json.text("due", time_text(e.due)); }
    void operator()(const matcher::DidNotAttend& e) const {
        json.integer("times", e.times);
        json.text("due", time_text(e.due));
    }
    void operator()(const matcher::NoContact& e) const {
        json.integer("tries", e.tries);
        json.text("due", time_text(e.due));
    }
    void operator()(const matcher::WaitlistedAtHub& e) const { review(e.review_at); }
    void operator()(const matcher::TransferRequested& e) const { json.text("due", time_text(e.due)); }
    void operator()(const matcher::TransferEnded& e) const { json.text("due", time_text(e.due)); }
    void operator()(const matcher::OfferReminded&) const {}
    void operator()(const matcher::Escalated& e) const {
        json.integer("level", e.level);
        json.text("due", time_text(e.due));
    }
    void operator()(const matcher::ReferralEscalated& e) const {
        json.integer("level", e.level);
        review(e.review_at);
    }
    void operator()(const matcher::ReturnedToReferrer& e) const {
        write_needs(json, subject.ask, e.needs);
        reason(e.reason);
        review(e.review_at);
    }
    void operator()(const matcher::HandedToOwner& e) const {
        write_needs(json, subject.ask, e.needs);
        reason(e.reason);
        json.text("owner", e.owner.view());
        review(e.review_at);
    }
    void operator()(const matcher::OwnerAssigned& e) const { json.text("owner", e.owner.view()); }
    void operator()(const matcher::NeedsReleased& e) const {
        write_needs(json, subject.ask, e.needs);
    }
    void operator()(const matcher::AskNarrowed& e) const {
        json.integer("travel_max_metres", e.travel_max);
        write_access(json, e.access);
    }
    void operator()(const matcher::NeedClosed& e) const {
        need(e.need);
        json.text("outcome", matcher::name(e.outcome));
    }
    void operator()(const matcher::Paused& e) const {
        reason(e.reason);
        review(e.review_at);
    }
    void operator()(const matcher::Resumed&) const {}
    void operator()(const matcher::Reopened& e) const {
        write_needs(json, subject.ask, e.needs);
        json.integer("episode", e.episode);
    }
    void operator()(const matcher::MarkedError&) const {}
    void operator()(const matcher::ReviewOpened& e) const {
        json.text("review", matcher::name(e.what));
    }
    void operator()(const matcher::ReviewClosed& e) const {
        json.text("review", matcher::name(e.what));
    }
    void operator()(const matcher::HubClosed&) const { json.boolean("active", false); }
    void operator()(const matcher::RequirementRelaxed& e) const {
        json.text("requirement", matcher::name(e.what));
        json.integer("after_working_hours", e.after_working_ms / 3'600'000);
        json.integer("policy", e.policy);
        place(e.rules_of);
    }
    void operator()(const matcher::PriceSet& e) const { json.integer("price", e.price); }
    void operator()(const matcher::CareAdopted& e) const { json.integer("care", e.care.version); }
    void operator()(const matcher::CalendarYearSet& e) const { json.integer("year", e.year.year); }

    void operator()(const matcher::ConsentGiven& e) const {
        write_purposes(json, e.consent.purposes);
        json.text("given_by", matcher::name(e.consent.given_by));
        json.text("how", matcher::name(e.consent.how));
        if (e.consent.until != matcher::never) {
            json.text("until", time_text(e.consent.until));
        }
    }
    void operator()(const matcher::ConsentWithdrawn& e) const { write_purposes(json, e.purposes); }
    void operator()(const matcher::ConsentExpired& e) const { write_purposes(json, e.purposes); }
    void operator()(const matcher::Erased&) const {}
    void operator()(const matcher::KeyShredded&) const {}
    void operator()(const matcher::PersonAnswered& e) const {
        need(e.need);
        json.text("outcome", matcher::name(e.outcome));
    }
    void operator()(const matcher::MeasureRecorded& e) const {
        json.text("measure", matcher::name(e.measure));
        json.text("moment", matcher::name(e.moment));
        json.integer("value", e.value);
    }
    void operator()(const matcher::OutcomeDisputed& e) const {
        need(e.need);
        json.text("owner", e.owner.view());
        review(e.review_at);
    }
    void operator()(const matcher::FollowUpEscalated& e) const {
        json.integer("level", e.level);
        review(e.review_at);
    }
    void operator()(const matcher::FollowUpClosed& e) const {
        write_needs(json, subject.ask, e.needs);
    }
    void operator()(const matcher::NeedAdded& e) const { json.text("need", matcher::name(e.need)); }
    void operator()(const matcher::PersonMoved& e) const {
        json.text_unless_empty("place", e.place.view());
    }
    void operator()(const matcher::HouseholdSplit&) const {}
    void operator()(const matcher::OnwardLinked& e) const {
        need(e.need);
        json.text("onward", id_text(e.to_id));
    }
    void operator()(const matcher::SessionPublished& e) const {
        session(e.session);
        json.text("starts", time_text(e.starts));
        json.text("ends", time_text(e.ends));
        write_codes<matcher::Need>(json, "needs", e.needs);
        json.integer("seats", e.seats);
        json.boolean("weekly", e.weekly);
    }
    void operator()(const matcher::SessionCancelled& e) const { session(e.session); }
    void operator()(const matcher::SessionsPlanned& e) const {
        if (e.again_at != matcher::never) {
            json.text("due", time_text(e.again_at));
        }
    }

    // The place whose rules these are; nothing for those of everywhere else.
    void place(const matcher::PlaceCode& code) const {
        if (!code.empty()) {
            json.text("policy_place", code.view());
        }
    }
    void review(matcher::Timestamp at) const { json.text("review_at", time_text(at)); }
    void need(std::uint8_t position) const {
        if (position < subject.ask.need_count) {
            json.text("need", matcher::name(subject.ask.needs[position]));
        }
    }

    void session(matcher::SessionNumber number) const {
        if (number != matcher::no_session) {
            json.integer("session", number);
        }
    }
    void reason(matcher::Reason r) const {
        if (r != matcher::Reason::none) {
            json.text("reason", matcher::name(r));
        }
    }
};

void write_trace(JsonWriter& json, const matcher::TraceId& trace) {
    if (trace) {
        json.text("traceparent", fmt::format("00-{:016x}{:016x}-{:016x}-01", trace.high, trace.low,
                                             trace.low | 1));
    }
}

// Paths on this server, behind which the reader's own rights decide what is shown.
void write_links(JsonWriter& json, const EventSubject& subject) {
    json.open_object("links");
    if (subject.referral) {
        const std::string referral = "/v1/referrals/" + id_text(subject.referral);
        json.text("referral", referral);
        json.text("history", referral + "/history");
    }
    if (subject.ordinal != 0) {
        json.text("offer", "/v1/offers/" + offer_id_text(subject.referral, subject.ordinal));
    }
    if (!subject.hub.slug.empty()) {
        json.text("hub", fmt::format("/v1/hubs/{}", subject.hub.slug));
    }
    json.close_object();
}

template <std::size_t... Index>
std::array<std::string, sizeof...(Index)> all_types(std::index_sequence<Index...>) {
    return {fmt::format("org.hubward.{}.v1",
                        kind_of(matcher::Event(std::in_place_index<Index>)).type)...};
}

}  // namespace

constexpr std::string_view veiled_type = "org.hubward.referral.veiled.v1";

std::span<const std::string> event_types() {
    static const auto types =
        all_types(std::make_index_sequence<std::variant_size_v<matcher::Event>>());
    return types;
}

std::string encode_event(const matcher::Entry& entry, const matcher::Event& event,
                         const EventSubject& subject, std::string_view stream, std::uint64_t seq,
                         matcher::Sequence number, Detail detail) {
    const auto kind = kind_of(event);
    std::string out;
    out.reserve(1024);
    JsonWriter json(out);
    json.open_object();
    json.text("specversion", "1.0");
    json.text("id", std::to_string(number));
    json.text("source", fmt::format("/streams/{}", stream));
    json.text("type", subject.veiled ? veiled_type : std::string_view(event_types()[event.index()]));
    if (subject.referral) {
        json.text("subject", id_text(subject.referral));
    } else if (!subject.hub.slug.empty()) {
        json.text("subject", subject.hub.slug);
    }
    json.text("time", time_text(entry.at));
    json.text("sequence", fmt::format("{:020}", seq));
    write_trace(json, entry.trace);
    json.text("datacontenttype", "application/json");
    // An absolute URI by the rules of CloudEvents, where `source` may be a path. It names the schema and no
    // address: behind which one the reader found this server, it knows best. The rest is a path there.
    json.text("dataschema", "urn:hubward:schemas/EventData.json");
    json.open_object("data");
    if (subject.veiled) {
        json.text("event", "Veiled");
        if (subject.referral) {
            json.text("referral", id_text(subject.referral));
        }
        json.close_object();
        json.close_object();
        return out;
    }
    json.text("event", kind.meaning);
    if (subject.referral) {
        json.text("referral", id_text(subject.referral));
        if (detail != Detail::id) {
            json.text("reference", readable_reference(subject.index));
            json.text_unless_empty("practice", subject.practice.view());
        }
    }
    if (subject.ordinal != 0) {
        json.text("offer", offer_id_text(subject.referral, subject.ordinal));
    }
    if (!subject.hub.slug.empty()) {
        write_hub(json, subject.hub.slug, subject.hub.name);
    }
    if (detail != Detail::id) {
        std::visit(Facts{json, subject, stream}, event);
        json.text("story", story(entry, event, subject));
    }
    if (detail == Detail::full) {
        json.text("by", matcher::name(entry.actor.role));
        write_links(json, subject);
    }
    json.close_object();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire
