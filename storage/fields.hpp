// SPDX-License-Identifier: Apache-2.0
//
// What every written struct consists of, field by field, in the order on disk. This list is the
// format: a new field goes to the end of its struct's line, wrapped in a.since(version, …) with the
// record version that brought it (record.hpp); an enumerator, command or event is only ever appended.
#pragma once

#include <concepts>

#include "matcher/command.hpp"
#include "matcher/event.hpp"
#include "matcher/language.hpp"
#include "matcher/limits.hpp"
#include "storage/archive.hpp"

namespace hubward::storage {

// V is T or const T: one overload serves the encoder and the decoder.
template <class V, class T>
concept Of = std::same_as<std::remove_const_t<V>, T>;

// clang-format off
template <> struct CodeRange<matcher::Need> { static constexpr auto last = matcher::Need::assess; };
template <> struct CodeRange<matcher::UnitKind> { static constexpr auto last = matcher::UnitKind::sim; };
template <> struct CodeRange<matcher::Urgency> { static constexpr auto last = matcher::Urgency::urgent; };
template <> struct CodeRange<matcher::ReferralStatus> { static constexpr auto last = matcher::ReferralStatus::unknown; };
template <> struct CodeRange<matcher::OfferStatus> { static constexpr auto last = matcher::OfferStatus::entered_in_error; };
template <> struct CodeRange<matcher::NeedStatus> { static constexpr auto last = matcher::NeedStatus::withdrawn; };
template <> struct CodeRange<matcher::Reason> { static constexpr auto last = matcher::Reason::need_resolved_elsewhere; };
template <> struct CodeRange<matcher::Outcome> { static constexpr auto last = matcher::Outcome::other; };
template <> struct CodeRange<matcher::Role> { static constexpr auto last = matcher::Role::ops; };
template <> struct CodeRange<matcher::Source> { static constexpr auto last = matcher::Source::import; };
template <> struct CodeRange<matcher::Filter> { static constexpr auto last = matcher::Filter::times_differ; };
template <> struct CodeRange<matcher::TravelMode> { static constexpr auto last = matcher::TravelMode::car; };
template <> struct CodeRange<matcher::Trust> { static constexpr auto last = matcher::Trust::known_there; };
template <> struct CodeRange<matcher::Language> { static constexpr bool open_ended = true; };  // its table is the range
template <> struct CodeRange<matcher::ReferralIndex> { static constexpr bool open_ended = true; };
template <> struct CodeRange<matcher::HubIndex> { static constexpr bool open_ended = true; };
template <> struct CodeRange<matcher::OfferIndex> { static constexpr bool open_ended = true; };

// --- shared words ---
template <class A, Of<matcher::Timestamp> V> void fields(A& a, V& v) { a(v.ms); }
template <class A, Of<matcher::Position> V> void fields(A& a, V& v) { a(v.latitude_e7, v.longitude_e7, v.x, v.y, v.z); }
template <class A, Of<matcher::MapPoint> V> void fields(A& a, V& v) { a(v.latitude_e7, v.longitude_e7); }
template <class A, Of<matcher::Area> V> void fields(A& a, V& v) {
    a.at_most(v.count, matcher::limits::area_corners_max);
    a(v.corners);
}
template <class A, Of<matcher::LanguageSet> V> void fields(A& a, V& v) { a(v.words); }
template <class A, Of<matcher::Actor> V> void fields(A& a, V& v) { a(v.role, v.subject); }
template <class A, Of<matcher::Ask> V> void fields(A& a, V& v) {
    a(v.needs);
    a.at_most(v.need_count, matcher::limits::needs_max);
    a(v.urgency, v.position, v.travel_max);
    a.at_most(v.language, matcher::language_count() - 1);
    a(v.language_required, v.access, v.communities, v.age, v.trusted_hub, v.refused_hubs);
    a.since(2, v.place, v.available, v.mode, v.trust, v.load, v.together, v.groups, v.chosen_hub,
            v.other_access);
}
template <class A, Of<matcher::HubProfile> V> void fields(A& a, V& v) {
    a(v.id, v.slug, v.place, v.position, v.active, v.is_virtual, v.catchment, v.needs, v.languages,
      v.access, v.communities, v.age_min, v.age_max);
    a.since(2, v.serves, v.area, v.interest_only, v.takes_from, v.open, v.opens, v.closes, v.wait_days,
            v.groups);
}
template <class A, Of<matcher::Policy> V> void fields(A& a, V& v) {
    a(v.version, v.distance, v.needs, v.language, v.trust, v.community, v.spare, v.reach,
      v.answer_within_routine_ms, v.answer_within_urgent_ms, v.gap_review_after_ms);
    a.since(2, v.wait, v.times, v.groups, v.price_max, v.wait_days_max, v.walk_percent, v.bus_percent,
            v.community_distance_percent);
}
template <class A, Of<matcher::Score> V> void fields(A& a, V& v) {
    a(v.distance, v.needs, v.language, v.trust, v.community, v.spare);
    a.since(2, v.wait, v.times, v.groups, v.price);
}

// --- commands ---
template <class A, Of<matcher::OfferRef> V> void fields(A& a, V& v) { a(v.referral, v.ordinal, v.expected_version); }
template <class A, Of<matcher::SubmitReferral> V> void fields(A& a, V& v) {
    a(v.id, v.practice, v.practice_ref, v.source, v.share_with_hub, v.key_slot, v.ask);
}
template <class A, Of<matcher::OpenOffer> V> void fields(A& a, V& v) { a(v.offer); }
template <class A, Of<matcher::AcceptOffer> V> void fields(A& a, V& v) { a(v.offer); }
template <class A, Of<matcher::DeclineOffer> V> void fields(A& a, V& v) { a(v.offer, v.reason); }
template <class A, Of<matcher::StartSupport> V> void fields(A& a, V& v) { a(v.offer); }
template <class A, Of<matcher::ReturnOffer> V> void fields(A& a, V& v) { a(v.offer, v.reason); }
template <class A, Of<matcher::RecordOutcome> V> void fields(A& a, V& v) {
    a(v.offer);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome);
}
template <class A, Of<matcher::WithdrawReferral> V> void fields(A& a, V& v) { a(v.referral, v.reason, v.expected_version); }
template <class A, Of<matcher::DiscloseDetails> V> void fields(A& a, V& v) { a(v.referral); }
template <class A, Of<matcher::UpsertHub> V> void fields(A& a, V& v) { a(v.profile, v.totals, v.set_totals, v.expected_version); }
template <class A, Of<matcher::SetCapacity> V> void fields(A& a, V& v) { a(v.hub, v.kind, v.total, v.expected_version); }
template <class A, Of<matcher::AdoptPolicy> V> void fields(A& a, V& v) { a(v.policy); }
template <class A, Of<matcher::Tick> V> void fields(A&, V&) {}
template <class A, Of<matcher::ChooseHub> V> void fields(A& a, V& v) { a(v.referral, v.hub, v.no_digital, v.expected_version); }

