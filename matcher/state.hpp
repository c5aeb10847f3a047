// SPDX-License-Identifier: Apache-2.0
//
// Everything the core knows: the fold of all events, nothing more.
//
// Plain data with look-ups. `apply` is the only writer. One thread owns a State; others may read it
// only under an arrangement of their own (server/view keeps a second State of durable events).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "matcher/blocks.hpp"
#include "matcher/care.hpp"
#include "matcher/event.hpp"
#include "matcher/hub.hpp"
#include "matcher/id_index.hpp"
#include "matcher/places.hpp"
#include "matcher/policy.hpp"
#include "matcher/referral.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// What a request key led to.
struct Remembered {
    std::uint64_t fingerprint = 0;
    Sequence number = 0;  // its entry
};

struct Practice {
    PracticeCode code;
    std::uint64_t feed_head = 0;
};

using PracticeKey = Id128<struct PracticeKeyTag>;
// The 13 bytes of a practice code as one id, without loss.
PracticeKey key_of(const PracticeCode& code);
// A practice's own reference is unique only within the practice, so the two are mixed.
ExternalRef live_key(const PracticeCode& practice, ExternalRef ref);

// A moment at which the core must act by itself: exactly one for each live offer, for each live
// referral with something that waits, for each that holds a consent with an end, for each outcome
// that somebody must ask after, and for each hub with weekly sessions.
struct Timer {
    Timestamp at{};
    enum class What : std::uint8_t { offer, review, consent, follow_up, plan } what = What::offer;
    std::uint32_t index = 0;  // OfferIndex, ReferralIndex or, to plan, HubIndex
    friend auto operator<=>(const Timer&, const Timer&) = default;
};

// A referral that has a gap, in the order in which freed capacity is offered to people: the urgent
// first, then those who have waited longest.
struct Waiting {
    std::uint8_t rank = 0;  // 0 urgent, 1 let down by a hub, 2 routine
    Timestamp since{};
    ReferralIndex referral{};
    friend auto operator<=>(const Waiting&, const Waiting&) = default;
};

class State {
  public:
    // --- primary data: what a snapshot holds; written by apply() only ---
    Policy policy;  // where the person's place has no rules of its own
    Places places;
    Care care;
    Calendar calendar;
    std::vector<Hub> hubs;
    std::vector<Referral> referrals;
    std::vector<Offer> offers;
    std::vector<Practice> practices;
    Sequence last = 0;        // number of the last event counted in
    Timestamp last_time{};    // time of the last entry

    struct KeyAt {
        RequestKey key;
        Timestamp at{};
    };
    std::deque<KeyAt> keys_by_age;      // oldest first
    std::deque<Remembered> remembered;  // same order as keys_by_age
    std::uint64_t keys_forgotten = 0;   // number of keys dropped from the front so far

    // --- derived data: rebuild_indexes() makes all of it from the above ---
    std::set<Timer> timers;
    std::set<Waiting> waiting;                  // active referrals with a gap
    std::set<ReferralIndex> to_shred;           // erasure ordered, and not yet done
    IdIndex<ReferralId> referral_by_id;
    IdIndex<HubId> hub_by_id;
    IdIndex<ExternalRef> live_by_practice_ref;  // by live_key(); open referrals only
    IdIndex<PracticeKey> practice_by_code;      // position in `practices`
    Blocks blocks;                              // the hubs, laid out for the search
    IdIndex<RequestKey> remembered_at;  // keys_forgotten + position in `remembered`, modulo 2^32

    // Makes the derived data anew. For a State whose primary data was filled from a snapshot.
    void rebuild_indexes();
    // Its three parts, which have no member in common: whoever is in a hurry calls them on several threads at once.
    void rebuild_lookups();  // by id, and the blocks of hubs
    void rebuild_keys();     // by request key; reads `remembered`, `keys_by_age` and `keys_forgotten` alone
    void rebuild_queues();   // what waits for a time or a place

    // --- look-ups ---
    std::optional<ReferralIndex> find(ReferralId id) const;
    std::optional<HubIndex> find(HubId id) const;
    const Referral& at(ReferralIndex i) const { return referrals[slot(i)]; }
    const Hub& at(HubIndex i) const { return hubs[slot(i)]; }
    const Offer& at(OfferIndex i) const { return offers[slot(i)]; }
    // The referral's offer with this ordinal.
    std::optional<OfferIndex> offer(const Referral& referral, std::uint8_t ordinal) const;
    std::optional<Remembered> remembered_for(RequestKey key) const;
    std::optional<std::uint32_t> practice_slot(const PracticeCode& code) const;
    // The practice's stream head; 0 for a practice never heard of.
    std::uint64_t practice_head(const PracticeCode& code) const;

    // A number that two States share if and only if they agree in everything that decides the
    // future (collisions aside). Equal on every machine and compiler. O(size).
    std::uint64_t state_hash() const;

    // Bytes held, roughly; for reports.
    std::size_t memory_bytes() const;
};

// The timer and the place in the queue that these facts call for; nothing when none.
std::optional<Timer> timer_of(const Offer& offer, OfferIndex index);
std::optional<Timer> timer_of(const Referral& referral, ReferralIndex index);
std::optional<Timer> consent_timer_of(const Referral& referral, ReferralIndex index);
std::optional<Timer> follow_up_timer_of(const Referral& referral, ReferralIndex index);
std::optional<Timer> timer_of(const Hub& hub, HubIndex index);
std::optional<Waiting> waiting_of(const Referral& referral, ReferralIndex index);
// Active or on hold: it blocks another referral with the same practice_ref.
bool live(const Referral& referral);
// The referral's needs that stand so.
NeedMask needs_that_are(const Referral& referral, NeedStatus status);
// … that wait in the queue, with the referrer or with an owner.
NeedMask needs_that_wait(const Referral& referral);

}  // namespace hubward::matcher
