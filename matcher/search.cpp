// SPDX-License-Identifier: Apache-2.0
#include "matcher/search.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "matcher/promises.hpp"
#include "matcher/terms.hpp"

namespace hubward::matcher {
namespace {

// The best found so far, best first.
class Podium {
  public:
    explicit Podium(std::size_t most) : most_(most) { found_.reserve(most + 1); }

    bool may_enter(Points points) const { return points >= least_; }
    void offer(HubIndex hub, HubId id, const Verdict& verdict) {
        const Points points = verdict.score.total();
        const auto place = std::ranges::find_if(found_, [&](const Found& f) {
            return better(points, id, f.verdict.score.total(), f.id);
        });
        if (place != found_.end() || found_.size() < most_) {
            found_.insert(place, {hub, id, verdict});
            if (found_.size() > most_) {
                found_.pop_back();
            }
            least_ = found_.size() < most_ ? least_ : found_.back().verdict.score.total();
        }
    }
    std::vector<Found> take() { return std::move(found_); }

  private:
    std::size_t most_;
    Points least_ = INT32_MIN;  // fewer do not get in; of the last one, once all are there
    std::vector<Found> found_;
};

// What is known of a block beside its lane: the best that any hub of it can bring. Being trusted is left
// out: the one hub that is gets judged by itself.
Points rest_of(const Question& q, const BlockMerits& best) {
    const Ask& ask = *q.ask;
    Merits m;
    m.shares_community = (ask.communities & best.communities) != 0;
    m.shares_group = (ask.groups.bits & best.groups) != 0;
    m.wait_days = best.wait_days;
    m.price = best.price;
    m.confidence = confidence_at_most(best.stated, *q.rules, q.at);
    m.open.bits = best.open;
    return community_term(q, m).points() + groups_term(q, m).points() + wait_term(q, m).points() +
           price_term(q, m).points() + times_term(q, m).points() + confidence_term(q, m).points();
}

// Points by how many of the open needs are offered.
class NeedPoints {
  public:
    explicit NeedPoints(const Question& q) {
        Merits m;
        for (std::size_t i = 0; i < q.ask->need_count; ++i) {
            if ((q.open >> i & 1) != 0) {
                bits_[count_++] = static_cast<unsigned>(q.ask->needs[i]);
                m.needs = static_cast<NeedMask>((1U << count_) - 1);
                points_[count_] = needs_term(q, m).points();
            }
        }
    }
    Points at(std::uint64_t offered) const {
        std::size_t n = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            n += offered >> bits_[i] & 1;
        }
        return points_[n];
    }

  private:
    std::size_t count_ = 0;
    std::array<unsigned, limits::needs_max> bits_{};
    std::array<Points, limits::needs_max + 1> points_{};
};

// What judging reads of most hubs lies at the beginning, and whether it keeps places a little further on.
// It is on its way while other hubs are judged.
void fetch(const Hub& hub) {
    const auto* end = reinterpret_cast<const char*>(hub.profile.area.corners.data());
    for (auto* at = reinterpret_cast<const char*>(&hub); at < end; at += 64) {
        __builtin_prefetch(at);
    }
    __builtin_prefetch(hub.profile.kept.data());
}

class Search {
  public:
    Search(const State& state, const Question& q, std::size_t most, std::span<const HubIndex> except,
           Isa isa)
        : state_(state),
          q_(q),
          except_(except),
          scan_(scan_for(isa)),
          weigh_(weigh_for(isa)),
          sight_(sight(q)),
          needs_(q),
          promises_(-q.rules->price_max, most_points(*q.rules)),
          podium_(most) {}

    // From the root down, the most promising first.
    std::vector<Found> by_tree() {
        const Blocks& blocks = state_.blocks;
        judge_trusted();
        if (const std::size_t levels = blocks.level_count(); levels != 0) {
            promises_.push({most_points(*q_.rules), rest_of(q_, blocks.merits(levels - 1, 0)), 0,
                            static_cast<std::uint8_t>(levels)});
        }
        keep();
        return podium_.take();
    }
    // Every block, one after another.
    std::vector<Found> by_scan() {
        const Blocks& blocks = state_.blocks;
        judge_trusted();
        for (std::uint32_t block = 0; block < blocks.block_count(); ++block) {
            open({most_points(*q_.rules), rest_of(q_, blocks.merits(0, block)), block, 1});
            keep();
        }
        return podium_.take();
    }

