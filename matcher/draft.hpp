// SPDX-License-Identifier: Apache-2.0
//
// One decision in the making: the State as it would be after the events said so far.
//
// Copies a thing when an event first touches it, so the State itself stays as it is and the second
// event of a decision sees what the first did. Internal to the room; lives for one decide().
// A reference is good until the next say().
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <optional>
#include <vector>

#include "matcher/word_effects.hpp"
#include "matcher/event.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {

// Copies of some items of a list, found by their position in it.
template <class Thing>
class Copies {
  public:
    Copies(const std::vector<Thing>& list, std::pmr::memory_resource* memory)
        : list_(list), size_(list.size()), order_(memory), copies_(memory) {}

    const Thing& read(std::size_t i) const {
        const Thing* copy = find(i);
        return copy != nullptr ? *copy : list_[i];
    }
    Thing& write(std::size_t i) {
        if (Thing* copy = const_cast<Thing*>(find(i))) {
            return *copy;
        }
        invariant(i <= size_, "a decision about a thing that does not exist");
        size_ = std::max(size_, i + 1);
        order_.insert(place(i), {i, copies_.size()});
        return i < list_.size() ? copies_.emplace_back(list_[i]) : copies_.emplace_back();
    }
    // Of the list with what was added.
    std::size_t size() const { return size_; }

    // Calls see(position, thing) for each, in order of position. The fast path of routing: the
    // positions of the copies are walked beside the list instead of being searched.
    template <class See>
    void each(See&& see) const {
        auto next = order_.begin();
        for (std::size_t i = 0; i < size_; ++i) {
            if (next != order_.end() && next->at == i) {
                see(i, copies_[next->copy]);
                ++next;
            } else {
                see(i, list_[i]);
            }
        }
    }
    // The positions that have a copy, in order.
    template <class See>
    void each_copied(See&& see) const {
        for (const Where& where : order_) {
            see(where.at);
        }
    }

  private:
    struct Where {
        std::size_t at;
        std::size_t copy;
    };
    auto place(std::size_t i) const {
        return std::lower_bound(order_.begin(), order_.end(), i,
                                [](const Where& w, std::size_t at) { return w.at < at; });
    }
    const Thing* find(std::size_t i) const {
        const auto it = place(i);
        return it != order_.end() && it->at == i ? &copies_[it->copy] : nullptr;
    }

    const std::vector<Thing>& list_;
    std::size_t size_;
    std::pmr::vector<Where> order_;  // by position
    std::pmr::vector<Thing> copies_;
};

class Draft {
  public:
    Draft(const State& state, Timestamp at, std::vector<Event>& out)
        : state_(state),
          at_(at),
          out_(out),
          policy_(state.policy),
          care_(state.care),
          hubs_(state.hubs, &memory_),
          referrals_(state.referrals, &memory_),
          offers_(state.offers, &memory_),
          practices_(state.practices, &memory_) {}
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    // --- reading: what was before, and what would be now ---
    const State& before() const { return state_; }
    Timestamp at() const { return at_; }
    const Policy& rules() const { return policy_; }
    const Places& places() const { return places_ ? *places_ : state_.places; }
    // Those of the person's place, or of everywhere else. Good until the next say().
    const PlaceRules* own_rules(const PlaceCode& place) const {
        return place.empty() ? nullptr : places().find(place);
    }
    const Policy& rules_for(const PlaceCode& place) const {
        const PlaceRules* own = own_rules(place);
        return own != nullptr ? own->policy : policy_;
    }
    const Care& how() const { return care_; }
    const Referral& at(ReferralIndex i) const { return referrals_.read(slot(i)); }
    const Offer& at(OfferIndex i) const { return offers_.read(slot(i)); }
    const Hub& at(HubIndex i) const { return hubs_.read(slot(i)); }
    template <class See>
    void each_hub(See&& see) const {
        hubs_.each([&](std::size_t i, const Hub& hub) {
            see(HubIndex{static_cast<std::uint32_t>(i)}, hub);
        });
    }
    // Events said so far.
    std::size_t said() const { return out_.size() - said_before_; }
    // Hubs that some event of this decision was about, in order of index.
    std::vector<HubIndex> touched_hubs() const;
    std::size_t hub_count() const { return hubs_.size(); }
    HubIndex next_hub() const { return HubIndex{static_cast<std::uint32_t>(hubs_.size())}; }
    OfferIndex next_offer() const { return OfferIndex{static_cast<std::uint32_t>(offers_.size())}; }
    ReferralIndex next_referral() const {
        return ReferralIndex{static_cast<std::uint32_t>(referrals_.size())};
    }

    // --- writing: heads with the next stream numbers, then the event ---
    OnReferral on(ReferralIndex referral) const;
    OnOffer on(OfferIndex offer) const;
    OnOffer on_new_offer(ReferralIndex referral, HubIndex hub) const;
    std::uint64_t next_seq(HubIndex hub) const;
    std::uint64_t next_seq(const PracticeCode& practice) const;

    template <class E>
    void say(const E& event) {
        effects::effect(*this, event, {state_.last + 1, at_});
        out_.emplace_back(event);
    }

    // --- the World that effects change ---
    Referral& referral(ReferralIndex i) { return referrals_.write(slot(i)); }
    Offer& offer(OfferIndex i) { return offers_.write(slot(i)); }
    Hub& hub(HubIndex i) { return hubs_.write(slot(i)); }
    Practice& practice(const PracticeCode& code);
    Policy& policy() { return policy_; }
    Places& places() {
        if (!places_) {
            places_ = state_.places;
        }
        return *places_;
    }
    Care& care() { return care_; }
    Calendar& calendar() {
        if (!calendar_) {
            calendar_ = state_.calendar;
        }
        return *calendar_;
    }
    const Offer& seen(OfferIndex i) const { return at(i); }

  private:
    // Position in `practices`, or of the one practice that this decision adds.
    std::size_t practice_slot(const PracticeCode& code) const;

    const State& state_;
    Timestamp at_;
    std::vector<Event>& out_;
    const std::size_t said_before_ = out_.size();  // by the commands before it in the batch
    Policy policy_;
    Care care_;
    std::optional<Places> places_;      // copied when a place's rules are set
    std::optional<Calendar> calendar_;  // copied when a year is set
    // Most decisions touch one referral, one practice and a hub or two: their copies fit in here,
    // and a decision allocates nothing. What does not fit comes from the heap.
    std::array<std::byte, 4096> room_;
    std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
    Copies<Hub> hubs_;
    Copies<Referral> referrals_;
    Copies<Offer> offers_;
    Copies<Practice> practices_;
};

}  // namespace hubward::matcher
