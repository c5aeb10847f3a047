// SPDX-License-Identifier: Apache-2.0
#include "matcher/search.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "matcher/promises.hpp"
#include "matcher/terms.hpp"

namespace hubward::matcher {
namespace {

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

NeedMask needs_met(const Question& q, const Lanes& lanes, std::size_t lane) {
    NeedMask met = 0;
    for (std::size_t i = 0; i < q.ask->need_count; ++i) {
        const bool offered = (lanes.needs[lane] & NeedSet::mask(q.ask->needs[i])) != 0;
        met = static_cast<NeedMask>(met | (offered ? 1U : 0U) << i);
    }
    return met & q.open;
}

// The best that any hub of a block can bring.
Merits best_of(const Question& q, const BlockMerits& block, const Lanes& fat, std::size_t lane,
               const Sight& s, bool holds_trusted) {
    const Ask& ask = *q.ask;
    Merits m;
    m.needs = needs_met(q, fat, lane);
    m.distance = at_least(q, fat, lane, s);
    m.speaks = ask.language != Language::not_stated && block.languages.has(ask.language);
    m.shares_community = (ask.communities & block.communities) != 0;
    m.trust_percent = holds_trusted ? 100 : 0;
    m.shares_group = (ask.groups.bits & block.groups) != 0;
    m.free = 1;
    m.total = 1;
    m.wait_days = block.wait_days;
    m.price = block.price;
    m.confidence = confidence_at_most(block.stated, *q.rules, q.at);
    m.open.bits = block.open;
    return m;
}

// What is known of every hub without a look at it.
Points known_by_lane(const Question& q, const Merits& m) {
    return needs_term(q, m).points() + distance_term(q, m).points() + language_term(q, m).points() +
           spare_term(q, m).points();
}

// A block that may hold one of the best.
struct Candidate {
    std::size_t block = 0;
    Merits best;      // the best that any of its hubs brings
    Points rest = 0;  // of best, for all that a lane does not know
};

// The same for one hub of it: as good as the block where its lane does not know better.
Points promise(const Question& q, const Candidate& in, const Lanes& lanes, std::size_t lane,
               const Sight& s) {
    Merits m = in.best;
    m.needs = needs_met(q, lanes, lane);
    m.distance = at_least(q, lanes, lane, s);
    m.speaks = m.speaks && lanes.may_speak(lane, q.ask->language);
    m.free = lanes.free[lane];
    m.total = lanes.total[lane];
    return in.rest + known_by_lane(q, m);
}

// The one to be judged next is on its way while this one is judged.
void fetch(const Hub& hub) {
    const auto* bytes = reinterpret_cast<const char*>(&hub);
    for (std::size_t line = 0; line < sizeof(Hub); line += 64) {
        __builtin_prefetch(bytes + line);
    }
}

}  // namespace

std::vector<Found> best_hubs(const State& state, const Question& q, std::size_t most,
                             std::span<const HubIndex> except, Isa isa) {
    const Blocks& blocks = state.blocks;
    const Scan scan = scan_for(isa);
    const Sight s = sight(q);
    const auto trusted = q.ask->trusted_hub ? state.find(q.ask->trusted_hub) : std::nullopt;
    const std::size_t trusted_block = trusted ? blocks.block_of(*trusted) : SIZE_MAX;

    std::vector<Candidate> candidates;
    candidates.reserve(64);
    Promises promises(-q.rules->price_max, most_points(*q.rules));
    for (std::size_t group = 0; group < blocks.summaries().size(); ++group) {
        const Lanes& fat = blocks.summaries()[group];
        for (std::uint64_t left = scan(fat, s); left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(left));
            const std::size_t block = group * block_lanes + lane;
            const Merits best =
                best_of(q, blocks.merits(block), fat, lane, s, block == trusted_block);
            const Points most_there = points(q, best);
            promises.push({most_there, static_cast<std::uint32_t>(candidates.size()), false});
            candidates.push_back({block, best, most_there - known_by_lane(q, best)});
        }
    }
    Podium podium(most);
    while (!promises.empty() && podium.may_enter(promises.most_left())) {
        const Promise next = promises.front();
        promises.pop();
        if (!promises.empty() && promises.front().is_hub) {
            fetch(state.at(HubIndex{promises.front().number}));
        }
        if (!podium.may_enter(next.points)) {
            continue;
        }
        if (next.is_hub) {
            const HubIndex index{next.number};
            const Hub& hub = state.at(index);
            const Verdict verdict = judge(q, hub);
            if (verdict.filter == Filter::passed) {
                podium.offer(index, hub.profile.id, verdict);
            }
            continue;
        }
        const Candidate& in = candidates[next.number];
        const Lanes& lanes = blocks.block(in.block);
        for (std::uint64_t left = scan(lanes, s); left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(left));
            const HubIndex hub = blocks.hubs_of(in.block)[lane];
            const Points most_there = promise(q, in, lanes, lane, s);
            if (podium.may_enter(most_there) && std::ranges::find(except, hub) == except.end()) {
                promises.push({most_there, static_cast<std::uint32_t>(hub), true});
            }
        }
    }
    return podium.take();
}

}  // namespace hubward::matcher
