// SPDX-License-Identifier: Apache-2.0
#include "matcher/route.hpp"

#include <array>
#include <vector>

namespace hubward::matcher {
namespace {

constexpr std::size_t filters = static_cast<std::size_t>(Filter::beyond_travel) + 1;

struct Choice {
    HubIndex hub = no_hub;
    HubId id;
    Verdict verdict;
    std::uint16_t considered = 0;
    std::array<std::uint32_t, filters> stopped{};

    void weigh(HubIndex index, const Hub& candidate, const Verdict& found) {
        ++stopped[static_cast<std::size_t>(found.filter)];
        if (found.filter != Filter::passed) {
            return;
        }
        considered =
            considered == UINT16_MAX ? considered : static_cast<std::uint16_t>(considered + 1);
        const Points now = found.score.total();
        const Points best = verdict.score.total();
        if (hub == no_hub || now > best || (now == best && candidate.profile.id < id)) {
            hub = index;
            id = candidate.profile.id;
            verdict = found;
        }
    }

    // The filter that stopped most hubs; of equals the one asked later, which was nearer to a yes.
    Filter nearest_miss() const {
        std::size_t most = 0;
        for (std::size_t f = 1; f < filters; ++f) {
            if (stopped[f] > 0 && (most == 0 || stopped[f] >= stopped[most])) {
                most = f;
            }
        }
        return static_cast<Filter>(most);
    }
};

// The hubs not to ask again, gathered once: a referral has few offers and the house many hubs.
std::vector<HubIndex> closed_doors(const Draft& draft, const Referral& referral, Again again) {
    std::vector<HubIndex> doors;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        const bool expired =
            offer.status == OfferStatus::cancelled && offer.reason == Reason::offer_expired;
        if (offer.status == OfferStatus::rejected || offer.status == OfferStatus::failed ||
            (expired && again == Again::no)) {
            doors.push_back(offer.hub);
        }
    }
    return doors;
}

Choice choose(const Draft& draft, const Referral& referral, NeedMask open, Again again) {
    const std::vector<HubIndex> doors = closed_doors(draft, referral, again);
    Choice choice;
    draft.each_hub([&](HubIndex index, const Hub& hub) {
        Verdict verdict = judge(referral.ask, open, hub, draft.rules());
        const bool before_tried =
            verdict.filter == Filter::hub_inactive || verdict.filter == Filter::refused_by_person;
        if (!before_tried && std::ranges::find(doors, index) != doors.end()) {
            verdict = {.filter = Filter::tried_before};
        }
        choice.weigh(index, hub, verdict);
    });
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
                      .answer_by = draft.at() + within});
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

bool tried(const Draft& draft, const Referral& referral, HubIndex hub, Again again) {
    const std::vector<HubIndex> doors = closed_doors(draft, referral, again);
    return std::ranges::find(doors, hub) != doors.end();
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
