// SPDX-License-Identifier: Apache-2.0
//
// The person's own words, by the rules as a person would tell them: what they agreed to and until when,
// what they say came of it, where they live now, and that they want to be forgotten.
#include <algorithm>

#include "matcher/limits.hpp"
#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::string id_of(const NaiveReferral& r) {
    return std::to_string(r.sent.id.low);
}

}  // namespace

bool NaiveMatcher::may_share(const NaiveReferral& r) const {
    const auto end = r.agreed.find(Purpose::share_with_hub);
    return end != r.agreed.end() && at_ < end->second;
}

void NaiveMatcher::want_sound(const Consent& consent) const {
    if (consent.purposes.bits == 0 || consent.when.ms > at_.ms + 60'000 ||
        consent.until.ms <= at_.ms) {
        throw No{Refused::consent_invalid};
    }
}

void NaiveMatcher::agree(NaiveReferral& r, const Consent& consent) {
    for (unsigned p = 0; p < 8; ++p) {
        if ((consent.purposes.bits >> p & 1) != 0) {
            r.agreed[static_cast<Purpose>(p)] = consent.until;
        }
    }
}

void NaiveMatcher::compare(NaiveReferral& r, std::size_t need) {
    const auto hub = r.outcomes.find(need);
    const auto person = r.person_says.find(need);
    bool differ = false;
    if (hub != r.outcomes.end() && person != r.person_says.end()) {
        const std::set<Outcome> good = {Outcome::need_met, Outcome::need_partly_met};
        differ = (good.contains(hub->second) && person->second == Outcome::need_not_met) ||
                 (good.contains(person->second) && hub->second == Outcome::need_not_met);
    }
    if (differ && r.disputed.insert(need).second) {
        r.owner = r.owner.empty() ? std::string(care_.owner.view()) : r.owner;
        r.follow_up = std::min(r.follow_up, plus(care_.follow_up_ms));
        about(r, "OutcomeDisputed " + id_of(r) + " need " + std::to_string(need));
    } else if (!differ && r.disputed.contains(need) && !watched(r).contains(need)) {
        settle(r, {need});
        about(r, "FollowUpClosed " + id_of(r) + " needs " + std::to_string(1U << need));
    }
}

void NaiveMatcher::settle(NaiveReferral& r, const std::set<std::size_t>& needs) {
    for (const std::size_t n : needs) {
        r.disputed.erase(n);
    }
    if (r.disputed.empty()) {
        r.follow_up = never;
        r.follow_ladder = 0;
    }
}

void NaiveMatcher::execute(const GiveConsent& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (r.status == ReferralStatus::entered_in_error) {
        throw No{Refused::state_forbids};
    }
    want_sound(c.consent);
    agree(r, c.consent);
    about(r, "ConsentGiven " + id_of(r));
}

void NaiveMatcher::execute(const WithdrawConsent& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    const bool share = r.agreed.contains(Purpose::share_with_hub);
    const std::size_t erased = std::erase_if(r.agreed, [&](const auto& given) {
        return (c.purposes.bits >> static_cast<unsigned>(given.first) & 1) != 0;
    });
    if (erased == 0) {
        throw No{Refused::consent_invalid};
    }
    about(r, "ConsentWithdrawn " + id_of(r));
    if (share && !r.agreed.contains(Purpose::share_with_hub) && r.live()) {
        withdraw(static_cast<std::size_t>(&r - referrals_.data()), Reason::consent_withdrawn);
        fill_gaps(nowhere);
    }
}

void NaiveMatcher::expire_consent(NaiveReferral& r) {
    const bool share = r.agreed.contains(Purpose::share_with_hub) && !may_share(r);
    std::erase_if(r.agreed, [&](const auto& given) { return given.second <= at_; });
    about(r, "ConsentExpired " + id_of(r));
    if (!share || !r.live()) {
        return;
    }
    for (NaiveOffer& o : r.offers) {
        if (o.live()) {
            close_offer(o, OfferStatus::cancelled, Reason::consent_expired);
            about(o, "OfferCancelled");
        }
    }
    std::set<std::size_t> needs = r.unserved();
    needs.merge(r.gaps);
    r.gaps.clear();
    if (!needs.empty()) {
        to_referrer(r, needs, Reason::consent_expired);
    }
}

void NaiveMatcher::execute(const EraseReferral& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    const bool anybodys = r.offers.empty() && r.sent.ask.place.empty();
    if (who.role == Role::practice || (who.role == Role::place && anybodys)) {
        throw No{Refused::not_found};
    }
    if (r.live()) {
        withdraw(static_cast<std::size_t>(&r - referrals_.data()), Reason::erased);
    }
    r.erasure = Erasure::ordered;
    r.agreed.clear();
    settle(r, std::set<std::size_t>(r.disputed));
    r.sent.practice_ref = {};
    about(r, "Erased " + id_of(r));
    fill_gaps(nowhere);
}