// --- events ---
template <class A, Of<matcher::OnReferral> V> void fields(A& a, V& v) { a(v.referral, v.practice_seq); }
template <class A, Of<matcher::OnOffer> V> void fields(A& a, V& v) { a(v.referral, v.offer, v.hub, v.practice_seq, v.hub_seq); }
template <class A, Of<matcher::HubUpserted> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.profile); }
template <class A, Of<matcher::CapacityReported> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.kind, v.total); }
template <class A, Of<matcher::PolicyAdopted> V> void fields(A& a, V& v) { a(v.policy); }
template <class A, Of<matcher::ReferralSubmitted> V> void fields(A& a, V& v) {
    a(v.referral, v.practice_seq, v.id, v.practice, v.practice_ref, v.source, v.key_slot, v.ask);
}
template <class A, Of<matcher::Offered> V> void fields(A& a, V& v) {
    a(v.on, v.needs, v.units, v.distance, v.score, v.considered, v.policy, v.answer_by);
    a.since(2, v.cited.rules, v.cited.inputs, v.cited.engine);
}
template <class A, Of<matcher::GapRecorded> V> void fields(A& a, V& v) { a(v.on, v.needs, v.nearest_miss, v.review_at); }
template <class A, Of<matcher::Opened> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::Accepted> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::Declined> V> void fields(A& a, V& v) { a(v.on, v.reason); }
template <class A, Of<matcher::OfferExpired> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::OfferCancelled> V> void fields(A& a, V& v) { a(v.on, v.reason); }
template <class A, Of<matcher::SupportStarted> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::HubWithdrew> V> void fields(A& a, V& v) { a(v.on, v.reason); }
template <class A, Of<matcher::OutcomeRecorded> V> void fields(A& a, V& v) {
    a(v.on);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome);
}
template <class A, Of<matcher::OfferCompleted> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::Withdrawn> V> void fields(A& a, V& v) { a(v.on, v.reason); }
template <class A, Of<matcher::AllNeedsResolved> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::DetailsDisclosed> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::ChoiceMade> V> void fields(A& a, V& v) { a(v.on, v.hub, v.no_digital); }
// clang-format on

}  // namespace hubward::storage
