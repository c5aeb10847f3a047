// SPDX-License-Identifier: Apache-2.0
#include "matcher/apply.hpp"

#include "matcher/word_effects.hpp"

namespace hubward::matcher {
namespace {

// The State as effects see it: the next free index makes a new thing.
class OnState {
  public:
    explicit OnState(State& state) : state_(state) {}

    Referral& referral(ReferralIndex i) { return grown(state_.referrals, slot(i)); }
    Offer& offer(OfferIndex i) { return grown(state_.offers, slot(i)); }
    Hub& hub(HubIndex i) { return grown(state_.hubs, slot(i)); }
    Practice& practice(const PracticeCode& code) {
        if (const auto known = state_.practice_slot(code)) {
            return state_.practices[*known];
        }
        state_.practice_by_code.set(key_of(code),
                                    static_cast<std::uint32_t>(state_.practices.size()));
        return state_.practices.emplace_back(Practice{code, 0});
    }
    Policy& policy() { return state_.policy; }
    Places& places() { return state_.places; }
    Care& care() { return state_.care; }
    Calendar& calendar() { return state_.calendar; }
    const Offer& seen(OfferIndex i) const { return state_.at(i); }

  private:
    template <class Thing>
    static Thing& grown(std::vector<Thing>& things, std::size_t i) {
        invariant(i <= things.size(), "an event about a thing that does not exist");
        return i == things.size() ? things.emplace_back() : things[i];
    }

    State& state_;
};

// What the derived data says about the things one event touches; compared before and after.
struct Listed {
    std::optional<Timer> offer;
    std::optional<Timer> review;
    std::optional<Timer> consent;
    std::optional<Timer> follow_up;
    std::optional<Timer> plan;
    std::optional<ReferralIndex> to_shred;
    std::optional<Waiting> waiting;
    bool live = false;
};

struct About {
    std::optional<ReferralIndex> referral;
    std::optional<OfferIndex> offer;
    std::optional<HubIndex> hub{};
};

About about(const Event& event) {
    return std::visit(
        [](const auto& e) -> About {
            using E = std::remove_cvref_t<decltype(e)>;
            if constexpr (std::is_same_v<E, ReferralSubmitted>) {
                return {e.referral, std::nullopt};
            } else if constexpr (requires { e.on.offer; }) {
                return {e.on.referral, e.on.offer};
            } else if constexpr (requires { e.on; }) {
                return {e.on.referral, std::nullopt};
            } else if constexpr (requires { e.hub_seq; }) {
                return {std::nullopt, std::nullopt, e.hub};
            } else {
                return {};
            }
        },
        event);
}

Listed listed(const State& state, const About& it) {
    Listed found;
    if (it.hub && slot(*it.hub) < state.hubs.size()) {
        found.plan = timer_of(state.at(*it.hub), *it.hub);
    }
    if (it.offer && slot(*it.offer) < state.offers.size()) {
        found.offer = timer_of(state.at(*it.offer), *it.offer);
    }
    if (it.referral && slot(*it.referral) < state.referrals.size()) {
        const Referral& referral = state.at(*it.referral);
        found.review = timer_of(referral, *it.referral);
        found.consent = consent_timer_of(referral, *it.referral);
        found.follow_up = follow_up_timer_of(referral, *it.referral);
        if (referral.erasure == Erasure::ordered) {
            found.to_shred = it.referral;
        }
        found.waiting = waiting_of(referral, *it.referral);
        found.live = live(referral);
    }
    return found;
}

template <class Set, class Item>
void move_in(Set& set, const std::optional<Item>& before, const std::optional<Item>& after) {
    if (before == after) {
        return;
    }
    if (before) {
        set.erase(*before);
    }
    if (after) {
        set.insert(set.end(), *after);  // a hint: what is new is mostly due last
    }
}

void relist(State& state, const About& it, const Listed& before) {
    const Listed after = listed(state, it);
    move_in(state.timers, before.plan, after.plan);
    if (!it.referral) {
        return;
    }
    move_in(state.timers, before.offer, after.offer);
    move_in(state.timers, before.review, after.review);
    move_in(state.timers, before.consent, after.consent);
    move_in(state.timers, before.follow_up, after.follow_up);
    move_in(state.to_shred, before.to_shred, after.to_shred);
    move_in(state.waiting, before.waiting, after.waiting);
    const Referral& referral = state.at(*it.referral);
    if (before.live != after.live && referral.practice_ref) {
        const ExternalRef key = live_key(referral.practice, referral.practice_ref);
        if (after.live) {
            state.live_by_practice_ref.set(key, static_cast<std::uint32_t>(*it.referral));
        } else {
            state.live_by_practice_ref.erase(key);
        }
    }
}

// The blocks follow the hub that the event was about.
void lay_out(State& state, const Event& event) {
    std::visit(
        [&](const auto& e) {
            using E = std::remove_cvref_t<decltype(e)>;
            if constexpr (std::is_same_v<E, HubUpserted> || std::is_same_v<E, PriceSet>) {
                state.blocks.restate(e.hub, state.hubs);
            } else if constexpr (std::is_same_v<E, CapacityReported> ||
                                 std::is_same_v<E, CapacityDecayed> ||
                                 std::is_same_v<E, SessionPublished> ||
                                 std::is_same_v<E, SessionCancelled>) {
                state.blocks.refresh(e.hub, state.hubs);
            } else if constexpr (requires { e.on.hub; }) {
                state.blocks.refresh(e.on.hub, state.hubs);
            }
        },
        event);
}

void remember(State& state, RequestKey key, Remembered what, Timestamp at) {
    state.remembered_at.set(
        key, static_cast<std::uint32_t>(state.keys_forgotten + state.remembered.size()));
    state.keys_by_age.push_back({key, at});
    state.remembered.push_back(what);
}

void forget_old_keys(State& state, Timestamp at) {
    while (!state.keys_by_age.empty() &&
           (state.keys_by_age.size() > limits::request_keys_max ||
            at - state.keys_by_age.front().at > limits::request_key_age_max)) {
        state.remembered_at.erase(state.keys_by_age.front().key);
        state.keys_by_age.pop_front();
        state.remembered.pop_front();
        ++state.keys_forgotten;
    }
}

}  // namespace

void apply(State& state, const Event& event, Sequence number, Sequence entry_number, Timestamp at) {
    invariant(number == state.last + 1, "an event out of order");
    const About it = about(event);
    const Listed before = listed(state, it);
    OnState world(state);
    std::visit([&](const auto& e) { effects::effect(world, e, {entry_number, at}); }, event);
    relist(state, it, before);
    lay_out(state, event);
    if (const auto* made = std::get_if<ReferralSubmitted>(&event)) {
        state.referral_by_id.set(made->id, static_cast<std::uint32_t>(made->referral));
    } else if (const auto* hub = std::get_if<HubUpserted>(&event)) {
        state.hub_by_id.set(hub->profile.id, static_cast<std::uint32_t>(hub->hub));
    }
    state.last = number;
    state.last_time = at;
}

void apply(State& state, const Batch& batch, const Entry& entry) {
    Sequence number = entry.number;
    for (const Event& event : batch.events_of(entry)) {
        apply(state, event, number++, entry.number, entry.at);
    }
    state.last_time = entry.at;
    forget_old_keys(state, entry.at);
    if (entry.key) {
        remember(state, entry.key, {entry.fingerprint, entry.number}, entry.at);
    }
}

}  // namespace hubward::matcher