void NaiveMatcher::execute(const ConfirmErasure& c, const Actor& who) {
    NaiveReferral& r = referral_named(c.referral);
    if (who.role != Role::system) {
        throw No{Refused::not_found};
    }
    if (r.erasure == Erasure::ordered) {
        r.erasure = Erasure::done;
        about(r, "KeyShredded " + id_of(r));
    }
}

void NaiveMatcher::execute(const RecordPersonWord& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (r.status == ReferralStatus::entered_in_error) {
        throw No{Refused::state_forbids};
    }
    if (c.need >= r.sent.ask.need_count || c.outcome == Outcome::none) {
        throw No{Refused::outcome_invalid};
    }
    r.person_says[c.need] = c.outcome;
    about(r, "PersonAnswered " + id_of(r) + " need " + std::to_string(c.need));
    compare(r, c.need);
}

void NaiveMatcher::execute(const RecordMeasure& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    if (!o.has_person()) {
        throw No{Refused::state_forbids};
    }
    const std::map<Measure, unsigned> longer = {{Measure::confidence_online, 10},
                                                {Measure::confidence_nhs_app, 10},
                                                {Measure::foundation_tasks, 9}};
    const auto scale = longer.find(c.measure);
    if (c.value > (scale == longer.end() ? 1U : scale->second)) {
        throw No{Refused::measure_invalid};
    }
    about(o, "MeasureRecorded");
}

void NaiveMatcher::execute(const CloseFollowUp& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (who.role == Role::practice) {
        throw No{Refused::not_found};
    }
    if (r.disputed.empty()) {
        throw No{Refused::state_forbids};
    }
    const unsigned needs = mask_of(r.disputed);
    settle(r, std::set<std::size_t>(r.disputed));
    about(r, "FollowUpClosed " + id_of(r) + " needs " + std::to_string(needs));
}

void NaiveMatcher::execute(const AddNeed& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    const std::size_t referral = o.referral;
    NaiveReferral& r = referrals_[referral];
    if (!o.has_person() || !r.live()) {
        throw No{Refused::state_forbids};
    }
    Ask& ask = r.sent.ask;
    const Need* begin = ask.needs.data();
    const Need* end = begin + ask.need_count;
    if (ask.need_count == 8 || std::find(begin, end, c.need) != end) {
        throw No{Refused::need_invalid};
    }
    ask.needs[ask.need_count++] = c.need;
    about(r, "NeedAdded " + id_of(r));
    route(referral, r.unserved(), false);
}

void NaiveMatcher::execute(const MovePerson& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (!r.live()) {
        throw No{Refused::state_forbids};
    }
    r.sent.ask.position = c.position;
    r.sent.ask.place = c.place;
    about(r, "PersonMoved " + id_of(r));
    for (std::size_t i = 0; i < r.offers.size(); ++i) {
        if (r.offers[i].waits()) {
            close_offer(r.offers[i], OfferStatus::cancelled, Reason::person_moved);
            about(r.offers[i], "OfferCancelled");
            give_back(r.offers[i]);
        }
    }
    std::set<std::size_t> needs = r.unserved();
    needs.insert(r.gaps.begin(), r.gaps.end());
    route(static_cast<std::size_t>(&r - referrals_.data()), needs, false);
    fill_gaps(nowhere);
}

void NaiveMatcher::execute(const DiscloseDetails& c, const Actor& who) {
    NaiveReferral& r = referral_named(c.referral);
    const bool own_practice =
        who.role == Role::practice && who.subject.view() == r.sent.practice.view();
    const std::set<Reason> of_the_practice = {Reason::withdrawn_by_person, Reason::recalled_by_referrer,
                                              Reason::sent_in_error};
    const bool own_hub =
        who.role == Role::hub && std::ranges::any_of(r.offers, [&](const NaiveOffer& o) {
            const bool lost = o.said_yes && o.status == OfferStatus::cancelled && of_the_practice.contains(o.reason);
            return (c.withdrawal ? lost : o.has_person()) &&
                   hubs_[o.hub].profile.slug.view() == who.subject.view();
        });
    if (!own_practice && !own_hub) {
        throw No{Refused::not_found};
    }
    if (r.erasure != Erasure::none) {
        throw No{Refused::erased};
    }
    if (own_hub && !may_share(r)) {
        throw No{Refused::consent_missing};
    }
    about(r, "DetailsDisclosed " + std::to_string(r.sent.id.low));
}

}  // namespace hubward::test
