// SPDX-License-Identifier: Apache-2.0
//
// The life of a referral beside the questions of who serves it: dates, rests, people who must look,
// and what happens when time goes by.
#include <algorithm>
#include <tuple>

#include "matcher/limits.hpp"
#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

}  // namespace

bool NaiveReferral::live() const {
    return status == ReferralStatus::active || status == ReferralStatus::on_hold;
}

unsigned NaiveMatcher::mask_of(const std::set<std::size_t>& needs) {
    unsigned mask = 0;
    for (const std::size_t n : needs) {
        mask |= 1U << n;
    }
    return mask;
}

// Once a hub was asked, by the places of those hubs; before, by where the person lives.
bool NaiveMatcher::is_looked_after_by(const Actor& place, const NaiveReferral& r) const {
    const std::string name(place.subject.view());
    const std::string home(r.sent.ask.place.view());
    std::vector<std::string> places;
    places.reserve(r.offers.size());
    for (const NaiveOffer& offer : r.offers) {
        places.emplace_back(hubs_[offer.hub].profile.place.view());
    }
    if (r.offers.empty()) {
        places = home.empty() ? std::vector{name} : around(home);
    }
    return std::ranges::count(places, name) > 0;
}

NaiveReferral& NaiveMatcher::referral_of(ReferralId id, const Actor& who, std::uint32_t version) {
    NaiveReferral& r = referral_named(id);
    if (who.role == Role::hub || (who.role == Role::place && !is_looked_after_by(who, r)) ||
        (who.role == Role::practice && who.subject.view() != r.sent.practice.view())) {
        throw No{Refused::not_found};
    }
    if (r.erasure != Erasure::none) {
        throw No{Refused::erased};
    }
    expect_version(version, r.version);
    return r;
}

std::set<std::size_t> NaiveMatcher::movable(const NaiveReferral& r, const Actor& who) {
    std::set<std::size_t> needs = r.with_referrer;
    if (who.role != Role::practice) {
        needs.insert(r.with_owner.begin(), r.with_owner.end());
    }
    return needs;
}

void NaiveMatcher::want_ahead(Timestamp date) const {
    if (date.ms <= at_.ms || date.ms - at_.ms > 366LL * 86'400'000) {
        throw No{Refused::date_invalid};
    }
}

Timestamp NaiveMatcher::working(std::size_t hub, std::int64_t working_ms,
                                std::int64_t plain_ms) const {
    const Week& week = hubs_[hub].profile.hours;
    const bool any = std::ranges::any_of(week.days, [](const auto& day) {
        return day[0].open != day[0].close || day[1].open != day[1].close;
    });
    const Closures& shut = hubs_[hub].profile.closures;
    const Timestamp open = any ? naive_after(years_, week, at_, working_ms) : plus(plain_ms);
    const Timestamp later = any ? naive_after(years_, week, at_, working_ms, shut)
                                : naive_plain_after(shut, at_, plain_ms);
    const std::int64_t three_days = 3LL * 24 * 3'600'000;
    return later.ms >= open.ms && later.ms - open.ms <= three_days ? later : open;
}

void NaiveMatcher::to_referrer(NaiveReferral& r, const std::set<std::size_t>& needs,
                               Reason reason) {
    r.with_referrer.insert(needs.begin(), needs.end());
    r.rounds += reason == Reason::missing_information ? 1 : 0;
    r.review = std::min(r.review, plus(care_.referrer_review_ms));
    about(r, "ReturnedToReferrer " + std::to_string(r.sent.id.low) + " needs " +
                 std::to_string(mask_of(needs)));
}

bool NaiveMatcher::give_back(NaiveOffer& ended) {
    for (NaiveOffer& o : referrals_[ended.referral].offers) {
        const bool shares = std::ranges::any_of(
            o.needs, [&](std::size_t n) { return ended.needs.contains(n); });
        if (o.passing_on && o.live() && shares) {
            o.passing_on = false;
            o.status = OfferStatus::in_progress;
            o.next_look = plus(care_.check_in_ms);
            o.ladder = 0;
            about(o, "TransferEnded");
            return true;
        }
    }
    return false;
}

bool NaiveMatcher::drop_others(NaiveReferral& r, std::size_t born) {
    const NaiveOffer one = *std::ranges::find(r.offers, born, &NaiveOffer::born);
    bool any = false;
    for (NaiveOffer& o : r.offers) {
        const bool shares =
            std::ranges::any_of(o.needs, [&](std::size_t n) { return one.needs.contains(n); });
        if (o.born != born && o.live() && shares) {
            close_offer(o, OfferStatus::cancelled,
                        o.passing_on ? Reason::transferred : Reason::need_resolved_elsewhere);
            about(o, "OfferCancelled");
            any = true;
        }
    }
    return any;
}

// --- between acceptance and outcome ---

