// SPDX-License-Identifier: Apache-2.0
//
// A referral: one person who asked for help with one to eight needs, and the offers made for them.
//
// Nothing here says who the person is. The sealed details stay in the journal entry `submitted_at`;
// `key_slot` names the key that opens them.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/care.hpp"
#include "matcher/codes.hpp"
#include "matcher/consent.hpp"
#include "matcher/hub.hpp"
#include "matcher/language.hpp"
#include "matcher/limits.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// What the router may know about the person and the ask.
struct Ask {
    std::array<Need, limits::needs_max> needs{};
    std::uint8_t need_count = 0;
    Urgency urgency = Urgency::routine;
    Position position;               // coarse; unknown when no address was given
    Metres travel_max = 0;           // 0: the person named no limit
    Language language = Language::not_stated;
    bool language_required = false;  // a hub without it is no help at all
    AccessSet access;                // each is a hard requirement
    std::uint32_t communities = 0;
    std::uint8_t age = 255;          // years; 255 when not stated
    HubId trusted_hub;               // asked for by name, or attended before; zero for none
    std::array<HubId, 2> refused_hubs{};  // never offered there; zero for none
    // --- since record version 2 ---
    PlaceCode place;                 // where the person lives, for hubs that serve places; may be empty
    HalfDaySet available;            // when the person can come; empty: at any time
    TravelMode mode = TravelMode::not_stated;
    Trust trust = Trust::asked_by_name;  // what the person has to do with trusted_hub
    std::uint8_t load = 1;           // places that one visit takes up
    bool together = false;           // all open needs at one hub, or none
    GroupSet groups;                 // counts only where a policy gives it weight
    HubId chosen_hub;                // the person's own choice; it binds while it can serve. Zero: none
    // Valid SNOMED CT concepts without a rule of ours: kept, shown, and never a reason to exclude.
    std::array<std::uint64_t, limits::other_access_max> other_access{};
    RequirementSet may_relax;  // the person agreed that these give way rather than nobody be found
    bool may_split = false;          // they agreed to be served apart rather than not at all
    bool whole_session = false;      // a group that takes a session to itself
    AccessSet access_preferred;      // would be good to have; excludes nobody and brings points

    friend auto operator<=>(const Ask&, const Ask&) = default;
};

struct NeedState {
    NeedStatus status = NeedStatus::open;
    Outcome outcome = Outcome::none;  // the hub's word, or that of whoever closed it
    std::uint8_t offer = 0;  // ordinal of the live or last offer for it; 0 for none
    Outcome person = Outcome::none;   // the person's own word
    friend auto operator<=>(const NeedState&, const NeedState&) = default;
};

// How far the erasure of the details has come: the entry that orders it is durable before a key is
// touched, and `done` is said when no key is left.
enum class Erasure : std::uint8_t { none, ordered, done };

// A set of a referral's needs by position: bit i is needs[i].
using NeedMask = std::uint8_t;
static_assert(limits::needs_max <= 8);

struct Referral {
    ReferralId id;
    Ask ask;
    PracticeCode practice;
    ExternalRef practice_ref;  // zero when the practice gave none
    Source source = Source::api;
    ReferralStatus status = ReferralStatus::active;
    Reason ended_with = Reason::none;
    std::array<NeedState, limits::needs_max> needs{};
    Timestamp created{};
    Timestamp review_at = never;  // when somebody looks again at what waits; `never` when nothing does
    Sequence submitted_at = 0;    // journal number of the entry with the sealed details
    std::uint64_t key_slot = 0;
    OfferIndex first_offer = no_offer;
    OfferIndex last_offer = no_offer;
    std::uint8_t offer_count = 0;
    std::uint32_t version = 0;    // rises by one with every event; the ETag
    OwnerName owner;              // who looks at needs that no machine may route; empty: nobody must
    std::uint8_t episode = 1;     // rises by one with every reopening
    std::uint8_t episode_from = 0;  // offers made before this episode; they close no doors
    std::uint8_t level = 0;       // reviews since somebody last moved it on
    std::uint8_t information_rounds = 0;
    bool raised = false;          // a hub let the person down: before the others of its urgency
    RequirementSet relaxed;       // gave way in this episode
    Timestamp waits_since{};      // the episode's beginning
    Consents consents;
    Erasure erasure = Erasure::none;
    NeedMask disputed = 0;        // hub and person differ about these, or a danger was named beside their hub
    Timestamp follow_up_at = never;  // when the owner must have asked both
    std::uint8_t follow_up_level = 0;
    // Made for a need of this other referral …
    ReferralIndex onward_of = no_referral;
    std::uint8_t onward_need = 0;
    ReferralIndex onward_next = no_referral;   // … as was, before it, this one
    ReferralIndex onward_first = no_referral;  // the newest that was made for a need of this one

    bool may_share(Timestamp at) const { return consents.hold(Purpose::share_with_hub, at); }
};

// One attempt at one hub.
struct Offer {
    ReferralIndex referral{};
    HubIndex hub = no_hub;
    OfferIndex next = no_offer;   // the referral's next offer, in order of making
    std::uint8_t ordinal = 0;     // 1, 2, … within the referral; "{referral id}.{ordinal}" outside
    NeedMask needs = 0;
    bool held = true;             // its units wait at the hub; false in a broadcast, until claimed
    bool transfer = false;        // on hold until another hub takes the person over
    bool taken = false;           // the hub said yes, at `answered`
    std::uint8_t missed = 0;      // appointments
    std::uint8_t tries = 0;       // of contact, without an answer
    std::uint8_t level = 0;       // steps of the escalation ladder
    OfferStatus status = OfferStatus::requested;
    Reason reason = Reason::none;
    Units units{};                // held or used at the hub
    SessionNumber session = no_session;  // … whose seats stand for the places
    Metres distance = 0;
    Timestamp made{};
    Timestamp answer_by{};
    Timestamp answered = never;
    Timestamp due{};              // when the core acts by itself, while the offer is alive
    Timestamp appointment = never;  // the booked date that lies ahead or has no result yet
};

}  // namespace hubward::matcher
