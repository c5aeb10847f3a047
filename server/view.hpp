// SPDX-License-Identifier: Apache-2.0
//
// What may be told: a second State, folded from durable events only, that every I/O thread may read.
//
// The engine's own State runs ahead of the disk, so nobody outside may look at it. This one moves
// when a batch is durable and before its callers are answered; so a client that got an answer finds
// its effect in the next GET. The writer holds the lock for microseconds per batch.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "matcher/audit.hpp"
#include "matcher/journal.hpp"
#include "matcher/network.hpp"
#include "matcher/state.hpp"

namespace hubward::server {

class View {
  public:
    // Takes a second thread for itself: a start waits for it.
    explicit View(matcher::State state);

    // Engine thread (gateway listener) only.
    void apply(const matcher::Batch& batch);

    // Runs `read` under the shared lock; never inside another look. Short: copy out, encode afterwards.
    template <class Read>
    auto look(Read&& read) const {
        std::shared_lock lock(mutex_);
        return std::forward<Read>(read)(*this);
    }

    // --- only inside look() ---
    const matcher::State& state() const { return state_; }
    // Indexes in order of arrival, for listings by cursor.
    const std::vector<matcher::ReferralIndex>& of_practice(const matcher::PracticeCode& code) const;
    const std::vector<matcher::OfferIndex>& of_hub(matcher::HubIndex hub) const;
    std::optional<matcher::HubIndex> hub_by_slug(std::string_view slug) const;
    // Referrals with at least one need that no hub can serve now, in order of arrival.
    const std::vector<matcher::ReferralIndex>& open_gaps() const;
    // Live referrals with at least one need that a person has, the referrer or an owner, and no machine routes
    // on; in order of arrival.
    const std::vector<matcher::ReferralIndex>& with_people() const;
    // How all open needs are kept, summed, and the referrals with one that is not, in order.
    struct KeptSum {
        std::array<std::uint64_t, matcher::ways_to_keep> needs{};
        std::uint64_t referrals = 0;  // live ones
    };
    const KeptSum& kept() const { return kept_; }
    const std::set<matcher::ReferralIndex>& orphans() const { return orphans_; }
    // The numbers of the whole network as of `now`. Looks at every hub; referrals are counted already.
    matcher::NetworkCounts network(matcher::Timestamp now) const;
    // Offers that wait for their hub's answer.
    std::uint64_t open_offers() const;

  private:
    // The two halves of what is indexed, which have no member in common.
    void list_all();
    void follow_all();
    void index(const matcher::Event& event);
    void index_hub(matcher::HubIndex hub);
    void index_referral(matcher::ReferralIndex referral);
    void index_offer(matcher::OfferIndex offer);
    void follow_gap(matcher::ReferralIndex referral);
    void follow_person(matcher::ReferralIndex referral);
    void follow_offer(matcher::OfferIndex offer);
    void follow_keeping(matcher::ReferralIndex referral);
    void follow_share(matcher::ReferralIndex referral);

    mutable std::shared_mutex mutex_;
    matcher::State state_;
    std::unordered_map<std::string, std::vector<matcher::ReferralIndex>> by_practice_;
    std::vector<std::vector<matcher::OfferIndex>> by_hub_;
    std::unordered_map<std::string, matcher::HubIndex> by_slug_;
    std::vector<matcher::ReferralIndex> gaps_;  // sorted
    std::vector<matcher::ReferralIndex> with_people_;  // sorted
    struct Kept {
        matcher::Keeping keeping;
        bool live = false;
    };
    std::vector<Kept> keeping_;  // by ReferralIndex: counted in kept_
    KeptSum kept_;
    std::set<matcher::ReferralIndex> orphans_;
    std::vector<matcher::Share> shares_;  // by ReferralIndex: counted in network_
    matcher::NetworkCounts network_;      // without hubs
    std::vector<bool> offer_open_;              // by OfferIndex: counted in open_offers_
    std::uint64_t open_offers_ = 0;
};

}  // namespace hubward::server