void NaiveMatcher::execute(const BookAppointment& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    if (!o.has_person() || o.passing_on) {
        throw No{Refused::state_forbids};
    }
    if (c.session != 0) {
        return book_seat(o, c.session);
    }
    want_ahead(c.starts);
    if (o.status == OfferStatus::on_hold) {
        o.status = OfferStatus::accepted;
    }
    o.booked = c.starts;
    o.next_look = {c.starts.ms + care_.after_appointment_ms};
    o.ladder = 0;
    about(o, "AppointmentBooked");
    if (o.meeting != 0) {
        const Index hub = o.hub;
        get_up(o);
        fill_gaps(hub);
    }
}

void NaiveMatcher::too_many(NaiveOffer& o, int times) {
    if (times >= care_.contact_tries_max) {
        close_offer(o, OfferStatus::failed, Reason::could_not_contact_person);
        referrals_[o.referral].let_down = true;
        about(o, "HubWithdrew");
        after_end(o, Reason::could_not_contact_person);
    }
}

void NaiveMatcher::execute(const RecordContact& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    if ((o.status != OfferStatus::accepted && o.status != OfferStatus::in_progress) ||
        (c.what != Contact::no_contact && o.booked == never)) {
        throw No{Refused::state_forbids};
    }
    const Timestamp soon = contact_time(o);
    o.ladder = 0;
    if (c.what == Contact::attended) {
        o.status = OfferStatus::in_progress;
        o.booked = never;
        o.missed = o.tries = 0;
        o.next_look = plus(care_.check_in_ms);
        about(o, "Attended");
    } else if (c.what == Contact::did_not_attend) {
        o.booked = never;
        o.next_look = soon;
        ++o.missed;
        about(o, "DidNotAttend");
        too_many(o, o.missed);
    } else {
        o.next_look = o.booked == never ? soon : o.next_look;
        ++o.tries;
        about(o, "NoContact");
        too_many(o, o.tries);
    }
}

void NaiveMatcher::execute(const WaitlistAtHub& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    if (o.status != OfferStatus::accepted && o.status != OfferStatus::in_progress) {
        throw No{Refused::state_forbids};
    }
    want_ahead(c.review_at);
    o.status = OfferStatus::on_hold;
    o.next_look = c.review_at;
    o.booked = never;
    o.ladder = 0;
    about(o, "WaitlistedAtHub");
}

void NaiveMatcher::execute(const TransferOffer& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    const std::size_t referral = o.referral;
    NaiveReferral& r = referrals_[referral];
    if (o.status != OfferStatus::in_progress || r.status != ReferralStatus::active) {
        throw No{Refused::state_forbids};
    }
    std::set<std::size_t> left = o.needs;
    std::erase_if(left, [&](std::size_t n) { return r.outcomes.contains(n); });
    if (!may_share(r)) {
        throw No{Refused::consent_missing};
    }
    if (danger_stands(r)) {
        throw No{Refused::no_hub_can};
    }
    unsigned considered = 1;
    std::size_t to = hub_named(c.to);
    NaiveVerdict verdict;
    if (!c.to) {
        std::tie(to, verdict) = best_of(r, left, false, considered);
    } else if (to < hubs_.size() && to != o.hub) {
        verdict = judge(r, left, to);
    }
    if (to >= hubs_.size() || !verdict.passed || verdict.needs != left ||
        r.offers.size() >= limits::offers_before_round_max) {
        throw No{Refused::no_hub_can};
    }
    o.status = OfferStatus::on_hold;
    o.passing_on = true;
    o.booked = never;
    o.ladder = 0;
    o.next_look = plus(care_.check_in_ms);
    about(o, "TransferRequested");
    make_offer(referral, to, verdict, considered, true);
    referrals_[referral].offers.back().handover = true;
}

// --- the referral as a whole ---

void NaiveMatcher::execute(const PauseReferral& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    const std::set<Reason> good = {Reason::person_unavailable, Reason::transport, Reason::other};
    if (!good.contains(c.reason)) {
        throw No{Refused::reason_invalid};
    }
    want_ahead(c.review_at);
    if (r.status != ReferralStatus::active) {
        throw No{Refused::state_forbids};
    }
    r.status = ReferralStatus::on_hold;
    r.review = r.with_owner.empty() ? c.review_at : std::min(r.review, c.review_at);
    r.ladder = 0;
    about(r, "Paused " + std::to_string(r.sent.id.low));
    for (std::size_t i = 0; i < r.offers.size(); ++i) {
        if (r.offers[i].waits()) {
            close_offer(r.offers[i], OfferStatus::cancelled, Reason::paused);
            about(r.offers[i], "OfferCancelled");
            give_back(r.offers[i]);
        }
    }
    route(static_cast<std::size_t>(&r - referrals_.data()), r.unserved(), false);
    fill_gaps(nowhere);
}

void NaiveMatcher::execute(const ResumeReferral& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (r.status != ReferralStatus::on_hold) {
        throw No{Refused::state_forbids};
    }
    r.status = ReferralStatus::active;
    r.ladder = 0;
    if (!r.somebody_waits()) {
        r.review = never;
    }
    about(r, "Resumed " + std::to_string(r.sent.id.low));
    if (!r.with_referrer.empty() && plus(care_.referrer_review_ms) < r.review) {
        to_referrer(r, std::set<std::size_t>(r.with_referrer), Reason::none);
    }
    route(static_cast<std::size_t>(&r - referrals_.data()), r.gaps, true);
}

