// SPDX-License-Identifier: Apache-2.0
#include "matcher/danger.hpp"
#include "matcher/handlers.hpp"
#include "matcher/places.hpp"
#include "matcher/receipt.hpp"
#include "matcher/relax.hpp"
#include "matcher/route.hpp"
#include "matcher/search.hpp"

#include <array>
#include <bit>
#include <vector>

#include "matcher/waits.hpp"

namespace hubward::matcher {
namespace {

struct Choice {
    HubIndex hub = no_hub;
    HubId id;
    HubId binding;  // the hub that the person chose; zero for none
    Verdict verdict;
    Cited cited;
    std::uint16_t considered = 0;
    std::array<std::uint32_t, filter_count> stopped{};

    void weigh(HubIndex index, const Hub& candidate, const Verdict& found) {
        ++stopped[static_cast<std::size_t>(found.filter)];
        if (found.filter != Filter::passed) {
            return;
        }
        considered =
            considered == UINT16_MAX ? considered : static_cast<std::uint16_t>(considered + 1);
        // What the person chose goes before every score, as long as it passes.
        const bool bound = binding && hub != no_hub && id == binding;
        if (!bound && (hub == no_hub || (binding && candidate.profile.id == binding) ||
                       better(found.score.total(), candidate.profile.id, verdict.score.total(), id))) {
            hub = index;
            id = candidate.profile.id;
            verdict = found;
        }
    }

    // The filter that stopped most hubs; of equals the one asked later, which was nearer to a yes.
    Filter nearest_miss() const {
        Filter most = Filter::passed;
        std::uint32_t hubs = 0;
        for (const Filter filter : filter_order) {
            const std::uint32_t n = stopped[static_cast<std::size_t>(filter)];
            if (n > 0 && n >= hubs) {
                most = filter;
                hubs = n;
            }
        }
        return most;
    }
};

}  // namespace

Question question_about(const Draft& draft, const Referral& referral, NeedMask open,
                        std::span<const HubId> doors) {
    Question q = question(referral.ask, draft.rules(), draft.places(), draft.at());
    q.relaxed = referral.relaxed;
    q.practice = referral.practice;
    q.open = open;
    q.tried = doors;
    return q;
}

namespace {

Choice choose(const Draft& draft, const Referral& referral, NeedMask open, Again again) {
    const std::vector<HubId> doors = not_to_ask(draft, referral, open, again);
    const Question q = question_about(draft, referral, open, doors);
    const auto weigh_all = [&](Choice& choice) {
        draft.each_hub(
            [&](HubIndex index, const Hub& hub) { choice.weigh(index, hub, judge(q, hub)); });
    };
    Choice choice;
    choice.binding = referral.ask.chosen_hub;
    if (draft.hub_count() <= limits::counted_hubs_max) {
        weigh_all(choice);
    } else {
        // The search knows the hubs as they were; those that this decision touched are asked here.
        const std::vector<HubIndex> touched = draft.touched_hubs();
        for (const Found& found : best_hubs(draft.before(), q, 1, touched)) {
            choice.weigh(found.hub, draft.at(found.hub), found.verdict);
        }
        for (const HubIndex hub : touched) {
            choice.weigh(hub, draft.at(hub), judge(q, draft.at(hub)));
        }
        const auto chosen = choice.binding ? draft.before().find(choice.binding) : std::nullopt;
        if (chosen) {
            choice.weigh(*chosen, draft.at(*chosen), judge(q, draft.at(*chosen)));
        }
        if (choice.hub == no_hub) {  // a gap: worth the time to say what stopped most hubs
            choice = {};
            weigh_all(choice);
        }
        choice.considered = UINT16_MAX;
    }
    if (choice.hub != no_hub) {
        choice.cited = cite(q, draft.at(choice.hub));
    }
    return choice;
}

void record_gap(Draft& draft, ReferralIndex index, NeedMask needs, Filter nearest_miss,
                Again again) {
    const Referral& referral = draft.at(index);
    Timestamp review_at = draft.at() + std::chrono::milliseconds(draft.rules_for(referral.ask.place).gap_review_after_ms);
    if (referral.status == ReferralStatus::on_hold) {
        review_at = referral.review_at;  // the date of the pause
    } else {
        if (again == Again::no) {  // an earlier gap of the same person keeps its nearer date
            review_at = std::min(review_at, referral.review_at);
        }
        // Nor does a review of the queue put off somebody who looks at another need, unless that date has come.
        const auto others = static_cast<NeedMask>(needs_that_wait(referral) & ~needs_that_are(referral, NeedStatus::gap));
        if (others != 0 && referral.review_at > draft.at()) {
            review_at = std::min(review_at, referral.review_at);
        }
        review_at = std::min(review_at, next_relaxation(draft, referral));
    }
    draft.say(GapRecorded{draft.on(index), needs, nearest_miss, review_at});
}

OfferMode mode_of(Asking place, OfferMode house) {
    switch (place) {
        case Asking::as_house:
            return house;
        case Asking::sequential:
            return OfferMode::sequential;
        case Asking::parallel:
            return OfferMode::parallel;
        case Asking::broadcast:
            return OfferMode::broadcast;
    }
    return house;
}

// One round of asking: the best hub, and as Care says, others that serve the same needs.
void ask(Draft& draft, ReferralIndex index, const Choice& best, Again again) {
    const Care& care = draft.how();
    const bool urgent = draft.at(index).ask.urgency == Urgency::urgent;
    const Policy& rules = draft.rules_for(draft.at(index).ask.place);
    const OfferMode mode = urgent ? mode_of(rules.asking_urgent, care.mode_urgent)
                                  : mode_of(rules.asking_routine, care.mode_routine);
    const unsigned own = rules.asked_at_once;  // 0: as the house
    // The hub that the person chose is asked alone.
    const bool chosen = best.binding && best.id == best.binding;
    const bool hold = chosen || mode != OfferMode::broadcast;
    const unsigned hubs = chosen || mode == OfferMode::sequential ? 1
                          : own != 0                    ? own
                          : mode == OfferMode::parallel ? care.parallel
                                                        : care.broadcast;
    const NeedMask needs = best.verdict.needs;
    offer_to(draft, index, best.hub, best.verdict, best.cited, best.considered, hold);
    for (unsigned asked = 1; asked < hubs; ++asked) {
        const Choice next = choose(draft, draft.at(index), needs, again);
        if (next.hub == no_hub || next.verdict.needs != needs) {
            return;
        }
        offer_to(draft, index, next.hub, next.verdict, next.cited, next.considered, hold);
    }
}

}  // namespace

void offer_to(Draft& draft, ReferralIndex index, HubIndex hub, const Verdict& verdict,
              const Cited& cited, std::uint16_t considered, bool hold) {
    const Referral& referral = draft.at(index);
    AnswerTimes times = answer_times(draft, draft.at(hub), referral.ask);
    Units units = units_for(referral.ask, verdict.needs);
    if (const Session* seats = find(draft.at(hub).sessions, verdict.session)) {
        times.answer_by = std::min(times.answer_by, seats->starts);
        times.remind_at = times.remind_at < times.answer_by ? times.remind_at : Timestamp{};
        if (referral.ask.whole_session) {
            units[static_cast<std::size_t>(UnitKind::place)] = seats->seats;
        }
    }
    draft.say(Offered{.on = draft.on_new_offer(index, hub),
                      .needs = verdict.needs,
                      .units = units,
                      .distance = verdict.distance,
                      .score = verdict.score,
                      .considered = considered,
                      .policy = draft.rules_for(referral.ask.place).version,
                      .answer_by = times.answer_by,
                      .cited = cited,
                      .remind_at = times.remind_at,
                      .held = hold,
                      .session = verdict.session});
}

Best best_hub(const Draft& draft, const Referral& referral, NeedMask needs) {
    const Choice choice = choose(draft, referral, needs, Again::no);
    return {choice.hub, choice.verdict, choice.cited, choice.considered};
}

bool may_ask_more(const Draft& draft, const Referral& referral) {
    const std::size_t made = std::size_t{referral.offer_count} - referral.episode_from;
    if (referral.offer_count >= limits::offers_before_round_max || made < limits::offers_per_referral_max) {
        return referral.offer_count < limits::offers_before_round_max;
    }
    std::size_t tries = 0;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        const bool by_the_hub = offer.status == OfferStatus::rejected || offer.status == OfferStatus::failed ||
                                offer.reason == Reason::offer_expired;
        tries += offer.ordinal > referral.episode_from && by_the_hub ? 1U : 0U;
    }
    return tries < limits::offers_per_referral_max;
}

