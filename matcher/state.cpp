// SPDX-License-Identifier: Apache-2.0
#include "matcher/state.hpp"

#include <algorithm>

#include "matcher/effects.hpp"

namespace hubward::matcher {

PracticeKey key_of(const PracticeCode& code) {
    static_assert(PracticeCode::capacity + 1 <= 16);
    PracticeKey key{.high = code.size, .low = 0};
    for (std::size_t i = 0; i < PracticeCode::capacity; ++i) {
        std::uint64_t& word = i < 7 ? key.high : key.low;
        word = word << 8 | static_cast<unsigned char>(code.bytes[i]);
    }
    return key;
}

ExternalRef live_key(const PracticeCode& practice, ExternalRef ref) {
    const PracticeKey by = key_of(practice);
    return {.high = ref.high ^ by.high * 0x9e37'79b9'7f4a'7c15ULL,
            .low = ref.low ^ by.low * 0xc2b2'ae3d'27d4'eb4fULL};
}

std::optional<ReferralIndex> State::find(ReferralId id) const {
    const auto found = referral_by_id.find(id);
    return found ? std::optional(ReferralIndex{*found}) : std::nullopt;
}

std::optional<HubIndex> State::find(HubId id) const {
    const auto found = hub_by_id.find(id);
    return found ? std::optional(HubIndex{*found}) : std::nullopt;
}

std::optional<OfferIndex> State::offer(const Referral& referral, std::uint8_t ordinal) const {
    for (OfferIndex i = referral.first_offer; i != no_offer; i = at(i).next) {
        if (at(i).ordinal == ordinal) {
            return i;
        }
    }
    return std::nullopt;
}

std::optional<Remembered> State::remembered_for(RequestKey key) const {
    const auto found = remembered_at.find(key);
    if (!found) {
        return std::nullopt;
    }
    return remembered[*found - static_cast<std::uint32_t>(keys_forgotten)];
}

std::optional<std::uint32_t> State::practice_slot(const PracticeCode& code) const {
    return practice_by_code.find(key_of(code));
}

std::uint64_t State::practice_head(const PracticeCode& code) const {
    const auto known = practice_slot(code);
    return known ? practices[*known].feed_head : 0;
}

std::optional<Timer> timer_of(const Offer& offer, OfferIndex index) {
    if (terminal(offer.status)) {
        return std::nullopt;
    }
    return Timer{offer.due, Timer::What::offer, static_cast<std::uint32_t>(index)};
}

std::optional<Timer> timer_of(const Referral& referral, ReferralIndex index) {
    if (!live(referral) || referral.review_at == never) {
        return std::nullopt;
    }
    return Timer{referral.review_at, Timer::What::review, static_cast<std::uint32_t>(index)};
}

std::optional<Timer> consent_timer_of(const Referral& referral, ReferralIndex index) {
    const Timestamp end = referral.consents.next_end();
    if (end == never) {
        return std::nullopt;
    }
    return Timer{end, Timer::What::consent, static_cast<std::uint32_t>(index)};
}

std::optional<Timer> follow_up_timer_of(const Referral& referral, ReferralIndex index) {
    if (referral.follow_up_at == never) {
        return std::nullopt;
    }
    return Timer{referral.follow_up_at, Timer::What::follow_up, static_cast<std::uint32_t>(index)};
}

std::optional<Timer> timer_of(const Hub& hub, HubIndex index) {
    if (!hub.profile.active || hub.plan_at == never) {
        return std::nullopt;
    }
    return Timer{hub.plan_at, Timer::What::plan, static_cast<std::uint32_t>(index)};
}

std::optional<Waiting> waiting_of(const Referral& referral, ReferralIndex index) {
    if (referral.status != ReferralStatus::active ||
        needs_that_are(referral, NeedStatus::gap) == 0) {
        return std::nullopt;
    }
    const bool urgent = referral.ask.urgency == Urgency::urgent;
    const std::uint8_t rank = urgent ? 0 : referral.raised ? 1 : 2;
    return Waiting{rank, referral.created, index};
}

bool live(const Referral& referral) {
    return referral.status == ReferralStatus::active || referral.status == ReferralStatus::on_hold;
}

NeedMask needs_that_are(const Referral& referral, NeedStatus status) {
    NeedMask mask = 0;
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if (referral.needs[i].status == status) {
            mask = static_cast<NeedMask>(mask | 1U << i);
        }
    }
    return mask;
}

NeedMask needs_that_wait(const Referral& referral) {
    return static_cast<NeedMask>(needs_that_are(referral, NeedStatus::gap) |
                                 needs_that_are(referral, NeedStatus::with_referrer) |
                                 needs_that_are(referral, NeedStatus::with_owner));
}

void State::rebuild_indexes() {
    rebuild_lookups();
    rebuild_keys();
    rebuild_queues();
}

void State::rebuild_lookups() {
    referral_by_id = {};
    hub_by_id = {};
    live_by_practice_ref = {};
    practice_by_code = {};
    for (std::uint32_t i = 0; i < hubs.size(); ++i) {
        hub_by_id.set(hubs[i].profile.id, i);
    }
    blocks.rebuild(hubs);
    for (std::uint32_t i = 0; i < practices.size(); ++i) {
        practice_by_code.set(key_of(practices[i].code), i);
    }
    referral_by_id.reserve(referrals.size());
    for (std::uint32_t i = 0; i < referrals.size(); ++i) {
        const Referral& referral = referrals[i];
        referral_by_id.set(referral.id, i);
        if (live(referral) && referral.practice_ref) {
            live_by_practice_ref.set(live_key(referral.practice, referral.practice_ref), i);
        }
    }
}

void State::rebuild_keys() {
    remembered_at = {};
    remembered_at.reserve(keys_by_age.size());
    for (std::size_t i = 0; i < keys_by_age.size(); ++i) {
        remembered_at.set(keys_by_age[i].key, static_cast<std::uint32_t>(keys_forgotten + i));
    }
}

void State::rebuild_queues() {
    std::vector<Timer> due;
    due.reserve(offers.size());
    const auto note = [&due](const std::optional<Timer>& timer) {
        if (timer) {
            due.push_back(*timer);
        }
    };
    waiting.clear();
    to_shred.clear();
    for (std::uint32_t i = 0; i < hubs.size(); ++i) {
        note(timer_of(hubs[i], HubIndex{i}));
    }
    for (std::uint32_t i = 0; i < referrals.size(); ++i) {
        const Referral& referral = referrals[i];
        note(timer_of(referral, ReferralIndex{i}));
        note(consent_timer_of(referral, ReferralIndex{i}));
        note(follow_up_timer_of(referral, ReferralIndex{i}));
        if (referral.erasure == Erasure::ordered) {
            to_shred.insert(ReferralIndex{i});
        }
        if (const auto gap = waiting_of(referral, ReferralIndex{i})) {
            waiting.insert(*gap);
        }
    }
    for (std::uint32_t i = 0; i < offers.size(); ++i) {
        note(timer_of(offers[i], OfferIndex{i}));
    }
    // A set that is made of a sorted list looks for no place.
    std::ranges::sort(due);
    timers = std::set<Timer>(due.begin(), due.end());
}

std::size_t State::memory_bytes() const {
    // A node of std::set: three pointers, a colour and the item.
    constexpr std::size_t node = 32;
    std::size_t sessions = 0;
    for (const Hub& hub : hubs) {
        sessions += hub.sessions.capacity() * sizeof(Session);
    }
    return hubs.capacity() * sizeof(Hub) + sessions + referrals.capacity() * sizeof(Referral) +
           offers.capacity() * sizeof(Offer) + practices.capacity() * sizeof(Practice) +
           timers.size() * (node + sizeof(Timer)) + waiting.size() * (node + sizeof(Waiting)) +
           keys_by_age.size() * (sizeof(KeyAt) + sizeof(Remembered)) +
           referral_by_id.memory_bytes() + hub_by_id.memory_bytes() +
           live_by_practice_ref.memory_bytes() + practice_by_code.memory_bytes() +
           remembered_at.memory_bytes();
}

}  // namespace hubward::matcher
