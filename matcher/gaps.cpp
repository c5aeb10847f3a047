// SPDX-License-Identifier: Apache-2.0
//
// Capacity that has come free is offered to those who wait for it, at once and in the same entry.
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

// Hubs that can now serve more than before this decision.
std::vector<HubIndex> gained(const Draft& draft, std::span<const HubIndex> news) {
    std::vector<HubIndex> hubs;
    for (const HubIndex index : draft.touched_hubs()) {
        const Hub& now = draft.at(index);
        if (!now.profile.active) {
            continue;
        }
        bool more = std::ranges::find(news, index) != news.end();
        if (slot(index) < draft.before().hubs.size()) {
            const Hub& then = draft.before().at(index);
            for (std::size_t k = 0; k < unit_kinds; ++k) {
                more = more || now.capacity[k].free() > then.capacity[k].free();
            }
            more = more || free_seats(now.sessions, draft.at()) > free_seats(then.sessions, draft.at());
        }
        if (more) {
            hubs.push_back(index);
        }
    }
    return hubs;
}

bool any_would_pass(const Draft& draft, const Referral& referral, NeedMask needs,
                    const std::vector<HubIndex>& hubs) {
    const std::vector<HubId> doors = not_to_ask(draft, referral, needs, Again::no);
    const Question q = question_about(draft, referral, needs, doors);
    return std::ranges::any_of(hubs, [&](HubIndex hub) {
        return sieve(q, draft.at(hub), Sieve::until_first).first == Filter::passed;
    });
}

enum class Rest : std::uint8_t { waits, due };

using Place = std::set<Waiting>::const_iterator;

// Numbers without a pattern, others after every command and the same on every machine (splitmix64).
class Mixed {
  public:
    explicit Mixed(const State& state) : seed_(state.last) {}
    std::uint64_t below(std::uint64_t bound) {
        std::uint64_t z = seed_ += 0x9e37'79b9'7f4a'7c15ULL;
        z = (z ^ z >> 30U) * 0xbf58'476d'1ce4'e5b9ULL;
        z = (z ^ z >> 27U) * 0x94d0'49bb'1331'11ebULL;
        return (z ^ z >> 31U) % bound;
    }

  private:
    std::uint64_t seed_;
};

// Somebody of the queue from `behind` on. Within a rank people stand in the order in which they came, which is that of
// their numbers, so a number between the first and the last leads to whoever waits next after it: no look into
// referrals that wait for nothing, however many are stored. A crowd that came together has few numbers and would be
// found seldom, so several are tried, and one is taken the sooner the fewer numbers lead to it.
Place somewhere(const State& state, Place behind) {
    constexpr unsigned tries = 8;
    Mixed mixed(state);
    const std::set<Waiting>& queue = state.waiting;
    std::vector<std::pair<Place, Place>> ranks;  // first and past the last of each
    for (Place at = behind; at != queue.end(); at = ranks.back().second) {
        ranks.emplace_back(at, queue.lower_bound({static_cast<std::uint8_t>(at->rank + 1), Timestamp{}, {}}));
    }
    const auto [first, last] = ranks[mixed.below(ranks.size())];
    const std::size_t from = slot(first->referral);
    const std::size_t numbers = slot(std::prev(last)->referral) - from + 1;
    Place best = first;
    std::uint64_t weights = 0;
    for (unsigned i = 0; i < tries; ++i) {
        const auto who = ReferralIndex{static_cast<std::uint32_t>(from + mixed.below(numbers))};
        const Place found = queue.lower_bound({first->rank, state.at(who).created, who});
        const std::size_t before = found == first ? from - 1 : slot(std::prev(found)->referral);
        const std::uint64_t weight = UINT32_MAX / (slot(found->referral) - before);
        weights += weight;
        best = mixed.below(weights) < weight ? found : best;
    }
    return best;
}

