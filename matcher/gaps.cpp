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

// Somebody in the queue, another one after every command, and the same on every machine. Looks for one who waits among
// a few who came after each other, and begins at the front when it finds none.
std::set<Waiting>::const_iterator somewhere(const State& state) {
    constexpr std::size_t tries = 64;
    std::uint64_t mixed = (state.last + 1) * 0x9e37'79b9'7f4a'7c15ULL;  // Knuth's hash by the golden ratio
    mixed ^= mixed >> 29U;
    for (std::size_t i = 0; i < tries; ++i) {
        const auto who = ReferralIndex{static_cast<std::uint32_t>((mixed + i) % state.referrals.size())};
        if (const auto found = waiting_of(state.at(who), who)) {
            return state.waiting.find(*found);
        }
    }
    return state.waiting.begin();
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

    // From there on, until so many were looked at or nothing is left to give. False: the end of the queue was not
    // reached.
    bool from(std::set<Waiting>::const_iterator at, std::size_t looks) {
        std::size_t passed_over = 0;
        for (; at != draft_.before().waiting.end(); ++at) {
            if (passed_over == limits::gaps_passed_over_max || full()) {
                return false;
            }
            if (!wants_any(at->referral)) {
                ++passed_over;
                continue;
            }
            if (looks-- == 0) {
                return false;
            }
            look_at(at->referral);
        }
        return true;
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
        if (referral.status != ReferralStatus::active || !may_ask_more(referral)) {
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
    if (!walk.from(queue.begin(), limits::gaps_looked_at_max) && !walk.full()) {
        walk.from(somewhere(draft.before()), limits::gaps_looked_at_elsewhere_max);
    }
}

}  // namespace

void fill_gaps(Draft& draft, HubIndex news) {
    fill(draft, std::span(&news, 1), Rest::waits);
}

void fill_gaps_again(Draft& draft, std::span<const HubIndex> reopened) {
    fill(draft, reopened, Rest::due);
}

}  // namespace hubward::matcher
