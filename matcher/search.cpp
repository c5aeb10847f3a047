// SPDX-License-Identifier: Apache-2.0
#include "matcher/search.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hubward::matcher {
namespace {

struct Promise {
    Points points = 0;  // no hub of the block scores more
    std::uint32_t block = 0;
    friend bool operator<(const Promise& a, const Promise& b) { return a.points < b.points; }
};

// The best found so far, best first.
class Podium {
  public:
    explicit Podium(std::size_t most) : most_(most) { found_.reserve(most + 1); }

    bool may_enter(Points points) const {
        return found_.size() < most_ || points >= found_.back().verdict.score.total();
    }
    void offer(HubIndex hub, HubId id, const Verdict& verdict) {
        const auto place = std::ranges::find_if(found_, [&](const Found& f) {
            return better(verdict.score.total(), id, f.verdict.score.total(), f.id);
        });
        if (place != found_.end() || found_.size() < most_) {
            found_.insert(place, {hub, id, verdict});
            if (found_.size() > most_) {
                found_.pop_back();
            }
        }
    }
    std::vector<Found> take() { return std::move(found_); }

  private:
    std::size_t most_;
    std::vector<Found> found_;
};

// Metres from the person to the nearest point of the block, or a little less.
Metres at_least(const Question& q, const Lanes& fat, std::size_t lane, const Sight& s) {
    if (!q.ask->position.known()) {
        return 0;
    }
    const float dx = fat.x[lane] - s.x;
    const float dy = fat.y[lane] - s.y;
    const float dz = fat.z[lane] - s.z;
    const float gap = std::sqrt(dx * dx + dy * dy + dz * dz) * 0.9999F - fat.radius[lane];
    constexpr float metres_per_unit =
        static_cast<float>(earth_radius_metres) / static_cast<float>(position_scale);
    const float metres = gap * metres_per_unit * 0.9999F - 2.0F;
    return metres > 0.0F ? static_cast<Metres>(metres) : 0;
}

Merits best_of(const Question& q, const BlockMerits& block, const Lanes& fat, std::size_t lane,
               const Sight& s, bool holds_trusted) {
    const Ask& ask = *q.ask;
    Merits m;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        const bool open = (q.open >> i & 1) != 0;
        if (open && (fat.needs[lane] & NeedSet::mask(ask.needs[i])) != 0) {
            m.needs = static_cast<NeedMask>(m.needs | 1U << i);
        }
    }
    m.distance = at_least(q, fat, lane, s);
    m.speaks = ask.language != Language::not_stated && block.languages.has(ask.language);
    m.shares_community = (ask.communities & block.communities) != 0;
    m.trust_percent = holds_trusted ? 100 : 0;
    m.shares_group = (ask.groups.bits & block.groups) != 0;
    m.free = 1;
    m.total = 1;
    m.wait_days = block.wait_days;
    m.price = block.price;
    m.open.bits = block.open;
    return m;
}

}  // namespace

std::vector<Found> best_hubs(const State& state, const Question& q, std::size_t most,
                             std::span<const HubIndex> except, Isa isa) {
    const Blocks& blocks = state.blocks;
    const Scan scan = scan_for(isa);
    const Sight s = sight(q);
    const auto trusted = q.ask->trusted_hub ? state.find(q.ask->trusted_hub) : std::nullopt;
    const std::size_t trusted_block = trusted ? blocks.block_of(*trusted) : SIZE_MAX;

    std::vector<Promise> promises;
    promises.reserve(64);
    for (std::size_t group = 0; group < blocks.summaries().size(); ++group) {
        const Lanes& fat = blocks.summaries()[group];
        for (std::uint64_t left = scan(fat, s); left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(left));
            const std::size_t block = group * block_lanes + lane;
            const Merits best =
                best_of(q, blocks.merits(block), fat, lane, s, block == trusted_block);
            promises.push_back({score(terms(q, best)).total(), static_cast<std::uint32_t>(block)});
        }
    }
    std::make_heap(promises.begin(), promises.end());
    Podium podium(most);
    while (!promises.empty() && podium.may_enter(promises.front().points)) {
        const std::size_t block = promises.front().block;
        std::pop_heap(promises.begin(), promises.end());
        promises.pop_back();
        const Lanes& lanes = blocks.block(block);
        for (std::uint64_t left = scan(lanes, s); left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(left));
            const HubIndex hub = blocks.hubs_of(block)[lane];
            if (std::ranges::find(except, hub) != except.end()) {
                continue;
            }
            // A hub is a block of one: what its lane promises spares a look at most of the hubs.
            const Merits most_here =
                best_of(q, blocks.merits(block), lanes, lane, s, block == trusted_block);
            if (!podium.may_enter(score(terms(q, most_here)).total())) {
                continue;
            }
            const Hub& candidate = state.at(hub);
            const Verdict verdict = judge(q, candidate);
            if (verdict.filter == Filter::passed) {
                podium.offer(hub, candidate.profile.id, verdict);
            }
        }
    }
    return podium.take();
}

}  // namespace hubward::matcher