// The needs that this hub has something for now.
NeedSet needs_served(const Hub& hub) {
    NeedSet served;
    for (unsigned i = 0; i <= static_cast<unsigned>(Need::assess); ++i) {
        const auto need = static_cast<Need>(i);
        const UnitKind kind = unit_for(need);
        const bool room = hub.capacity[static_cast<std::size_t>(kind)].free() > 0 ||
                          (kind == UnitKind::place && !hub.sessions.empty());
        if (room && hub.profile.needs.has(need)) {
            served.add(need);
        }
    }
    return served;
}

// One command's way through the queue.
class Walk {
  public:
    // `rest`: what becomes of those who would pass when so many are filled already.
    Walk(Draft& draft, std::vector<HubIndex> hubs, Rest rest) : draft_(draft), hubs_(std::move(hubs)), rest_(rest) {
        for (const HubIndex hub : hubs_) {
            served_.bits |= needs_served(draft_.at(hub)).bits;
        }
    }

    // What one way may cost: so many are looked at, so many passed over.
    struct Bound {
        std::size_t looks;
        std::size_t passed_over;
    };
    // From there to there, within the bound, or until nothing is left to give: the first who was not reached.
    Place go(Place at, Place end, Bound& bound) {
        for (; at != end && !full(); ++at) {
            if (!wants_any(at->referral)) {
                if (bound.passed_over-- == 0) {
                    bound = {};
                    return at;
                }
                continue;
            }
            if (bound.looks-- == 0) {
                bound = {};
                return at;
            }
            look_at(at->referral);
        }
        return at;
    }
    bool full() const { return enough() && rest_ == Rest::waits; }

  private:
    bool enough() const { return filled_ == limits::gaps_filled_per_command_max; }
    bool wants_any(ReferralIndex index) const {
        const Referral& referral = draft_.at(index);
        for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
            if (referral.needs[i].status == NeedStatus::gap && served_.has(referral.ask.needs[i])) {
                return true;
            }
        }
        return false;
    }
    void look_at(ReferralIndex index) {
        const Referral& referral = draft_.at(index);
        if (referral.status != ReferralStatus::active || !may_ask_more(draft_, referral)) {
            return;
        }
        const NeedMask needs = needs_that_are(referral, NeedStatus::gap);
        if (needs == 0 || !any_would_pass(draft_, referral, needs, hubs_)) {
            return;
        }
        if (enough() && referral.review_at > draft_.at()) {
            draft_.say(GapRecorded{draft_.on(index), needs, Filter::outside_dates, draft_.at()});
        } else if (!enough()) {
            route(draft_, index, needs);
            ++filled_;
        }
    }

    Draft& draft_;
    std::vector<HubIndex> hubs_;
    Rest rest_;
    NeedSet served_;
    std::size_t filled_ = 0;
};

void fill(Draft& draft, std::span<const HubIndex> news, Rest rest) {
    const std::set<Waiting>& queue = draft.before().waiting;
    if (queue.empty()) {
        return;
    }
    std::vector<HubIndex> hubs = gained(draft, news);
    if (hubs.empty()) {
        return;
    }
    Walk walk(draft, std::move(hubs), rest);
    // A quarter is kept for the second look, or behind thousands who need something else it would never begin.
    constexpr std::size_t passed_over_elsewhere = limits::gaps_passed_over_max / 4;
    Walk::Bound front{limits::gaps_looked_at_max, limits::gaps_passed_over_max - passed_over_elsewhere};
    const Place behind = walk.go(queue.begin(), queue.end(), front);
    if (behind == queue.end() || walk.full()) {
        return;
    }
    Walk::Bound elsewhere{limits::gaps_looked_at_elsewhere_max, passed_over_elsewhere};
    const Place start = somewhere(draft.before(), behind);
    walk.go(start, queue.end(), elsewhere);
    walk.go(behind, start, elsewhere);
}

}  // namespace

void fill_gaps(Draft& draft, HubIndex news) {
    fill(draft, std::span(&news, 1), Rest::waits);
}

void fill_gaps_again(Draft& draft, std::span<const HubIndex> reopened) {
    fill(draft, reopened, Rest::due);
}

}  // namespace hubward::matcher
