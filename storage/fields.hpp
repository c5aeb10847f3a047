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
template <> struct CodeRange<matcher::NeedStatus> { static constexpr auto last = matcher::NeedStatus::with_owner; };
template <> struct CodeRange<matcher::Reason> { static constexpr auto last = matcher::Reason::session_cancelled; };
template <> struct CodeRange<matcher::Review> { static constexpr auto last = matcher::Review::contact; };
template <> struct CodeRange<matcher::OfferMode> { static constexpr auto last = matcher::OfferMode::broadcast; };
template <> struct CodeRange<matcher::Asking> { static constexpr auto last = matcher::Asking::broadcast; };
template <> struct CodeRange<matcher::Requirement> { static constexpr auto last = matcher::Requirement::travel; };
template <> struct CodeRange<matcher::Contact> { static constexpr auto last = matcher::Contact::no_contact; };
template <> struct CodeRange<matcher::Outcome> { static constexpr auto last = matcher::Outcome::other; };
template <> struct CodeRange<matcher::Role> { static constexpr auto last = matcher::Role::ops; };
template <> struct CodeRange<matcher::Purpose> { static constexpr auto last = matcher::Purpose::research; };
template <> struct CodeRange<matcher::ConsentBasis> { static constexpr auto last = matcher::ConsentBasis::best_interest; };
template <> struct CodeRange<matcher::ConsentHow> { static constexpr auto last = matcher::ConsentHow::online; };
template <> struct CodeRange<matcher::Measure> { static constexpr auto last = matcher::Measure::less_isolated; };
template <> struct CodeRange<matcher::Moment> { static constexpr auto last = matcher::Moment::after; };
template <> struct CodeRange<matcher::Erasure> { static constexpr auto last = matcher::Erasure::done; };
template <> struct CodeRange<matcher::Source> { static constexpr auto last = matcher::Source::import; };
template <> struct CodeRange<matcher::Filter> { static constexpr auto last = matcher::Filter::kept_for_others; };
template <> struct CodeRange<matcher::KeptFor> { static constexpr auto last = matcher::KeptFor::place; };
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
            v.other_access, v.may_relax, v.may_split, v.whole_session, v.access_preferred);
}
template <class A, Of<matcher::Consent> V> void fields(A& a, V& v) {
    a(v.purposes, v.given_by, v.how, v.when, v.until);
}
template <class A, Of<matcher::Span> V> void fields(A& a, V& v) { a(v.open, v.close); }
template <class A, Of<matcher::Week> V> void fields(A& a, V& v) { a(v.days); }
template <class A, Of<matcher::Closures::Time> V> void fields(A& a, V& v) { a(v.from, v.to); }
template <class A, Of<matcher::Closures> V> void fields(A& a, V& v) { a(v.times); }
template <class A, Of<matcher::CalendarYear> V> void fields(A& a, V& v) {
    a(v.year, v.standard_minutes, v.summer_minutes, v.summer_from, v.summer_to);
    a.at_most(v.closed_count, v.closed.size());
    a(v.closed);
}
template <class A, Of<matcher::Care> V> void fields(A& a, V& v) {
    a(v.version, v.owner, v.mode_routine, v.mode_urgent, v.parallel, v.broadcast, v.contact_tries_max,
      v.information_rounds_max, v.answer_routine_working_ms, v.answer_urgent_working_ms,
      v.contact_working_ms, v.escalate_working_ms, v.after_appointment_ms, v.check_in_ms,
      v.owner_review_ms, v.referrer_review_ms, v.follow_up_ms, v.split_households);
}
template <class A, Of<matcher::Reserve> V> void fields(A& a, V& v) { a(v.count, v.kind, v.whom, v.needs, v.named); }
template <class A, Of<matcher::WeeklySlot> V> void fields(A& a, V& v) { a(v.seats, v.day, v.span, v.needs); }
template <class A, Of<matcher::HubProfile> V> void fields(A& a, V& v) {
    a(v.id, v.slug, v.place, v.position, v.active, v.is_virtual, v.catchment, v.needs, v.languages,
      v.access, v.communities, v.age_min, v.age_max);
    a.since(2, v.serves, v.area, v.interest_only, v.takes_from, v.open, v.opens, v.closes, v.wait_days,
            v.groups, v.hours, v.kept, v.weekly, v.closures);
}
template <class A, Of<matcher::Policy> V> void fields(A& a, V& v) {
    a(v.version, v.distance, v.needs, v.language, v.trust, v.community, v.spare, v.reach,
      v.answer_within_routine_ms, v.answer_within_urgent_ms, v.gap_review_after_ms);
    a.since(2, v.wait, v.times, v.groups, v.price_max, v.wait_days_max, v.walk_percent, v.bus_percent,
            v.community_distance_percent, v.confidence, v.half_life_hours, v.language_hard, v.times_hard,
            v.relax_language_working_ms, v.relax_times_working_ms, v.relax_travel_working_ms, v.relaxed_travel_percent,
            v.asking_routine, v.asking_urgent, v.asked_at_once, v.answer_routine_working_ms,
            v.answer_urgent_working_ms, v.contact_working_ms, v.urgent_places, v.urgent_devices, v.urgent_sims, v.access);
}
template <class A, Of<matcher::Score> V> void fields(A& a, V& v) {
    a(v.distance, v.needs, v.language, v.trust, v.community, v.spare);
    a.since(2, v.wait, v.times, v.groups, v.price, v.confidence, v.access);
}

