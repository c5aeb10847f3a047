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

// `rest`: what becomes of those who would pass when so many are filled already.
void fill(Draft& draft, std::span<const HubIndex> news, Rest rest) {
    if (draft.before().waiting.empty()) {
        return;
    }
    const std::vector<HubIndex> hubs = gained(draft, news);
    if (hubs.empty()) {
        return;
    }
    std::size_t looked_at = 0;
    std::size_t filled = 0;
    for (const Waiting& waiting : draft.before().waiting) {
        const bool enough = filled == limits::gaps_filled_per_command_max;
        if (looked_at++ == limits::gaps_looked_at_max || (enough && rest == Rest::waits)) {
            return;
        }
        const Referral& referral = draft.at(waiting.referral);
        if (referral.status != ReferralStatus::active || !may_ask_more(referral)) {
            continue;
        }
        const NeedMask needs = needs_that_are(referral, NeedStatus::gap);
        if (needs == 0 || !any_would_pass(draft, referral, needs, hubs)) {
            continue;
        }
        if (enough && referral.review_at > draft.at()) {
            draft.say(GapRecorded{draft.on(waiting.referral), needs, Filter::outside_dates, draft.at()});
        } else if (!enough) {
            route(draft, waiting.referral, needs);
            ++filled;
        }
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
