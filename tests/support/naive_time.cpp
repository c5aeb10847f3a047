// SPDX-License-Identifier: Apache-2.0
//
// What happens by itself when time goes by.
#include <algorithm>
#include <tuple>

#include "matcher/limits.hpp"
#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

void NaiveMatcher::look_at(std::size_t referral, std::size_t position) {
    NaiveOffer& o = referrals_[referral].offers[position];
    if (o.has_person()) {
        o.ladder = std::min(o.ladder + 1, 255);
        o.next_look = working(o.hub, care_.escalate_working_ms, 3 * care_.escalate_working_ms);
        about(o, "Escalated");
    } else if (o.answer_by > at_ && o.next_look < o.answer_by) {
        o.next_look = o.answer_by;
        about(o, "OfferReminded");
    } else {
        close_offer(o, OfferStatus::cancelled, Reason::offer_expired);
        about(o, "OfferExpired");
        learn(o, false);
        if (!give_back(o)) {
            route(referral, referrals_[referral].unserved(), false);
        }
    }
}

void NaiveMatcher::review(std::size_t referral) {
    NaiveReferral& r = referrals_[referral];
    const bool rests = r.status == ReferralStatus::on_hold;
    if (!rests) {
        route(referral, std::set<std::size_t>(r.gaps), true);
    }
    if (rests || !r.with_owner.empty() || !r.with_referrer.empty()) {
        const Timestamp next = plus(care_.owner_review_ms);
        r.review = rests || r.gaps.empty() ? next : std::min(next, r.review);
        r.ladder = std::min(r.ladder + 1, 255);
        about(r, "ReferralEscalated " + std::to_string(r.sent.id.low));
    }
}

namespace {

using Due = std::vector<std::tuple<Timestamp, int, std::size_t>>;

// Several consents of one person end with the first of them that is looked at.
void keep_first_ends(Due& due) {
    std::set<std::size_t> seen;
    std::erase_if(due, [&](const auto& item) {
        return std::get<1>(item) == 2 && !seen.insert(std::get<2>(item)).second;
    });
}

}  // namespace

void NaiveMatcher::execute(const Tick&, const Actor& who) {
    if (who.role != Role::system && who.role != Role::ops) {
        throw No{Refused::not_found};
    }
    // Offers come before reviews of the same moment; among each, the older thing first.
    std::vector<std::tuple<Timestamp, int, std::size_t>> due;
    std::map<std::size_t, std::pair<std::size_t, std::size_t>> offer_at;
    for (std::size_t i = 0; i < referrals_.size(); ++i) {
        const NaiveReferral& r = referrals_[i];
        if (r.live() && r.review <= at_) {
            due.emplace_back(r.review, 1, i);
        }
        for (const auto& [purpose, until] : r.agreed) {
            if (until <= at_) {
                due.emplace_back(until, 2, i);
            }
        }
        if (r.follow_up <= at_) {
            due.emplace_back(r.follow_up, 3, i);
        }
        for (std::size_t k = 0; k < r.offers.size(); ++k) {
            if (r.offers[k].live() && r.offers[k].next_look <= at_) {
                due.emplace_back(r.offers[k].next_look, 0, r.offers[k].born);
                offer_at[r.offers[k].born] = {i, k};
            }
        }
    }
    for (std::size_t h = 0; h < hubs_.size(); ++h) {
        if (hubs_[h].profile.active && hubs_[h].next_plan <= at_) {
            due.emplace_back(hubs_[h].next_plan, 4, h);
        }
    }
    std::ranges::sort(due);
    keep_first_ends(due);
    due.resize(std::min(due.size(), limits::expiries_per_tick_max));
    std::set<std::size_t> back;  // from closed days
    for (const auto& [when, what, which] : due) {
        if (what == 0) {
            const auto [referral, position] = offer_at.at(which);
            const NaiveOffer& o = referrals_[referral].offers[position];
            if (o.live() && o.next_look == when) {
                look_at(referral, position);
            }
        } else if (what == 1) {
            if (referrals_[which].live() && referrals_[which].review == when) {
                review(which);
            }
        } else if (what == 2) {
            NaiveReferral& r = referrals_[which];
            if (std::ranges::any_of(r.agreed, [&](const auto& a) { return a.second == when; })) {
                expire_consent(r);
            }
        } else if (what == 4) {
            if (hubs_[which].profile.active && hubs_[which].next_plan == when) {
                for (const Closures::Time& time : hubs_[which].profile.closures.times) {
                    if (time.from < time.to && when <= time.to && time.to <= at_) {
                        back.insert(which);
                    }
                }
                plan(which);
            }
        } else if (referrals_[which].follow_up == when) {
            NaiveReferral& r = referrals_[which];
            r.follow_ladder = std::min(r.follow_ladder + 1, 255);
            r.follow_up = plus(care_.owner_review_ms);
            about(r, "FollowUpEscalated " + std::to_string(r.sent.id.low));
        }
    }
    fill_gaps(back, !back.empty());
}

}  // namespace hubward::test
