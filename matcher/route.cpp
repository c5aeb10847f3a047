// SPDX-License-Identifier: Apache-2.0
#include "matcher/receipt.hpp"
#include "matcher/route.hpp"
#include "matcher/search.hpp"

#include <array>
#include <vector>

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

std::vector<HubId> closed_doors(const Draft& draft, const Referral& referral, Again again) {
    std::vector<HubId> doors;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        const bool expired =
            offer.status == OfferStatus::cancelled && offer.reason == Reason::offer_expired;
        if (offer.status == OfferStatus::rejected || offer.status == OfferStatus::failed ||
            (expired && again == Again::no)) {
            doors.push_back(draft.at(offer.hub).profile.id);
        }
    }
    return doors;
}

Question question_about(const Draft& draft, const Referral& referral, NeedMask open,
                        std::span<const HubId> doors) {
    Question q = question(referral.ask, draft.rules(), draft.at());
    q.practice = referral.practice;
    q.open = open;
    q.tried = doors;
    return q;
}

namespace {

Choice choose(const Draft& draft, const Referral& referral, NeedMask open, Again again) {
    const std::vector<HubId> doors = closed_doors(draft, referral, again);
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

void offer(Draft& draft, ReferralIndex index, const Choice& choice) {
    const Referral& referral = draft.at(index);
    const Policy& policy = draft.rules();
    const auto within = std::chrono::milliseconds(referral.ask.urgency == Urgency::urgent
                                                      ? policy.answer_within_urgent_ms
                                                      : policy.answer_within_routine_ms);
    draft.say(Offered{.on = draft.on_new_offer(index, choice.hub),
                      .needs = choice.verdict.needs,
                      .units = units_for(referral.ask, choice.verdict.needs),
                      .distance = choice.verdict.distance,
                      .score = choice.verdict.score,
                      .considered = choice.considered,
                      .policy = policy.version,
                      .answer_by = draft.at() + within,
                      .cited = choice.cited});
}

void record_gap(Draft& draft, ReferralIndex index, NeedMask needs, Filter nearest_miss,
                Again again) {
    Timestamp review_at = draft.at() + std::chrono::milliseconds(draft.rules().gap_review_after_ms);
    if (again == Again::no) {  // an earlier gap of the same person keeps its nearer date
        review_at = std::min(review_at, draft.at(index).review_at);
    }
    draft.say(GapRecorded{draft.on(index), needs, nearest_miss, review_at});
}

}  // namespace

void route(Draft& draft, ReferralIndex index, NeedMask needs, Again again) {
    const NeedMask held = needs & held_for_a_person(draft, draft.at(index));
    auto open = static_cast<NeedMask>(needs & ~held);
    Filter nearest_miss = Filter::passed;
    while (open != 0 && draft.at(index).offer_count < limits::offers_per_referral_max) {
        const Choice choice = choose(draft, draft.at(index), open, again);
        if (choice.hub == no_hub) {
            nearest_miss = choice.nearest_miss();
            break;
        }
        offer(draft, index, choice);
        open = static_cast<NeedMask>(open & ~choice.verdict.needs);
    }
    auto unserved = static_cast<NeedMask>(open | held);
    if (again == Again::no) {
        const NeedMask known = needs_that_are(draft.at(index), NeedStatus::gap);
        unserved = static_cast<NeedMask>(unserved & ~known);
    }
    if (unserved != 0) {
        record_gap(draft, index, unserved, nearest_miss, again);
    }
}

bool holds_for_a_person(Reason reason) {
    return reason == Reason::safety_concern || reason == Reason::missing_information ||
           reason == Reason::could_not_contact_person;
}

NeedMask held_for_a_person(const Draft& draft, const Referral& referral) {
    NeedMask held = 0;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        const bool ended_by_hub =
            offer.status == OfferStatus::rejected || offer.status == OfferStatus::failed;
        if (ended_by_hub && holds_for_a_person(offer.reason)) {
            held = static_cast<NeedMask>(held | offer.needs);
        }
    }
    return held;
}

}  // namespace hubward::matcher
