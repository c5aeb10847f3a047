// SPDX-License-Identifier: Apache-2.0
//
// What has happened. The journal is a list of these; State is their fold.
//
// An event says everything that `apply` needs, so a later change of rules never rewrites the past.
// Names follow docs/GLOSSARY.md. hub_seq and practice_seq are the numbers in the live streams
// hub/{slug} and practice/{code}: 1, 2, 3 … without holes, given here, in the same batch.
#pragma once

#include <cstdint>
#include <variant>

#include "matcher/hub.hpp"
#include "matcher/policy.hpp"
#include "matcher/referral.hpp"
#include "matcher/score.hpp"

namespace hubward::matcher {

struct HubUpserted {
    HubIndex hub = no_hub;
    std::uint64_t hub_seq = 0;
    HubProfile profile;
    friend auto operator<=>(const HubUpserted&, const HubUpserted&) = default;
};
struct CapacityReported {
    HubIndex hub = no_hub;
    std::uint64_t hub_seq = 0;
    UnitKind kind = UnitKind::place;
    std::uint16_t total = 0;
    Role source = Role::system;  // who says so
    SessionNumber session = no_session;  // total is that of its seats, and nothing else changes
    friend auto operator<=>(const CapacityReported&, const CapacityReported&) = default;
};
// The hub declined for want of units: it has what it has promised and no more, until it says otherwise.
struct CapacityDecayed {
    HubIndex hub = no_hub;
    std::uint64_t hub_seq = 0;
    UnitKind kind = UnitKind::place;
    std::uint16_t total = 0;    // that counts from now on
    std::uint8_t declines = 0;  // in a row, with this one
    SessionNumber session = no_session;  // total is that of its seats, and nothing else changes
    friend auto operator<=>(const CapacityDecayed&, const CapacityDecayed&) = default;
};
struct PolicyAdopted {
    Policy policy;
    PlaceCode place{};   // empty: everywhere that has no rules of its own
    PlaceCode within{};
    friend auto operator<=>(const PolicyAdopted&, const PolicyAdopted&) = default;
};

struct ReferralSubmitted {
    ReferralIndex referral{};
    std::uint64_t practice_seq = 0;
    ReferralId id;
    PracticeCode practice;
    ExternalRef practice_ref;
    Source source = Source::api;
    std::uint64_t key_slot = 0;
    Ask ask;
    Consent consent;
    friend auto operator<=>(const ReferralSubmitted&, const ReferralSubmitted&) = default;
};

// The head of every event about one referral.
struct OnReferral {
    ReferralIndex referral{};
    std::uint64_t practice_seq = 0;
    friend auto operator<=>(const OnReferral&, const OnReferral&) = default;
};
// … and of every event about one offer.
struct OnOffer {
    ReferralIndex referral{};
    OfferIndex offer = no_offer;
    HubIndex hub = no_hub;
    std::uint64_t practice_seq = 0;
    std::uint64_t hub_seq = 0;
    friend auto operator<=>(const OnOffer&, const OnOffer&) = default;
};

// What a decision rested on, so that it can be worked out again and compared.
struct Cited {
    std::uint64_t rules = 0;   // hash of the policy in force
    std::uint64_t inputs = 0;  // hash of the question, and of the chosen hub as it stood
    std::uint16_t engine = 0;  // engine_version of the program that decided
    PlaceCode rules_of{};      // the place that this policy is of; empty for everywhere else
    friend auto operator<=>(const Cited&, const Cited&) = default;
};

// An offer is made and its units are held.
struct Offered {
    OnOffer on;
    NeedMask needs = 0;
    Units units{};
    Metres distance = 0;
    Score score;
    std::uint16_t considered = 0;  // hubs that passed every filter; 65535: more, or not counted
    std::uint32_t policy = 0;      // Policy::version the choice was made under
    Timestamp answer_by{};
    Cited cited;
    Timestamp remind_at{};  // zero: no reminder
    bool held = true;       // false: the units are taken by the first valid claim
    SessionNumber session = no_session;  // whose seats the places are
    friend auto operator<=>(const Offered&, const Offered&) = default;
};
// What the person decided; the offers that follow from it are events of their own.
struct ChoiceMade {
    OnReferral on;
    HubId hub;                // zero with no_digital
    bool no_digital = false;
    friend auto operator<=>(const ChoiceMade&, const ChoiceMade&) = default;
};
// No hub can serve these needs now. The place's owner looks again at review_at.
struct GapRecorded {
    OnReferral on;
    NeedMask needs = 0;
    // The filter that stopped most hubs, of equals the later one; `passed` when no hub was asked.
    Filter nearest_miss = Filter::passed;
    Timestamp review_at{};
    friend auto operator<=>(const GapRecorded&, const GapRecorded&) = default;
};
struct Opened { OnOffer on; friend auto operator<=>(const Opened&, const Opened&) = default; };
struct Accepted { OnOffer on; Timestamp due{}; friend auto operator<=>(const Accepted&, const Accepted&) = default; };
struct Declined {
    OnOffer on;
    Reason reason = Reason::none;
    std::uint64_t note_slot = 0;  // zero: nothing was said in words
    ReferralId duplicate_of;      // zero: none was named
    friend auto operator<=>(const Declined&, const Declined&) = default;
};
struct OfferExpired { OnOffer on; friend auto operator<=>(const OfferExpired&, const OfferExpired&) = default; };
// The offer ends because the referral did, or another offer took its needs.
struct OfferCancelled { OnOffer on; Reason reason = Reason::none; friend auto operator<=>(const OfferCancelled&, const OfferCancelled&) = default; };
struct SupportStarted { OnOffer on; Timestamp due{}; friend auto operator<=>(const SupportStarted&, const SupportStarted&) = default; };
struct HubWithdrew { OnOffer on; Reason reason = Reason::none; std::uint64_t note_slot = 0; friend auto operator<=>(const HubWithdrew&, const HubWithdrew&) = default; };
struct OutcomeRecorded {
    OnOffer on;
    std::uint8_t need = 0;
    Outcome outcome = Outcome::none;
    friend auto operator<=>(const OutcomeRecorded&, const OutcomeRecorded&) = default;
};
// Every need of the offer has an outcome; its units are free again.
struct OfferCompleted { OnOffer on; friend auto operator<=>(const OfferCompleted&, const OfferCompleted&) = default; };
struct Withdrawn { OnReferral on; Reason reason = Reason::none; std::uint64_t note_slot = 0; friend auto operator<=>(const Withdrawn&, const Withdrawn&) = default; };
struct AllNeedsResolved { OnReferral on; friend auto operator<=>(const AllNeedsResolved&, const AllNeedsResolved&) = default; };
// Somebody read the person's details: the entry's actor.
struct DetailsDisclosed { OnReferral on; friend auto operator<=>(const DetailsDisclosed&, const DetailsDisclosed&) = default; };


// A date is agreed; `due` is when the hub must have said what came of it.
// session: a seat there is the date.
// session and places: where the person sits from now on, and on how many; running places without a session.
struct AppointmentBooked { OnOffer on; Timestamp starts{}; Timestamp due{}; SessionNumber session = no_session; std::uint16_t places = 0; friend auto operator<=>(const AppointmentBooked&, const AppointmentBooked&) = default; };
// The person came: help has begun or goes on.
struct Attended { OnOffer on; Timestamp due{}; friend auto operator<=>(const Attended&, const Attended&) = default; };
struct DidNotAttend { OnOffer on; std::uint8_t times = 0; Timestamp due{}; friend auto operator<=>(const DidNotAttend&, const DidNotAttend&) = default; };
struct NoContact { OnOffer on; std::uint8_t tries = 0; Timestamp due{}; friend auto operator<=>(const NoContact&, const NoContact&) = default; };
struct WaitlistedAtHub { OnOffer on; Timestamp review_at{}; friend auto operator<=>(const WaitlistedAtHub&, const WaitlistedAtHub&) = default; };
struct TransferRequested { OnOffer on; Timestamp due{}; friend auto operator<=>(const TransferRequested&, const TransferRequested&) = default; };
// Nobody took the person over: the hub goes on.
struct TransferEnded { OnOffer on; Timestamp due{}; friend auto operator<=>(const TransferEnded&, const TransferEnded&) = default; };
// The hub was told that the answer is half due.
struct OfferReminded { OnOffer on; friend auto operator<=>(const OfferReminded&, const OfferReminded&) = default; };
// The hub let time pass over a person it has taken on. From level 2 the place's owner is told.
struct Escalated { OnOffer on; std::uint8_t level = 0; Timestamp due{}; friend auto operator<=>(const Escalated&, const Escalated&) = default; };
// … or those who have the needs, or the pause, did.
struct ReferralEscalated { OnReferral on; std::uint8_t level = 0; Timestamp review_at{}; friend auto operator<=>(const ReferralEscalated&, const ReferralEscalated&) = default; };
// The referrer must say or choose something; no hub's clock runs meanwhile.
struct ReturnedToReferrer {
    OnReferral on;
    NeedMask needs = 0;
    Reason reason = Reason::none;
    Timestamp review_at{};
    friend auto operator<=>(const ReturnedToReferrer&, const ReturnedToReferrer&) = default;
};
// A named person of the place must look; no machine routes it on.
struct HandedToOwner {
    OnReferral on;
    NeedMask needs = 0;
    Reason reason = Reason::none;
    OwnerName owner;
    Timestamp review_at{};
    friend auto operator<=>(const HandedToOwner&, const HandedToOwner&) = default;
};
struct OwnerAssigned { OnReferral on; OwnerName owner; friend auto operator<=>(const OwnerAssigned&, const OwnerAssigned&) = default; };
// A person has looked: the needs may be routed again.
struct NeedsReleased { OnReferral on; NeedMask needs = 0; friend auto operator<=>(const NeedsReleased&, const NeedsReleased&) = default; };
// The ask became stricter by what the person said to a hub.
struct AskNarrowed { OnReferral on; Metres travel_max = 0; AccessSet access; friend auto operator<=>(const AskNarrowed&, const AskNarrowed&) = default; };
// A need that no hub had ended.
struct NeedClosed { OnReferral on; std::uint8_t need = 0; Outcome outcome = Outcome::none; friend auto operator<=>(const NeedClosed&, const NeedClosed&) = default; };
struct Paused { OnReferral on; Reason reason = Reason::none; Timestamp review_at{}; friend auto operator<=>(const Paused&, const Paused&) = default; };
struct Resumed { OnReferral on; friend auto operator<=>(const Resumed&, const Resumed&) = default; };
struct Reopened {
    OnReferral on;
    NeedMask needs = 0;
    std::uint8_t episode = 0;
    std::uint64_t note_slot = 0;
    friend auto operator<=>(const Reopened&, const Reopened&) = default;
};
struct MarkedError { OnReferral on; friend auto operator<=>(const MarkedError&, const MarkedError&) = default; };
// Somebody should check what the hub states.
struct ReviewOpened { HubIndex hub = no_hub; std::uint64_t hub_seq = 0; Review what = Review::rule; friend auto operator<=>(const ReviewOpened&, const ReviewOpened&) = default; };
struct ReviewClosed { HubIndex hub = no_hub; std::uint64_t hub_seq = 0; Review what = Review::rule; friend auto operator<=>(const ReviewClosed&, const ReviewClosed&) = default; };
struct HubClosed { HubIndex hub = no_hub; std::uint64_t hub_seq = 0; friend auto operator<=>(const HubClosed&, const HubClosed&) = default; };
// Nobody was found, and the person had agreed that this gives way: the clause that allowed it.
struct RequirementRelaxed {
    OnReferral on;
    Requirement what = Requirement::language;
    PlaceCode rules_of;        // whose policy …
    std::uint32_t policy = 0;  // … in which version …
    std::int64_t after_working_ms = 0;  // … lets it give way after so long
    friend auto operator<=>(const RequirementRelaxed&, const RequirementRelaxed&) = default;
};
// A referral of its own was made for this need, by the same practice.
struct OnwardLinked {
    OnReferral on;
    std::uint8_t need = 0;
    ReferralIndex to = no_referral;
    ReferralId to_id;
    friend auto operator<=>(const OnwardLinked&, const OnwardLinked&) = default;
};
struct SessionPublished {
    HubIndex hub = no_hub;
    std::uint64_t hub_seq = 0;
    SessionNumber session = no_session;
    NeedSet needs;
    Timestamp starts{};
    Timestamp ends{};
    std::uint16_t seats = 0;
    bool weekly = false;
    friend auto operator<=>(const SessionPublished&, const SessionPublished&) = default;
};
struct SessionCancelled {
    HubIndex hub = no_hub;
    std::uint64_t hub_seq = 0;
    SessionNumber session = no_session;
    bool stray = false;  // it follows from no slot any more and nobody sat there: it is forgotten
    friend auto operator<=>(const SessionCancelled&, const SessionCancelled&) = default;
};
// The weekly slots are sessions up to this local day; again_at: the next ones are due, or closed days end.
struct SessionsPlanned {
    HubIndex hub = no_hub;
    std::uint64_t hub_seq = 0;
    std::int32_t to_day = 0;
    Timestamp again_at = never;
    friend auto operator<=>(const SessionsPlanned&, const SessionsPlanned&) = default;
};
struct PriceSet { HubIndex hub = no_hub; std::uint64_t hub_seq = 0; std::uint16_t price = 0; friend auto operator<=>(const PriceSet&, const PriceSet&) = default; };
struct CareAdopted { Care care; friend auto operator<=>(const CareAdopted&, const CareAdopted&) = default; };
struct CalendarYearSet { CalendarYear year; friend auto operator<=>(const CalendarYearSet&, const CalendarYearSet&) = default; };

struct ConsentGiven { OnReferral on; Consent consent; friend auto operator<=>(const ConsentGiven&, const ConsentGiven&) = default; };
struct ConsentWithdrawn { OnReferral on; PurposeSet purposes; friend auto operator<=>(const ConsentWithdrawn&, const ConsentWithdrawn&) = default; };
// Its time was up.
struct ConsentExpired { OnReferral on; PurposeSet purposes; friend auto operator<=>(const ConsentExpired&, const ConsentExpired&) = default; };
// The keys of the details are being destroyed; from here on nobody opens them.
struct Erased { OnReferral on; friend auto operator<=>(const Erased&, const Erased&) = default; };
struct KeyShredded { OnReferral on; friend auto operator<=>(const KeyShredded&, const KeyShredded&) = default; };
// The person's own word on one need.
struct PersonAnswered {
    OnReferral on;
    std::uint8_t need = 0;
    Outcome outcome = Outcome::none;
    friend auto operator<=>(const PersonAnswered&, const PersonAnswered&) = default;
};
struct MeasureRecorded {
    OnOffer on;
    Measure measure = Measure::confidence_online;
    Moment moment = Moment::before;
    std::uint8_t value = 0;
    friend auto operator<=>(const MeasureRecorded&, const MeasureRecorded&) = default;
};
// Hub and person say different things: a named person asks both by then.
struct OutcomeDisputed {
    OnReferral on;
    std::uint8_t need = 0;
    OwnerName owner;
    Timestamp review_at{};
    friend auto operator<=>(const OutcomeDisputed&, const OutcomeDisputed&) = default;
};
struct FollowUpEscalated { OnReferral on; std::uint8_t level = 0; Timestamp review_at{}; friend auto operator<=>(const FollowUpEscalated&, const FollowUpEscalated&) = default; };
struct FollowUpClosed { OnReferral on; NeedMask needs = 0; friend auto operator<=>(const FollowUpClosed&, const FollowUpClosed&) = default; };
// The hub found one more need; it stands last in the ask.
struct NeedAdded { OnReferral on; Need need = Need::assess; friend auto operator<=>(const NeedAdded&, const NeedAdded&) = default; };
struct PersonMoved {
    OnReferral on;
    Position position;
    PlaceCode place;
    std::uint64_t note_slot = 0;
    friend auto operator<=>(const PersonMoved&, const PersonMoved&) = default;
};
// No hub had all that belongs together; it is served apart, as they agreed.
struct HouseholdSplit { OnReferral on; friend auto operator<=>(const HouseholdSplit&, const HouseholdSplit&) = default; };

using Event = std::variant<HubUpserted, CapacityReported, PolicyAdopted, ReferralSubmitted, Offered,
                           GapRecorded, Opened, Accepted, Declined, OfferExpired, OfferCancelled,
                           SupportStarted, HubWithdrew, OutcomeRecorded, OfferCompleted, Withdrawn,
                           AllNeedsResolved, DetailsDisclosed, ChoiceMade,
                           AppointmentBooked, Attended,
                           DidNotAttend, NoContact, WaitlistedAtHub, TransferRequested,
                           TransferEnded, OfferReminded, Escalated, ReferralEscalated,
                           ReturnedToReferrer, HandedToOwner, OwnerAssigned, NeedsReleased,
                           AskNarrowed, NeedClosed, Paused, Resumed, Reopened, MarkedError,
                           ReviewOpened, ReviewClosed, HubClosed, CareAdopted, CalendarYearSet,
                           RequirementRelaxed, PriceSet, CapacityDecayed,
                           ConsentGiven, ConsentWithdrawn, ConsentExpired, Erased, KeyShredded,
                           PersonAnswered, MeasureRecorded, OutcomeDisputed, FollowUpEscalated,
                           FollowUpClosed, NeedAdded, PersonMoved, HouseholdSplit,
                           SessionPublished, SessionCancelled, SessionsPlanned, OnwardLinked>;
static_assert(std::is_trivially_copyable_v<Event>);

// The key that sealed the words which came with this event; 0 when there are none.
std::uint64_t note_slot_of(const Event& event);

// "ReferralSubmitted", "Offered", …: the name in logs, feeds and docs/GLOSSARY.md.
const char* event_name(const Event& event);

}  // namespace hubward::matcher
