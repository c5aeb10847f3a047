// SPDX-License-Identifier: Apache-2.0
#include "matcher/explain.hpp"

#include <algorithm>

#include "matcher/effects.hpp"
#include "matcher/route.hpp"
#include "matcher/search.hpp"

namespace hubward::matcher {
namespace {

struct Ranking {
    Points points = 0;
    HubId id;
    HubIndex hub = no_hub;
};

class View {
  public:
    View(const State& state, std::span<const Held> held) : state_(state) {
        for (const Held& own : held) {
            const auto known = std::ranges::find(freed_, own.hub, &Freed::index);
            if (known != freed_.end()) {
                known->hub = without(known->hub, own);
            } else {
                freed_.push_back({own.hub, without(state.at(own.hub), own)});
            }
        }
    }
    const Hub& at(HubIndex index) const {
        const auto own = std::ranges::find(freed_, index, &Freed::index);
        return own == freed_.end() ? state_.at(index) : own->hub;
    }

  private:
    struct Freed {
        HubIndex index;
        Hub hub;
    };
    const State& state_;
    std::vector<Freed> freed_;
};

Explained explained(const Question& q, const Hub& hub, HubIndex index) {
    Explained it;
    it.hub = index;
    it.sieved = sieve(q, hub, Sieve::all);
    it.terms = terms(q, merits(q, hub, it.sieved.facts));
    const NeedMask offered = offered_of(q, hub.profile);
    const Units wanted = units_for(*q.ask, offered);
    const Asker who = asker(q, offered);
    for (std::size_t i = 0; i < limits::reserves_max; ++i) {
        const Reserve& reserve = hub.profile.kept[i];
        if (reserve.count != 0 && wanted[static_cast<std::size_t>(reserve.kind)] != 0 &&
            !is_kept_for(reserve, who)) {
            it.kept_for_others = static_cast<std::uint8_t>(it.kept_for_others | 1U << i);
        }
    }
    const Units left = left_to_urgent(q);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        if (left[k] != 0 && wanted[k] != 0) {
            it.kept_for_others = static_cast<std::uint8_t>(it.kept_for_others | 1U << limits::reserves_max);
        }
    }
    if (it.sieved.first == Filter::passed) {
        it.score = score(it.terms);
    }
    return it;
}

}  // namespace

std::vector<Held> held_by(const State& state, const Referral& referral) {
    std::vector<Held> held;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = state.at(i).next) {
        const Offer& offer = state.at(i);
        if (offer.status != OfferStatus::requested && offer.status != OfferStatus::received) {
            continue;
        }
        const auto known = std::ranges::find_if(held, [&](const Held& h) {
            return h.hub == offer.hub && h.session == offer.session;
        });
        Held& at = known == held.end() ? held.emplace_back(Held{offer.hub, {}, offer.session}) : *known;
        for (std::size_t k = 0; k < unit_kinds; ++k) {
            at.units[k] = static_cast<std::uint16_t>(at.units[k] + offer.units[k]);
        }
    }
    return held;
}

Hub without(const Hub& hub, const Held& own) {
    Hub free = hub;
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        if (std::uint16_t* held = effects::counter(free, k, own.session, true)) {
            *held = static_cast<std::uint16_t>(*held - std::min(*held, own.units[k]));
        }
    }
    return free;
}

Asked asked(const State& state, const Referral& referral, Timestamp at) {
    std::vector<Event> none;
    const Draft draft(state, std::max(at, state.last_time), none);
    Asked asked;
    asked.doors = closed_doors(draft, referral, Again::no);
    asked.question = question(referral.ask, state.policy, state.places, at);
    asked.question.relaxed = referral.relaxed;
    asked.question.practice = referral.practice;
    asked.question.open = needs_to_choose(referral);
    asked.question.tried = asked.doors;
    return asked;
}

std::vector<Explained> best_explained(const State& state, const Question& q, std::size_t most,
                                      std::span<const Held> held) {
    std::vector<HubIndex> own;
    for (const Held& h : held) {
        if (std::ranges::find(own, h.hub) == own.end()) {
            own.push_back(h.hub);
        }
    }
    std::vector<Ranking> ranking;
    for (const Found& found : best_hubs(state, q, most, own)) {
        ranking.push_back({found.verdict.score.total(), found.id, found.hub});
    }
    const View view(state, held);
    for (const HubIndex hub : own) {
        const Verdict verdict = judge(q, view.at(hub));
        if (verdict.filter == Filter::passed) {
            ranking.push_back({verdict.score.total(), view.at(hub).profile.id, hub});
        }
    }
    std::ranges::sort(ranking, [](const Ranking& a, const Ranking& b) {
        return better(a.points, a.id, b.points, b.id);
    });
    ranking.resize(std::min(most, ranking.size()));
    std::vector<Explained> best;
    for (const Ranking& one : ranking) {
        best.push_back(explained(q, view.at(one.hub), one.hub));
        best.back().rank = static_cast<std::uint32_t>(best.size());
    }
    return best;
}

Explanation explain(const State& state, const Question& q, std::size_t most,
                    std::span<const HubIndex> by_name, std::span<const Held> held) {
    const View view(state, held);
    Explanation result;
    std::vector<Ranking> ranking;
    for (std::uint32_t i = 0; i < state.hubs.size(); ++i) {
        const HubIndex index{i};
        const Hub& hub = view.at(index);
        const Verdict verdict = judge(q, hub);
        if (verdict.filter == Filter::passed) {
            ranking.push_back({verdict.score.total(), hub.profile.id, index});
        } else {
            ++result.stopped[static_cast<std::size_t>(verdict.filter)];
        }
    }
    std::ranges::sort(ranking, [](const Ranking& a, const Ranking& b) {
        return better(a.points, a.id, b.points, b.id);
    });
    result.passed = static_cast<std::uint32_t>(ranking.size());

    const auto add = [&](HubIndex index) {
        const Hub& hub = view.at(index);
        Explained it = explained(q, hub, index);
        if (it.sieved.first != Filter::passed) {
            it.change = to_be_eligible(q, hub);
        } else {
            const auto place = std::ranges::find(ranking, index, &Ranking::hub);
            it.rank = static_cast<std::uint32_t>(place - ranking.begin()) + 1;
            if (it.rank > 1) {
                it.change = to_be_first(q, merits(q, hub, it.sieved.facts), hub.profile.id,
                                        ranking.front().points, ranking.front().id);
            }
        }
        result.hubs.push_back(it);
    };
    for (const Ranking& best : std::span(ranking).first(std::min(most, ranking.size()))) {
        add(best.hub);
    }
    for (const HubIndex index : by_name) {
        if (std::ranges::find(result.hubs, index, &Explained::hub) == result.hubs.end()) {
            add(index);
        }
    }
    return result;
}

}  // namespace hubward::matcher
