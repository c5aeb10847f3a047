// SPDX-License-Identifier: Apache-2.0
//
// What a danger stops: every machine, for the whole person, until somebody of the place has looked.
#include <algorithm>

#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

bool share(const std::set<std::size_t>& a, const std::set<std::size_t>& b) {
    return std::ranges::any_of(a, [&](std::size_t n) { return b.contains(n); });
}

}  // namespace

// Nobody was asked for any of those needs after it; a hand-over counts once the other hub said yes.
std::vector<const NaiveOffer*> NaiveMatcher::dangers(const NaiveReferral& r) {
    std::vector<const NaiveOffer*> all;
    for (std::size_t i = 0; i < r.offers.size(); ++i) {
        const NaiveOffer& danger = r.offers[i];
        bool gone_on = false;
        for (std::size_t k = i + 1; k < r.offers.size(); ++k) {
            const NaiveOffer& later = r.offers[k];
            gone_on = gone_on || (share(later.needs, danger.needs) && later.made.ms > danger.answered.ms &&
                                  (!later.handover || later.said_yes));
        }
        if (danger.reason == Reason::safety_concern && !gone_on) {
            all.push_back(&danger);
        }
    }
    return all;
}

bool NaiveMatcher::danger_stands(const NaiveReferral& r) const {
    return std::ranges::any_of(dangers(r),
                               [&](const NaiveOffer* danger) {
                                   return !r.with_owner.empty() || share(danger->needs, r.disputed);
                               }) ||
           (!r.with_owner.empty() && relative_in_danger(r));
}

// All that were made for a need of one and the same are one family.
bool NaiveMatcher::relative_in_danger(const NaiveReferral& r) const {
    const auto first_of = [&](const NaiveReferral& one) {
        const NaiveReferral* first = &one;
        while (first->made_for != static_cast<std::size_t>(-1)) {
            first = &referrals_[first->made_for];
        }
        return first;
    };
    std::size_t family = 0;
    bool any = false;
    for (const NaiveReferral& one : referrals_) {
        if (first_of(one) != first_of(r)) {
            continue;
        }
        ++family;
        for (const NaiveOffer* danger : &one == &r ? std::vector<const NaiveOffer*>{} : dangers(one)) {
            const bool over_for_it = r.created.ms > danger->answered.ms && !r.offers.empty();
            const bool before_somebody = !one.with_owner.empty() || share(danger->needs, one.disputed);
            any = any || (!over_for_it && (!one.live() || before_somebody));
        }
    }
    return any || family > 64;
}

std::set<std::size_t> NaiveMatcher::watched(const NaiveReferral& r) {
    std::set<std::size_t> needs;
    for (const NaiveOffer* danger : dangers(r)) {
        for (const std::size_t n : danger->needs) {
            if (r.disputed.contains(n)) {
                needs.insert(n);
            }
        }
    }
    return needs;
}

// Needs that the hub of some offer has, and of which nobody has said what came of them.
std::set<std::size_t> NaiveMatcher::kept(const NaiveReferral& r) {
    std::set<std::size_t> needs;
    for (const NaiveOffer& o : r.offers) {
        for (const std::size_t n : o.has_person() ? o.needs : std::set<std::size_t>{}) {
            if (!r.outcomes.contains(n)) {
                needs.insert(n);
            }
        }
    }
    return needs;
}

void NaiveMatcher::stop(NaiveReferral& r, NaiveOffer& danger) {
    for (NaiveOffer& o : r.offers) {
        if (o.waits()) {
            close_offer(o, OfferStatus::cancelled, Reason::need_resolved_elsewhere);
            about(o, "OfferCancelled");
            give_back(o);
        }
    }
    give_back(danger);
    std::set<std::size_t> needs = r.unserved();
    needs.insert(r.gaps.begin(), r.gaps.end());
    needs.insert(r.with_referrer.begin(), r.with_referrer.end());
    for (const std::size_t n : kept(r)) {
        if (danger.needs.contains(n)) {
            needs.insert(n);
        }
    }
    if (!needs.empty()) {
        to_owner(r, needs);
    }
}

void NaiveMatcher::to_owner(NaiveReferral& r, const std::set<std::size_t>& needs) {
    const Timestamp look = std::min(r.review, plus(care_.owner_review_ms));
    const std::set<std::size_t> with_a_hub = kept(r);
    for (const std::size_t n : needs) {
        if (with_a_hub.contains(n)) {
            r.disputed.insert(n);
            r.follow_up = std::min(r.follow_up, look);
        } else {
            r.gaps.erase(n);
            r.with_referrer.erase(n);
            r.with_owner.insert(n);
            r.review = look;
        }
    }
    r.owner = std::string(care_.owner.view());
    about(r, "HandedToOwner " + std::to_string(r.sent.id.low) + " needs " +
                 std::to_string(mask_of(needs)));
}

}  // namespace hubward::test
