// SPDX-License-Identifier: Apache-2.0
#include "matcher/danger.hpp"

#include <array>
#include <vector>

#include "matcher/handlers.hpp"

namespace hubward::matcher {
namespace {

// When the last hub was asked for each need, or for the one who has it, that one.
std::array<Timestamp, limits::needs_max> last_asked(const Draft& draft, const Referral& referral) {
    std::array<Timestamp, limits::needs_max> made{};
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        for (std::size_t n = 0; n < referral.ask.need_count; ++n) {
            made[n] = draft.at(i).ordinal == referral.needs[n].offer ? draft.at(i).made : made[n];
        }
    }
    return made;
}

// Every danger of this referral after which nobody was asked for any of its needs. Within one millisecond nobody can
// tell, and then the danger counts.
template <class Visit>
bool any_danger(const Draft& draft, const Referral& referral, const Visit& visit) {
    const auto asked = last_asked(draft, referral);
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& danger = draft.at(i);
        if (danger.reason != Reason::safety_concern) {
            continue;
        }
        bool since = false;
        for (std::size_t n = 0; n < referral.ask.need_count; ++n) {
            since = since || ((danger.needs >> n & 1) != 0 && referral.needs[n].offer > danger.ordinal &&
                              asked[n] > danger.answered);
        }
        if (!since && visit(danger)) {
            return true;
        }
    }
    return false;
}

bool before_the_owner(const Referral& referral, const Offer& danger) {
    return needs_that_are(referral, NeedStatus::with_owner) != 0 || (referral.disputed & danger.needs) != 0;
}

// So many are looked through. One person has a few; a practice that makes more hides nothing by it.
constexpr std::size_t relatives_max = 64;

}  // namespace

void stop_for_danger(Draft& draft, OfferIndex ended) {
    const Offer danger = draft.at(ended);
    for (OfferIndex i = draft.at(danger.referral).first_offer; i != no_offer; i = draft.at(i).next) {
        if (effects::waits_for_answer(draft.at(i).status)) {
            draft.say(OfferCancelled{draft.on(i), Reason::need_resolved_elsewhere});
            give_back(draft, i);
        }
    }
    give_back(draft, ended);
    const Referral& referral = draft.at(danger.referral);
    const NeedMask kept = needs_that_are(referral, NeedStatus::accepted);
    const auto needs = static_cast<NeedMask>((danger.needs & kept) |
                                             needs_that_are(referral, NeedStatus::open) |
                                             needs_that_are(referral, NeedStatus::gap) |
                                             needs_that_are(referral, NeedStatus::with_referrer));
    if (needs != 0) {
        hand_to_owner(draft, danger.referral, needs, Reason::safety_concern);
    }
}

bool danger_stands(const Draft& draft, const Referral& referral) {
    const bool owned = needs_that_are(referral, NeedStatus::with_owner) != 0;
    if (!owned && referral.disputed == 0) {
        return false;
    }
    return any_danger(draft, referral, [&](const Offer& danger) { return before_the_owner(referral, danger); }) ||
           (owned && relative_in_danger(draft, referral));
}

bool ended_in_danger(const Draft& draft, const Referral& referral) {
    return any_danger(draft, referral, [](const Offer&) { return true; });
}

bool relative_in_danger(const Draft& draft, const Referral& referral) {
    std::vector<const Referral*> family{&referral};
    for (std::size_t up = 0; family.front()->onward_of != no_referral; ++up) {
        if (up == relatives_max) {
            return true;
        }
        family.front() = &draft.at(family.front()->onward_of);
    }
    for (std::size_t i = 0; i < family.size(); ++i) {
        const Referral& one = *family[i];
        const auto counts = [&](const Offer& danger) {
            const bool let_go_on = referral.created > danger.answered && referral.offer_count != 0;
            return !let_go_on && (!live(one) || before_the_owner(one, danger));
        };
        if (one.id != referral.id && any_danger(draft, one, counts)) {
            return true;
        }
        for (ReferralIndex made = one.onward_first; made != no_referral; made = draft.at(made).onward_next) {
            family.push_back(&draft.at(made));
        }
        if (family.size() > relatives_max) {
            return true;
        }
    }
    return false;
}

NeedMask looked_at_beside_a_hub(const Draft& draft, const Referral& referral) {
    NeedMask needs = 0;
    any_danger(draft, referral, [&](const Offer& danger) {
        needs = static_cast<NeedMask>(needs | (referral.disputed & danger.needs));
        return false;
    });
    return needs;
}

}  // namespace hubward::matcher
