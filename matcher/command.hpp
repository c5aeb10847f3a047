// SPDX-License-Identifier: Apache-2.0
//
// What may be asked of the core. Fixed size and trivially copyable: fast in the ring, exact on disk.
//
// Adding one: here, event.hpp, decide, apply, storage/record, one wire file, one endpoint row,
// three tests. The compiler lists the places.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "matcher/hub.hpp"
#include "matcher/policy.hpp"
#include "matcher/referral.hpp"

namespace hubward::matcher {

// Who asks. subject is the ODS code of a practice, the slug of a hub, the code of a place, or a
// name for ops; the core trusts it, the edge has proved it.
struct Actor {
    Role role = Role::system;
    HubSlug subject;
    friend auto operator<=>(const Actor&, const Actor&) = default;
};

struct SubmitReferral {
    ReferralId id;
    PracticeCode practice;
    ExternalRef practice_ref;
    Source source = Source::api;
    bool share_with_hub = false;  // consent; without it the referral is refused and not stored
    std::uint64_t key_slot = 0;   // the key that sealed the payload
    Ask ask;
    Consent consent;              // what else was agreed; share_with_hub above is the gate
    // A need of an earlier referral of the same practice for which this one is made; zero: of none.
    ReferralId onward_of;
    std::uint8_t onward_need = 0;
    friend auto operator<=>(const SubmitReferral&, const SubmitReferral&) = default;
};

// "{referral}.{ordinal}". expected_version 0 accepts any version of the referral.
struct OfferRef {
    ReferralId referral;
    std::uint8_t ordinal = 0;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const OfferRef&, const OfferRef&) = default;
};

struct OpenOffer { OfferRef offer; friend auto operator<=>(const OpenOffer&, const OpenOffer&) = default; };
struct AcceptOffer { OfferRef offer; friend auto operator<=>(const AcceptOffer&, const AcceptOffer&) = default; };
struct DeclineOffer {
    OfferRef offer;
    Reason reason = Reason::none;
    std::uint64_t note_slot = 0;  // `other` must say why: the key that sealed the payload
    ReferralId duplicate_of;      // with `duplicate`: the referral of the same person, when known
    friend auto operator<=>(const DeclineOffer&, const DeclineOffer&) = default;
};
struct StartSupport { OfferRef offer; friend auto operator<=>(const StartSupport&, const StartSupport&) = default; };
// The hub gives back a person it had accepted; the needs are routed again.
struct ReturnOffer {
    OfferRef offer;
    Reason reason = Reason::hub_withdrew;
    std::uint64_t note_slot = 0;  // as in DeclineOffer
    friend auto operator<=>(const ReturnOffer&, const ReturnOffer&) = default;
};
// The hub's word on one need of an accepted offer. The last one completes the offer.
struct RecordOutcome {
    OfferRef offer;
    std::uint8_t need = 0;  // position in Ask::needs
    Outcome outcome = Outcome::none;
    friend auto operator<=>(const RecordOutcome&, const RecordOutcome&) = default;
};

struct WithdrawReferral {
    ReferralId referral;
    Reason reason = Reason::none;  // withdrawn_by_person, recalled_by_referrer or sent_in_error
    std::uint32_t expected_version = 0;
    std::uint64_t note_slot = 0;  // the key that sealed the payload; zero: nothing else was said
    friend auto operator<=>(const WithdrawReferral&, const WithdrawReferral&) = default;
};

// Someone is about to read the person's details. The entry is the audit record of it.
struct DiscloseDetails {
    ReferralId referral;
    // Only what was said when the referral was withdrawn: also for a hub that had the person until then.
    bool withdrawal = false;
    friend auto operator<=>(const DiscloseDetails&, const DiscloseDetails&) = default;
};

// Replaces what the hub states about itself; the payload is its public profile. Units of a new hub
// start at `totals`; those of a known hub change only where set_totals says so.
struct UpsertHub {
    HubProfile profile;
    Units totals{};
    bool set_totals = false;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const UpsertHub&, const UpsertHub&) = default;
};

struct SetCapacity {
    HubId hub;
    UnitKind kind = UnitKind::place;
    std::uint16_t total = 0;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const SetCapacity&, const SetCapacity&) = default;
};

// What the hub last stated still stands, all of it. Declines for want of units count no longer.
struct ConfirmCapacity {
    HubId hub;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const ConfirmCapacity&, const ConfirmCapacity&) = default;
};