  private:
    bool wanted(HubIndex hub) const {
        return hub != trusted_ && std::ranges::find(except_, hub) == except_.end();
    }
    Points wishes_met(AccessSet access) const {
        if (q_.ask->access_preferred.empty()) {
            return 0;
        }
        Merits m;
        m.wishes_met = met(q_.ask->access_preferred, access);
        return access_term(q_, m).points();
    }
    void judged(HubIndex index) {
        const Hub& hub = state_.at(index);
        const Verdict verdict = judge(q_, hub);
        if (verdict.filter == Filter::passed) {
            podium_.offer(index, hub.profile.id, verdict);
        }
    }
    void judge_trusted() {
        const auto trusted = q_.ask->trusted_hub ? state_.find(q_.ask->trusted_hub) : std::nullopt;
        if (trusted && wanted(*trusted)) {
            trusted_ = *trusted;
            judged(trusted_);
        }
    }
    // Promises kept, until none is left that could be among the best. Hubs are judged a few at a time, so
    // that memory is waited for once.
    void keep() {
        while (!promises_.empty() && podium_.may_enter(promises_.most_left())) {
            const Promise next = promises_.front();
            promises_.pop();
            if (!podium_.may_enter(next.points)) {
                continue;
            }
            if (next.level == 0) {
                due_[due_count_++] = HubIndex{next.number};
                fetch(state_.at(HubIndex{next.number}));
                if (due_count_ < due_.size()) {
                    continue;
                }
            }
            judge_due();
            if (next.level != 0 && podium_.may_enter(next.points)) {
                open(next);
            }
        }
        judge_due();
    }
    void judge_due() {
        for (std::size_t i = 0; i < due_count_; ++i) {
            judged(due_[i]);
        }
        due_count_ = 0;
    }
    // Each child that may hold one of the best is promised what its lane and its merits allow.
    void open(const Promise& node) {
        const Blocks& blocks = state_.blocks;
        const std::size_t level = node.level - 1U;
        const Lanes& lanes = blocks.node(level, node.number);
        std::uint64_t left = scan_(lanes, sight_);
        if (left == 0) {
            return;
        }
        const bool kin = (q_.ask->communities & blocks.merits(level, node.number).communities) != 0;
        LanePoints by_lane;
        weigh_(lanes, sight_, kin, by_lane);
        for (; left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(left));
            const Points known = by_lane.most[lane] + needs_.at(lanes.needs[lane]) +
                                 wishes_met(AccessSet{lanes.access[lane]});
            if (!podium_.may_enter(known + node.rest)) {
                continue;
            }
            if (level == 0) {
                const HubIndex hub = blocks.hubs_of(node.number)[lane];
                if (wanted(hub)) {
                    promises_.push({known + node.rest, 0, static_cast<std::uint32_t>(hub), 0});
                }
                continue;
            }
            const std::size_t child = node.number * block_lanes + lane;
            const Points rest = rest_of(q_, blocks.merits(level - 1, child));
            if (podium_.may_enter(known + rest)) {
                promises_.push({known + rest, rest, static_cast<std::uint32_t>(child),
                                static_cast<std::uint8_t>(level)});
            }
        }
    }

    const State& state_;
    const Question& q_;
    const std::span<const HubIndex> except_;
    const Scan scan_;
    const Weigh weigh_;
    const Sight sight_;
    const NeedPoints needs_;
    HubIndex trusted_ = no_hub;  // judged already
    std::array<HubIndex, 4> due_{};  // to be judged next
    std::size_t due_count_ = 0;
    Promises promises_;
    Podium podium_;
};

}  // namespace

std::vector<Found> best_hubs(const State& state, const Question& q, std::size_t most,
                             std::span<const HubIndex> except, Isa isa) {
    return Search(state, q, most, except, isa).by_tree();
}

std::vector<Found> best_hubs_by_scan(const State& state, const Question& q, std::size_t most, Isa isa) {
    return Search(state, q, most, {}, isa).by_scan();
}

}  // namespace hubward::matcher