void NaiveMatcher::execute(const ReopenReferral& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (c.note_slot == 0) {
        throw No{Refused::note_missing};
    }
    if (r.status != ReferralStatus::completed && r.status != ReferralStatus::revoked) {
        throw No{Refused::state_forbids};
    }
    if (!may_share(r)) {
        throw No{Refused::consent_missing};
    }
    for (const NaiveReferral& other : referrals_) {
        if (r.sent.practice_ref && other.live() && other.sent.practice == r.sent.practice &&
            other.sent.practice_ref == r.sent.practice_ref) {
            throw No{Refused::live_duplicate};
        }
    }
    if (r.offers.size() >= limits::offers_before_round_max || r.episode == 255) {
        throw No{Refused::full};
    }
    std::set<std::size_t> needs = c.needs == 0 ? r.withdrawn : std::set<std::size_t>{};
    for (std::size_t n = 0; n < r.sent.ask.need_count; ++n) {
        if ((c.needs >> n & 1) != 0 || (c.needs == 0 && r.withdrawn.empty())) {
            needs.insert(n);
        }
    }
    if (needs.empty()) {
        throw No{Refused::outcome_invalid};
    }
    const bool for_owner = who.role == Role::practice && (!dangers(r).empty() || relative_in_danger(r));
    r.status = ReferralStatus::active;
    r.ended_with = Reason::none;
    ++r.episode;
    r.offers_before = r.offers.size();
    r.rounds = 0;
    r.let_down = false;
    r.since = at_;
    r.gave_way.clear();
    for (const std::size_t n : needs) {
        r.withdrawn.erase(n);
        r.outcomes.erase(n);
        r.person_says.erase(n);
    }
    settle(r, needs);
    about(r, "Reopened " + std::to_string(r.sent.id.low) + " needs " +
                 std::to_string(mask_of(needs)));
    if (for_owner) {
        return to_owner(r, needs);
    }
    route(static_cast<std::size_t>(&r - referrals_.data()), needs, false);
}

void NaiveMatcher::execute(const MarkError& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (who.role == Role::practice) {
        throw No{Refused::not_found};
    }
    if (r.status == ReferralStatus::entered_in_error) {
        throw No{Refused::state_forbids};
    }
    r.status = ReferralStatus::entered_in_error;
    r.ended_with = Reason::sent_in_error;
    settle(r, std::set<std::size_t>(r.disputed));
    about(r, "MarkedError " + std::to_string(r.sent.id.low));
    drop_live(r, Reason::sent_in_error);
    fill_gaps(nowhere);
}

// --- needs that a person has ---

void NaiveMatcher::execute(const ReleaseNeeds& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    const std::set<std::size_t> needs = movable(r, who);
    if (r.status != ReferralStatus::active || needs.empty()) {
        throw No{Refused::state_forbids};
    }
    if (!may_share(r)) {
        throw No{Refused::consent_missing};
    }
    const std::set<std::size_t> beside = watched(r);
    if (who.role != Role::practice && !beside.empty()) {
        settle(r, beside);
        about(r, "FollowUpClosed " + std::to_string(r.sent.id.low) + " needs " + std::to_string(mask_of(beside)));
    }
    for (const std::size_t n : needs) {
        r.with_referrer.erase(n);
        r.with_owner.erase(n);
    }
    if (!r.somebody_waits()) {
        r.review = never;
        r.ladder = 0;
    }
    about(r, "NeedsReleased " + std::to_string(r.sent.id.low) + " needs " +
                 std::to_string(mask_of(needs)));
    route(static_cast<std::size_t>(&r - referrals_.data()), needs, false);
}

void NaiveMatcher::execute(const CloseNeed& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (!r.live()) {
        throw No{Refused::state_forbids};
    }
    std::set<std::size_t> closable = movable(r, who);
    closable.insert(r.gaps.begin(), r.gaps.end());
    if (!closable.contains(c.need) || c.outcome == Outcome::none) {
        throw No{Refused::outcome_invalid};
    }
    r.gaps.erase(c.need);
    r.with_owner.erase(c.need);
    r.with_referrer.erase(c.need);
    r.outcomes[c.need] = c.outcome;
    if (r.status == ReferralStatus::active && !r.somebody_waits()) {
        r.review = never;
        r.ladder = 0;
    }
    about(r, "NeedClosed " + std::to_string(r.sent.id.low) + " need " + std::to_string(c.need));
    compare(r, c.need);
    complete_if_done(r);
}

void NaiveMatcher::execute(const AssignOwner& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (who.role == Role::practice) {
        throw No{Refused::not_found};
    }
    if (!r.live() || c.owner.empty()) {
        throw No{Refused::state_forbids};
    }
    r.owner = std::string(c.owner.view());
    about(r, "OwnerAssigned " + std::to_string(r.sent.id.low));
}

}  // namespace hubward::test