// The person has chosen: this hub for what is still open, or no digital help at all, which is a
// choice too. A hub that cannot serve them is refused.
struct ChooseHub {
    ReferralId referral;
    HubId hub;                // zero with no_digital
    bool no_digital = false;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const ChooseHub&, const ChooseHub&) = default;
};
// The hub has agreed a date with the person.
struct BookAppointment {
    OfferRef offer;
    Timestamp starts{};
    SessionNumber session = no_session;  // a seat there is the date; `starts` is not looked at then
    friend auto operator<=>(const BookAppointment&, const BookAppointment&) = default;
};
// What came of the appointment, or of a try to reach the person.
struct RecordContact {
    OfferRef offer;
    Contact what = Contact::attended;
    friend auto operator<=>(const RecordContact&, const RecordContact&) = default;
};
// The hub keeps the person and cannot begin before this date.
struct WaitlistAtHub {
    OfferRef offer;
    Timestamp review_at{};
    friend auto operator<=>(const WaitlistAtHub&, const WaitlistAtHub&) = default;
};
// The hub passes the person on: to `to`, or to the best other hub when that is zero. It stays
// responsible until the other one accepts.
struct TransferOffer {
    OfferRef offer;
    HubId to;
    friend auto operator<=>(const TransferOffer&, const TransferOffer&) = default;
};
struct PauseReferral {
    ReferralId referral;
    Reason reason = Reason::none;  // person_unavailable, transport or other
    Timestamp review_at{};
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const PauseReferral&, const PauseReferral&) = default;
};
struct ResumeReferral {
    ReferralId referral;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const ResumeReferral&, const ResumeReferral&) = default;
};
// A new episode of an ended referral. The payload is the sealed note that says why.
struct ReopenReferral {
    ReferralId referral;
    NeedMask needs = 0;            // 0: all that can be
    std::uint64_t note_slot = 0;   // the key that sealed the note
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const ReopenReferral&, const ReopenReferral&) = default;
};
struct MarkError {
    ReferralId referral;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const MarkError&, const MarkError&) = default;
};
// A person has looked: the needs that waited for the asker may be routed again.
struct ReleaseNeeds {
    ReferralId referral;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const ReleaseNeeds&, const ReleaseNeeds&) = default;
};
// A need that no hub has ends with this outcome.
struct CloseNeed {
    ReferralId referral;
    std::uint8_t need = 0;
    Outcome outcome = Outcome::none;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const CloseNeed&, const CloseNeed&) = default;
};
struct AssignOwner {
    ReferralId referral;
    OwnerName owner;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const AssignOwner&, const AssignOwner&) = default;
};
struct CloseReview {
    HubId hub;
    Review what = Review::rule;
    friend auto operator<=>(const CloseReview&, const CloseReview&) = default;
};
// The hub is gone: everybody there is matched anew.
struct CloseHub {
    HubId hub;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const CloseHub&, const CloseHub&) = default;
};
// One session with seats. Whom the hub serves there is what its profile says.
struct PublishSession {
    HubId hub;
    NeedSet needs;  // empty: all needs of the hub that take a place
    Timestamp starts{};
    Timestamp ends{};
    std::uint16_t seats = 0;
    std::uint32_t expected_version = 0;  // of the hub, as in SetCapacity
    friend auto operator<=>(const PublishSession&, const PublishSession&) = default;
};
// It does not take place: everybody in it is matched anew.
struct CancelSession {
    HubId hub;
    SessionNumber session = no_session;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const CancelSession&, const CancelSession&) = default;
};
// How many seats a session has from now on. Never fewer than are taken, so 0 calls it full.
struct SetSeats {
    HubId hub;
    SessionNumber session = no_session;
    std::uint16_t seats = 0;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const SetSeats&, const SetSeats&) = default;
};
// What planning wants asking this hub to cost, in points; see Hub::price.
struct SetPrice {
    HubId hub;
    std::uint16_t price = 0;
    friend auto operator<=>(const SetPrice&, const SetPrice&) = default;
};
struct AdoptCare { Care care; friend auto operator<=>(const AdoptCare&, const AdoptCare&) = default; };
struct SetCalendarYear { CalendarYear year; friend auto operator<=>(const SetCalendarYear&, const SetCalendarYear&) = default; };