// --- commands ---
template <class A, Of<matcher::OfferRef> V> void fields(A& a, V& v) { a(v.referral, v.ordinal, v.expected_version); }
template <class A, Of<matcher::SubmitReferral> V> void fields(A& a, V& v) {
    a(v.id, v.practice, v.practice_ref, v.source, v.share_with_hub, v.key_slot, v.ask);
    a.since(2, v.consent, v.onward_of, v.onward_need);
}
template <class A, Of<matcher::OpenOffer> V> void fields(A& a, V& v) { a(v.offer); }
template <class A, Of<matcher::AcceptOffer> V> void fields(A& a, V& v) { a(v.offer); }
template <class A, Of<matcher::DeclineOffer> V> void fields(A& a, V& v) { a(v.offer, v.reason); a.since(2, v.note_slot, v.duplicate_of); }
template <class A, Of<matcher::StartSupport> V> void fields(A& a, V& v) { a(v.offer); }
template <class A, Of<matcher::ReturnOffer> V> void fields(A& a, V& v) { a(v.offer, v.reason); a.since(2, v.note_slot); }
template <class A, Of<matcher::RecordOutcome> V> void fields(A& a, V& v) {
    a(v.offer);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome);
}
template <class A, Of<matcher::WithdrawReferral> V> void fields(A& a, V& v) { a(v.referral, v.reason, v.expected_version); a.since(2, v.note_slot); }
template <class A, Of<matcher::DiscloseDetails> V> void fields(A& a, V& v) { a(v.referral); a.since(2, v.withdrawal); }
template <class A, Of<matcher::UpsertHub> V> void fields(A& a, V& v) { a(v.profile, v.totals, v.set_totals, v.expected_version); }
template <class A, Of<matcher::SetCapacity> V> void fields(A& a, V& v) { a(v.hub, v.kind, v.total, v.expected_version); }
template <class A, Of<matcher::ConfirmCapacity> V> void fields(A& a, V& v) { a(v.hub, v.expected_version); }
template <class A, Of<matcher::AdoptPolicy> V> void fields(A& a, V& v) { a(v.policy); a.since(2, v.place, v.within); }
template <class A, Of<matcher::Tick> V> void fields(A&, V&) {}
template <class A, Of<matcher::ChooseHub> V> void fields(A& a, V& v) { a(v.referral, v.hub, v.no_digital, v.expected_version); }
template <class A, Of<matcher::BookAppointment> V> void fields(A& a, V& v) { a(v.offer, v.starts, v.session); }
template <class A, Of<matcher::RecordContact> V> void fields(A& a, V& v) { a(v.offer, v.what); }
template <class A, Of<matcher::WaitlistAtHub> V> void fields(A& a, V& v) { a(v.offer, v.review_at); }
template <class A, Of<matcher::TransferOffer> V> void fields(A& a, V& v) { a(v.offer, v.to); }
template <class A, Of<matcher::PauseReferral> V> void fields(A& a, V& v) { a(v.referral, v.reason, v.review_at, v.expected_version); }
template <class A, Of<matcher::ResumeReferral> V> void fields(A& a, V& v) { a(v.referral, v.expected_version); }
template <class A, Of<matcher::ReopenReferral> V> void fields(A& a, V& v) { a(v.referral, v.needs, v.note_slot, v.expected_version); }
template <class A, Of<matcher::MarkError> V> void fields(A& a, V& v) { a(v.referral, v.expected_version); }
template <class A, Of<matcher::ReleaseNeeds> V> void fields(A& a, V& v) { a(v.referral, v.expected_version); }
template <class A, Of<matcher::CloseNeed> V> void fields(A& a, V& v) {
    a(v.referral);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome, v.expected_version);
}
template <class A, Of<matcher::AssignOwner> V> void fields(A& a, V& v) { a(v.referral, v.owner, v.expected_version); }
template <class A, Of<matcher::CloseReview> V> void fields(A& a, V& v) { a(v.hub, v.what); }
template <class A, Of<matcher::CloseHub> V> void fields(A& a, V& v) { a(v.hub, v.expected_version); }
template <class A, Of<matcher::SetPrice> V> void fields(A& a, V& v) { a(v.hub, v.price); }
template <class A, Of<matcher::AdoptCare> V> void fields(A& a, V& v) { a(v.care); }
template <class A, Of<matcher::SetCalendarYear> V> void fields(A& a, V& v) { a(v.year); }
template <class A, Of<matcher::GiveConsent> V> void fields(A& a, V& v) { a(v.referral, v.consent, v.expected_version); }
template <class A, Of<matcher::WithdrawConsent> V> void fields(A& a, V& v) { a(v.referral, v.purposes, v.expected_version); }
template <class A, Of<matcher::EraseReferral> V> void fields(A& a, V& v) { a(v.referral, v.expected_version); }
template <class A, Of<matcher::ConfirmErasure> V> void fields(A& a, V& v) { a(v.referral); }
template <class A, Of<matcher::RecordPersonWord> V> void fields(A& a, V& v) {
    a(v.referral);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome, v.expected_version);
}
template <class A, Of<matcher::RecordMeasure> V> void fields(A& a, V& v) { a(v.offer, v.measure, v.moment, v.value); }
template <class A, Of<matcher::CloseFollowUp> V> void fields(A& a, V& v) { a(v.referral, v.expected_version); }
template <class A, Of<matcher::AddNeed> V> void fields(A& a, V& v) { a(v.offer, v.need); }
template <class A, Of<matcher::MovePerson> V> void fields(A& a, V& v) { a(v.referral, v.position, v.place, v.note_slot, v.expected_version); }
template <class A, Of<matcher::PublishSession> V> void fields(A& a, V& v) { a(v.hub, v.needs, v.starts, v.ends, v.seats, v.expected_version); }
template <class A, Of<matcher::CancelSession> V> void fields(A& a, V& v) { a(v.hub, v.session, v.expected_version); }
template <class A, Of<matcher::SetSeats> V> void fields(A& a, V& v) { a(v.hub, v.session, v.seats, v.expected_version); }

