// SPDX-License-Identifier: Apache-2.0
//
// What the core does by itself when its time has come: remind, end, ask the next hub, tell somebody
// higher up the ladder. Nothing that is alive is ever without a next moment.
#include "matcher/batch_limits.hpp"
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"
#include "matcher/waits.hpp"

namespace hubward::matcher {
namespace {

std::uint8_t one_more(std::uint8_t level) {
    return level == UINT8_MAX ? level : static_cast<std::uint8_t>(level + 1);
}

void expire(Draft& draft, OfferIndex index) {
    draft.say(OfferExpired{draft.on(index)});
    if (!give_back(draft, index)) {
        const ReferralIndex referral = draft.at(index).referral;
        route(draft, referral, needs_that_are(draft.at(referral), NeedStatus::open));
    }
}

void act_on(Draft& draft, OfferIndex index) {
    const Offer& offer = draft.at(index);
    if (effects::has_person(offer.status)) {
        draft.say(Escalated{draft.on(index), one_more(offer.level),
                            within(draft, draft.at(offer.hub), draft.how().escalate_working_ms)});
    } else if (offer.due < offer.answer_by && draft.at() < offer.answer_by) {
        draft.say(OfferReminded{draft.on(index)});
    } else {
        expire(draft, index);
    }
}

// The queue is tried again; what a person has, or has paused, is told one step higher.
void review(Draft& draft, ReferralIndex index) {
    if (draft.at(index).status == ReferralStatus::active) {
        const NeedMask gap = needs_that_are(draft.at(index), NeedStatus::gap);
        if (gap != 0) {
            route(draft, index, gap, Again::review);
        }
    }
    const Referral& referral = draft.at(index);
    const bool paused = referral.status == ReferralStatus::on_hold;
    const NeedMask gap = needs_that_are(referral, NeedStatus::gap);
    if (!paused && (needs_that_wait(referral) & ~gap) == 0) {
        return;
    }
    Timestamp next = draft.at() + std::chrono::milliseconds(draft.how().owner_review_ms);
    if (!paused && gap != 0) {
        next = std::min(next, referral.review_at);
    }
    draft.say(ReferralEscalated{draft.on(index), one_more(referral.level), next});
}

}  // namespace

Handled handle(Draft& draft, const Tick&, const Actor& actor) {
    if (actor.role != Role::system && actor.role != Role::ops) {
        return refuse(Refused::not_found);
    }
    std::vector<Timer> due;
    for (const Timer& timer : draft.before().timers) {
        if (timer.at > draft.at() || due.size() == limits::expiries_per_tick_max) {
            break;
        }
        due.push_back(timer);
    }
    std::vector<HubIndex> reopened;
    for (const Timer& timer : due) {
        if (draft.said() >= limits::events_before_rerouting_ends) {
            break;  // the rest is as due as before, and the next tick's
        }
        // What came before in the same tick may have moved it, or ended what it was for.
        const ReferralIndex referral{timer.index};
        switch (timer.what) {
            case Timer::What::offer: {
                const OfferIndex offer{timer.index};
                if (timer_of(draft.at(offer), offer) == timer) {
                    act_on(draft, offer);
                }
                break;
            }
            case Timer::What::review:
                if (timer_of(draft.at(referral), referral) == timer) {
                    review(draft, referral);
                }
                break;
            case Timer::What::consent:
                if (consent_timer_of(draft.at(referral), referral) == timer) {
                    expire_consent(draft, referral);
                }
                break;
            case Timer::What::plan: {
                const HubIndex hub{timer.index};
                if (timer_of(draft.at(hub), hub) == timer) {
                    if (opened_again_since(draft.at(hub), timer.at, draft.at())) {
                        reopened.push_back(hub);
                    }
                    plan_sessions(draft, hub);
                }
                break;
            }
            case Timer::What::follow_up:
                if (follow_up_timer_of(draft.at(referral), referral) == timer) {
                    follow_up(draft, referral);
                }
                break;
        }
    }
    if (reopened.empty()) {
        fill_gaps(draft);
    } else {
        fill_gaps_again(draft, reopened);
    }
    return {};
}

}  // namespace hubward::matcher