// The rules of one place, which lies within another; without a place those of everywhere else.
struct AdoptPolicy {
    Policy policy;
    PlaceCode place{};
    PlaceCode within{};
    friend auto operator<=>(const AdoptPolicy&, const AdoptPolicy&) = default;
};
// One more statement of the person; what it names holds from now on as it says.
struct GiveConsent {
    ReferralId referral;
    Consent consent;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const GiveConsent&, const GiveConsent&) = default;
};
// Without share-with-hub the referral ends here, and no hub reads anything any more.
struct WithdrawConsent {
    ReferralId referral;
    PurposeSet purposes;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const WithdrawConsent&, const WithdrawConsent&) = default;
};
// The person's details shall be destroyed. What is alive ends; codes and counts remain.
struct EraseReferral {
    ReferralId referral;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const EraseReferral&, const EraseReferral&) = default;
};
// No key that could open them is left. Said by the system that destroyed them.
struct ConfirmErasure {
    ReferralId referral;
    friend auto operator<=>(const ConfirmErasure&, const ConfirmErasure&) = default;
};
// What the person says came of one need, apart from what the hub says.
struct RecordPersonWord {
    ReferralId referral;
    std::uint8_t need = 0;
    Outcome outcome = Outcome::none;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const RecordPersonWord&, const RecordPersonWord&) = default;
};
struct RecordMeasure {
    OfferRef offer;
    Measure measure = Measure::confidence_online;
    Moment moment = Moment::before;
    std::uint8_t value = 0;  // 0 to scale_max(measure)
    friend auto operator<=>(const RecordMeasure&, const RecordMeasure&) = default;
};
// The owner has asked hub and person.
struct CloseFollowUp {
    ReferralId referral;
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const CloseFollowUp&, const CloseFollowUp&) = default;
};
// The hub that has the person has found one more need: it is routed like the others.
struct AddNeed {
    OfferRef offer;
    Need need = Need::assess;
    friend auto operator<=>(const AddNeed&, const AddNeed&) = default;
};
// The person lives elsewhere now: matched once more from there. The payload is the sealed address.
struct MovePerson {
    ReferralId referral;
    Position position;
    PlaceCode place;
    std::uint64_t note_slot = 0;  // the key that sealed the payload
    std::uint32_t expected_version = 0;
    friend auto operator<=>(const MovePerson&, const MovePerson&) = default;
};

// Time has passed: whatever is due at or before the entry's time is acted on, see timers.cpp.
struct Tick { friend auto operator<=>(const Tick&, const Tick&) = default; };

using Command = std::variant<SubmitReferral, OpenOffer, AcceptOffer, DeclineOffer, StartSupport,
                             ReturnOffer, RecordOutcome, WithdrawReferral, DiscloseDetails,
                             UpsertHub, SetCapacity, AdoptPolicy, Tick, ChooseHub,
                             BookAppointment,
                             RecordContact, WaitlistAtHub, TransferOffer, PauseReferral,
                             ResumeReferral, ReopenReferral, MarkError, ReleaseNeeds,
                             CloseNeed, AssignOwner, CloseReview, CloseHub, AdoptCare,
                             SetCalendarYear, SetPrice, ConfirmCapacity,
                             GiveConsent, WithdrawConsent, EraseReferral,
                             ConfirmErasure, RecordPersonWord, RecordMeasure, CloseFollowUp,
                             AddNeed, MovePerson, PublishSession, CancelSession, SetSeats>;
static_assert(std::is_trivially_copyable_v<Command>);

// Names the waiter at the edge. The core carries it and never looks inside. 0 waits for nothing.
struct Ticket {
    std::uint32_t thread = 0;
    std::uint32_t cell = 0;
    std::uint64_t generation = 0;
    friend auto operator<=>(const Ticket&, const Ticket&) = default;
};

// One command on its way through the ring, with what rides along unopened.
struct Envelope {
    Command command;
    Actor actor;
    RequestKey key;                   // zero: not to be remembered
    std::uint64_t fingerprint = 0;    // of the request body, to tell a resend from a mix-up
    TraceId trace;
    Ticket ticket;
    std::int64_t received_ns = 0;     // steady clock, when the first byte was read; for stage times
    std::int64_t queued_ns = 0;       // steady clock, when it entered the ring
    std::string payload;              // sealed details or a public profile; opaque here
};

}  // namespace hubward::matcher