// --- events ---
template <class A, Of<matcher::OnReferral> V> void fields(A& a, V& v) { a(v.referral, v.practice_seq); }
template <class A, Of<matcher::OnOffer> V> void fields(A& a, V& v) { a(v.referral, v.offer, v.hub, v.practice_seq, v.hub_seq); }
template <class A, Of<matcher::HubUpserted> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.profile); }
template <class A, Of<matcher::CapacityReported> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.kind, v.total); a.since(2, v.source, v.session); }
template <class A, Of<matcher::CapacityDecayed> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.kind, v.total, v.declines, v.session); }
template <class A, Of<matcher::PolicyAdopted> V> void fields(A& a, V& v) { a(v.policy); a.since(2, v.place, v.within); }
template <class A, Of<matcher::ReferralSubmitted> V> void fields(A& a, V& v) {
    a(v.referral, v.practice_seq, v.id, v.practice, v.practice_ref, v.source, v.key_slot, v.ask);
    a.since(2, v.consent);
}
template <class A, Of<matcher::Offered> V> void fields(A& a, V& v) {
    a(v.on, v.needs, v.units, v.distance, v.score, v.considered, v.policy, v.answer_by);
    a.since(2, v.cited.rules, v.cited.inputs, v.cited.engine, v.remind_at, v.held,
            v.cited.rules_of, v.session);
}
template <class A, Of<matcher::GapRecorded> V> void fields(A& a, V& v) { a(v.on, v.needs, v.nearest_miss, v.review_at); }
template <class A, Of<matcher::Opened> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::Accepted> V> void fields(A& a, V& v) { a(v.on); a.since(2, v.due); }
template <class A, Of<matcher::Declined> V> void fields(A& a, V& v) { a(v.on, v.reason); a.since(2, v.note_slot, v.duplicate_of); }
template <class A, Of<matcher::OfferExpired> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::OfferCancelled> V> void fields(A& a, V& v) { a(v.on, v.reason); }
template <class A, Of<matcher::SupportStarted> V> void fields(A& a, V& v) { a(v.on); a.since(2, v.due); }
template <class A, Of<matcher::HubWithdrew> V> void fields(A& a, V& v) { a(v.on, v.reason); a.since(2, v.note_slot); }
template <class A, Of<matcher::OutcomeRecorded> V> void fields(A& a, V& v) {
    a(v.on);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome);
}
template <class A, Of<matcher::OfferCompleted> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::Withdrawn> V> void fields(A& a, V& v) { a(v.on, v.reason); a.since(2, v.note_slot); }
template <class A, Of<matcher::AllNeedsResolved> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::DetailsDisclosed> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::ChoiceMade> V> void fields(A& a, V& v) { a(v.on, v.hub, v.no_digital); }
template <class A, Of<matcher::AppointmentBooked> V> void fields(A& a, V& v) { a(v.on, v.starts, v.due, v.session, v.places); }
template <class A, Of<matcher::Attended> V> void fields(A& a, V& v) { a(v.on, v.due); }
template <class A, Of<matcher::DidNotAttend> V> void fields(A& a, V& v) { a(v.on, v.times, v.due); }
template <class A, Of<matcher::NoContact> V> void fields(A& a, V& v) { a(v.on, v.tries, v.due); }
template <class A, Of<matcher::WaitlistedAtHub> V> void fields(A& a, V& v) { a(v.on, v.review_at); }
template <class A, Of<matcher::TransferRequested> V> void fields(A& a, V& v) { a(v.on, v.due); }
template <class A, Of<matcher::TransferEnded> V> void fields(A& a, V& v) { a(v.on, v.due); }
template <class A, Of<matcher::OfferReminded> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::Escalated> V> void fields(A& a, V& v) { a(v.on, v.level, v.due); }
template <class A, Of<matcher::ReferralEscalated> V> void fields(A& a, V& v) { a(v.on, v.level, v.review_at); }
template <class A, Of<matcher::ReturnedToReferrer> V> void fields(A& a, V& v) { a(v.on, v.needs, v.reason, v.review_at); }
template <class A, Of<matcher::HandedToOwner> V> void fields(A& a, V& v) { a(v.on, v.needs, v.reason, v.owner, v.review_at); }
template <class A, Of<matcher::OwnerAssigned> V> void fields(A& a, V& v) { a(v.on, v.owner); }
template <class A, Of<matcher::NeedsReleased> V> void fields(A& a, V& v) { a(v.on, v.needs); }
template <class A, Of<matcher::AskNarrowed> V> void fields(A& a, V& v) { a(v.on, v.travel_max, v.access); }
template <class A, Of<matcher::NeedClosed> V> void fields(A& a, V& v) {
    a(v.on);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome);
}
template <class A, Of<matcher::Paused> V> void fields(A& a, V& v) { a(v.on, v.reason, v.review_at); }
template <class A, Of<matcher::Resumed> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::Reopened> V> void fields(A& a, V& v) { a(v.on, v.needs, v.episode, v.note_slot); }
template <class A, Of<matcher::MarkedError> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::ReviewOpened> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.what); }
template <class A, Of<matcher::ReviewClosed> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.what); }
template <class A, Of<matcher::HubClosed> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq); }
template <class A, Of<matcher::RequirementRelaxed> V> void fields(A& a, V& v) { a(v.on, v.what, v.rules_of, v.policy, v.after_working_ms); }
template <class A, Of<matcher::PriceSet> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.price); }
template <class A, Of<matcher::CareAdopted> V> void fields(A& a, V& v) { a(v.care); }
template <class A, Of<matcher::CalendarYearSet> V> void fields(A& a, V& v) { a(v.year); }
template <class A, Of<matcher::ConsentGiven> V> void fields(A& a, V& v) { a(v.on, v.consent); }
template <class A, Of<matcher::ConsentWithdrawn> V> void fields(A& a, V& v) { a(v.on, v.purposes); }
template <class A, Of<matcher::ConsentExpired> V> void fields(A& a, V& v) { a(v.on, v.purposes); }
template <class A, Of<matcher::Erased> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::KeyShredded> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::PersonAnswered> V> void fields(A& a, V& v) {
    a(v.on);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.outcome);
}
template <class A, Of<matcher::MeasureRecorded> V> void fields(A& a, V& v) { a(v.on, v.measure, v.moment, v.value); }
template <class A, Of<matcher::OutcomeDisputed> V> void fields(A& a, V& v) {
    a(v.on);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.owner, v.review_at);
}
template <class A, Of<matcher::FollowUpEscalated> V> void fields(A& a, V& v) { a(v.on, v.level, v.review_at); }
template <class A, Of<matcher::FollowUpClosed> V> void fields(A& a, V& v) { a(v.on, v.needs); }
template <class A, Of<matcher::NeedAdded> V> void fields(A& a, V& v) { a(v.on, v.need); }
template <class A, Of<matcher::PersonMoved> V> void fields(A& a, V& v) { a(v.on, v.position, v.place, v.note_slot); }
template <class A, Of<matcher::HouseholdSplit> V> void fields(A& a, V& v) { a(v.on); }
template <class A, Of<matcher::OnwardLinked> V> void fields(A& a, V& v) {
    a(v.on);
    a.at_most(v.need, matcher::limits::needs_max - 1);
    a(v.to, v.to_id);
}
template <class A, Of<matcher::SessionPublished> V> void fields(A& a, V& v) {
    a(v.hub, v.hub_seq, v.session, v.needs, v.starts, v.ends, v.seats, v.weekly);
}
template <class A, Of<matcher::SessionCancelled> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.session, v.stray); }
template <class A, Of<matcher::SessionsPlanned> V> void fields(A& a, V& v) { a(v.hub, v.hub_seq, v.to_day, v.again_at); }
// clang-format on

}  // namespace hubward::storage
