// SPDX-License-Identifier: Apache-2.0
#include "matcher/draft.hpp"

namespace hubward::matcher {

std::size_t Draft::practice_slot(const PracticeCode& code) const {
    // A decision hears of at most one new practice: the submitter's.
    return state_.practice_slot(code).value_or(static_cast<std::uint32_t>(state_.practices.size()));
}

Practice& Draft::practice(const PracticeCode& code) {
    Practice& practice = practices_.write(practice_slot(code));
    practice.code = code;
    return practice;
}

std::uint64_t Draft::next_seq(const PracticeCode& code) const {
    const std::size_t i = practice_slot(code);
    return i < practices_.size() ? practices_.read(i).feed_head + 1 : 1;
}

std::uint64_t Draft::next_seq(HubIndex hub) const {
    return slot(hub) < hubs_.size() ? at(hub).feed_head + 1 : 1;
}

OnReferral Draft::on(ReferralIndex referral) const {
    return {referral, next_seq(at(referral).practice)};
}

OnOffer Draft::on(OfferIndex offer) const {
    const Offer& it = at(offer);
    return {it.referral, offer, it.hub, next_seq(at(it.referral).practice), next_seq(it.hub)};
}

OnOffer Draft::on_new_offer(ReferralIndex referral, HubIndex hub) const {
    return {referral, next_offer(), hub, next_seq(at(referral).practice), next_seq(hub)};
}

std::vector<HubIndex> Draft::touched_hubs() const {
    std::vector<HubIndex> touched;
    hubs_.each_copied(
        [&](std::size_t i) { touched.push_back(HubIndex{static_cast<std::uint32_t>(i)}); });
    return touched;
}

}  // namespace hubward::matcher