namespace {

// What belongs together is served apart, where the place's rules and the people concerned allow it.
bool split(Draft& draft, ReferralIndex index, NeedMask open) {
    const Ask& ask = draft.at(index).ask;
    if (!ask.together || !ask.may_split || !draft.how().split_households ||
        std::popcount(unsigned{open}) < 2) {
        return false;
    }
    draft.say(HouseholdSplit{draft.on(index)});
    return true;
}

}  // namespace

void route(Draft& draft, ReferralIndex index, NeedMask needs, Again again) {
    if (needs != 0 && danger_stands(draft, draft.at(index))) {
        return hand_to_owner(draft, index, needs, Reason::safety_concern);
    }
    const bool rests = draft.at(index).status != ReferralStatus::active ||
                       !draft.at(index).may_share(draft.at());
    NeedMask open = needs;
    Filter nearest_miss = Filter::passed;
    while (open != 0 && !rests && may_ask_more(draft, draft.at(index))) {
        const Choice choice = choose(draft, draft.at(index), open, again);
        if (choice.hub == no_hub) {
            if (relax_next(draft, index)) {
                continue;
            }
            nearest_miss = choice.nearest_miss();
            if (split(draft, index, open)) {
                continue;
            }
            break;
        }
        ask(draft, index, choice, again);
        open = static_cast<NeedMask>(open & ~choice.verdict.needs);
    }
    // As a gap it would be looked at by nobody: no hub is asked for it any more.
    if (open != 0 && !rests && !may_ask_more(draft, draft.at(index))) {
        return hand_to_owner(draft, index, open, Reason::none);
    }
    if (again == Again::no) {
        const NeedMask known = needs_that_are(draft.at(index), NeedStatus::gap);
        open = static_cast<NeedMask>(open & ~known);
    }
    if (open != 0) {
        record_gap(draft, index, open, nearest_miss, again);
    }
}

}  // namespace hubward::matcher
