// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_matcher.hpp"

#include <algorithm>
#include <tuple>

#include "matcher/limits.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr UnitKind kinds[] = {UnitKind::place, UnitKind::device, UnitKind::sim};
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

}  // namespace

bool naive_ended(ReferralStatus status) {
    return status != ReferralStatus::active && status != ReferralStatus::on_hold;
}

bool naive_speaks_for(const Actor& who, const HubProfile& hub) {
    return who.role == Role::system || who.role == Role::ops ||
           (who.role == Role::place && who.subject.view() == hub.place.view()) ||
           (who.role == Role::hub && who.subject.view() == hub.slug.view());
}

void NaiveMatcher::expect_version(std::uint32_t expected, std::uint32_t present) {
    if (expected != 0 && expected != present) {
        throw No{Refused::version_changed};
    }
}

std::set<std::size_t> NaiveReferral::unserved() const {
    std::set<std::size_t> needs;
    for (std::size_t n = 0; n < sent.ask.need_count; ++n) {
        const bool promised = std::ranges::any_of(
            offers, [&](const NaiveOffer& o) { return o.live() && o.needs.contains(n); });
        if (!promised && !outcomes.contains(n) && !gaps.contains(n) && !with_referrer.contains(n) &&
            !with_owner.contains(n) && !withdrawn.contains(n)) {
            needs.insert(n);
        }
    }
    return needs;
}

NaiveMatcher::Reply NaiveMatcher::run(const Command& command, const Actor& actor, Timestamp at) {
    at_ = at;
    told_.clear();
    free_before_.clear();
    seats_before_.clear();
    for (std::size_t h = 0; h < hubs_.size(); ++h) {
        for (const UnitKind kind : kinds) {
            free_before_[{h, kind}] = free(h, kind);
        }
        seats_before_[h] = all_seats_left(h);
    }
    std::vector<std::tuple<int, Timestamp, std::size_t>> waiting;
    for (std::size_t i = 0; i < referrals_.size(); ++i) {
        const NaiveReferral& r = referrals_[i];
        if (r.status == ReferralStatus::active && !r.gaps.empty()) {
            const bool urgent = r.sent.ask.urgency == Urgency::urgent;
            waiting.emplace_back(urgent ? 0 : r.let_down ? 1 : 2, r.created, i);
        }
    }
    std::ranges::sort(waiting);
    gaps_before_.clear();
    for (const auto& [rank, since, index] : waiting) {
        gaps_before_.push_back(index);
    }
    try {
        std::visit([&](const auto& c) { execute(c, actor); }, command);
    } catch (const No& no) {
        return {false, no.why, {}};
    }
    return {true, {}, told_};
}

// --- looking up and telling ---

NaiveReferral& NaiveMatcher::referral_named(ReferralId id) {
    for (NaiveReferral& r : referrals_) {
        if (r.sent.id == id) {
            return r;
        }
    }
    throw No{Refused::not_found};
}

NaiveOffer& NaiveMatcher::offer_named(const OfferRef& ref, const Actor& who) {
    NaiveReferral& r = referral_named(ref.referral);
    if (ref.ordinal == 0 || ref.ordinal > r.offers.size()) {
        throw No{Refused::not_found};
    }
    NaiveOffer& offer = r.offers[ref.ordinal - 1U];
    if (!naive_speaks_for(who, hubs_[offer.hub].profile)) {
        throw No{Refused::not_found};
    }
    if (r.erasure != Erasure::none) {
        throw No{Refused::erased};
    }
    expect_version(ref.expected_version, r.version);
    return offer;
}

std::size_t NaiveMatcher::hub_named(HubId id) const {
    return static_cast<std::size_t>(
        std::ranges::find_if(hubs_, [&](const NaiveHub& h) { return h.profile.id == id; }) -
        hubs_.begin());
}

void NaiveMatcher::about(NaiveReferral& r, const std::string& text) {
    ++r.version;
    const std::string code(r.sent.practice.view());
    auto practice = std::ranges::find(practices_, code, &decltype(practices_)::value_type::first);
    if (practice == practices_.end()) {
        practice = practices_.insert(practices_.end(), {code, 0});
    }
    ++practice->second;
    told_.push_back(text);
}

void NaiveMatcher::about(NaiveOffer& o, const std::string& event, const std::string& more) {
    NaiveReferral& r = referrals_[o.referral];
    ++hubs_[o.hub].head;
    const auto ordinal = &o - r.offers.data() + 1;
    about(r, event + " " + std::to_string(r.sent.id.low) + "." + std::to_string(ordinal) + more);
}

void NaiveMatcher::report(std::size_t hub, UnitKind kind, unsigned total, Role by) {
    NaiveHub& h = hubs_[hub];
    h.word[kind].stated = total;
    h.word[kind].by = by;
    h.word[kind].declines = 0;
    ++h.head;
    ++h.version;
    h.total[kind] = total;
    h.updated[kind] = at_;
    told_.push_back("CapacityReported " + std::string(h.profile.slug.view()) + " " +
                    std::string(name(kind)) + " " + std::to_string(total));
}

// --- ends ---

void NaiveMatcher::close_offer(NaiveOffer& o, OfferStatus status, Reason reason) {
    o.status = status;
    o.reason = reason;
    o.booked = never;
    o.passing_on = false;
    if (o.answered == never) {
        o.answered = at_;
    }
}

void NaiveMatcher::complete_if_done(NaiveReferral& r) {
    if (r.outcomes.size() + r.withdrawn.size() == r.sent.ask.need_count) {
        r.status = ReferralStatus::completed;
        r.review = never;
        about(r, "AllNeedsResolved " + std::to_string(r.sent.id.low));
    }
}

void NaiveMatcher::drop_live(NaiveReferral& r, Reason reason) {
    for (std::size_t n = 0; n < r.sent.ask.need_count; ++n) {
        if (!r.outcomes.contains(n)) {
            r.withdrawn.insert(n);
        }
    }
    r.gaps.clear();
    r.with_referrer.clear();
    r.with_owner.clear();
    r.review = never;
    r.ladder = 0;
    for (NaiveOffer& o : r.offers) {
        if (o.live()) {
            close_offer(o, OfferStatus::cancelled, reason);
            about(o, "OfferCancelled");
        }
    }
}

void NaiveMatcher::withdraw(std::size_t referral, Reason reason) {
    NaiveReferral& r = referrals_[referral];
    r.status = reason == Reason::sent_in_error ? ReferralStatus::entered_in_error
                                               : ReferralStatus::revoked;
    r.ended_with = reason;
    about(r, "Withdrawn " + std::to_string(r.sent.id.low));
    drop_live(r, reason);
}

// --- commands ---

void NaiveMatcher::execute(const OpenOffer& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    if (o.status != OfferStatus::requested) {
        throw No{Refused::state_forbids};
    }
    o.status = OfferStatus::received;
    about(o, "Opened");
}

void NaiveMatcher::execute(const AcceptOffer& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    if (!o.waits()) {
        throw No{Refused::state_forbids};
    }
    if (!may_share(referrals_[o.referral])) {
        throw No{Refused::consent_missing};
    }
    const NaiveHub::Meeting* seat = meeting_of(o.hub, o.meeting);
    if (o.meeting != 0 && (seat == nullptr || seat->cancelled || seat->starts <= at_)) {
        throw No{Refused::no_unit_left};
    }
    for (const UnitKind kind : kinds) {
        const bool sits = o.meeting != 0 && kind == UnitKind::place;
        const unsigned there = sits ? seats_left(o.hub, *seat) : room(o.hub, kind);
        const unsigned wanted =
            kind == UnitKind::place ? o.places
                                    : naive_units(referrals_[o.referral].sent.ask, o.needs, kind);
        const unsigned others = put_by(referrals_[o.referral], o.needs, o.hub, kind);
        if (!o.held && wanted > 0 && wanted + others > there) {
            throw No{Refused::no_unit_left};
        }
    }
    o.status = OfferStatus::accepted;
    o.said_yes = true;
    o.answered = at_;
    o.next_look = contact_time(o);
    about(o, "Accepted");
    learn(o, true);
    if (seat != nullptr) {
        sit_down(o, *seat);
    }
    const std::size_t referral = o.referral;
    if (drop_others(referrals_[referral], o.born)) {
        route(referral, referrals_[referral].unserved(), false);
        fill_gaps(nowhere);
    }
}

void NaiveMatcher::execute(const DeclineOffer& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    const bool about_hub = c.reason == Reason::could_not_contact_hub && who.role != Role::hub;
    if (!hub_may_decline_with(c.reason) && !about_hub) {
        throw No{Refused::reason_invalid};
    }
    if (!o.waits()) {
        throw No{Refused::state_forbids};
    }
    if (c.reason == Reason::other && c.note_slot == 0) {
        throw No{Refused::note_missing};
    }
    std::set<std::size_t> elsewhere;  // needs that the other referral still cares for
    if (c.duplicate_of) {
        const Ask& mine = referrals_[o.referral].sent.ask;
        for (const NaiveReferral& r : referrals_) {
            const bool asked_here =
                std::ranges::any_of(r.offers, [&](const NaiveOffer& x) { return x.hub == o.hub; });
            for (std::size_t n = 0; n < mine.need_count; ++n) {
                for (std::size_t k = 0; k < r.sent.ask.need_count; ++k) {
                    if (r.sent.id == c.duplicate_of && r.live() && asked_here && !r.withdrawn.contains(k) &&
                        r.sent.ask.needs[k] == mine.needs[n]) {
                        elsewhere.insert(n);
                    }
                }
            }
        }
        const bool any = std::ranges::any_of(o.needs, [&](std::size_t n) { return elsewhere.contains(n); });
        if (c.reason != Reason::duplicate || c.duplicate_of == c.offer.referral || !any) {
            throw No{Refused::reason_invalid};
        }
    }
    close_offer(o, OfferStatus::rejected, c.reason);
    about(o, "Declined");
    after_end(o, c.reason, c.duplicate_of ? &elsewhere : nullptr);
}

void NaiveMatcher::execute(const StartSupport& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    const bool rests = o.status == OfferStatus::on_hold && !o.passing_on;
    if (o.status != OfferStatus::accepted && !rests) {
        throw No{Refused::state_forbids};
    }
    o.status = OfferStatus::in_progress;
    o.next_look = plus(care_.check_in_ms);
    o.ladder = 0;
    o.booked = never;
    about(o, "SupportStarted");
}

void NaiveMatcher::execute(const ReturnOffer& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    const bool about_hub = c.reason == Reason::could_not_contact_hub && who.role != Role::hub;
    if (c.reason != Reason::hub_withdrew && !hub_may_decline_with(c.reason) && !about_hub) {
        throw No{Refused::reason_invalid};
    }
    if (!o.has_person()) {
        throw No{Refused::state_forbids};
    }
    if (c.reason == Reason::other && c.note_slot == 0) {
        throw No{Refused::note_missing};
    }
    close_offer(o, OfferStatus::failed, c.reason);
    referrals_[o.referral].let_down = true;
    about(o, "HubWithdrew");
    after_end(o, c.reason);
}

void NaiveMatcher::execute(const RecordOutcome& c, const Actor& who) {
    NaiveOffer& o = offer_named(c.offer, who);
    NaiveReferral& r = referrals_[o.referral];
    if (o.status != OfferStatus::accepted && o.status != OfferStatus::in_progress) {
        throw No{Refused::state_forbids};
    }
    if (!o.needs.contains(c.need) || r.outcomes.contains(c.need) || c.outcome == Outcome::none) {
        throw No{Refused::outcome_invalid};
    }
    r.outcomes[c.need] = c.outcome;
    about(o, "OutcomeRecorded",
          " need " + std::to_string(c.need) + " " + std::string(name(c.outcome)));
    compare(r, c.need);
    if (std::ranges::all_of(o.needs, [&](std::size_t n) { return r.outcomes.contains(n); })) {
        close_offer(o, OfferStatus::completed, Reason::none);
        about(o, "OfferCompleted");
        complete_if_done(r);
        fill_gaps(nowhere);
    }
}

void NaiveMatcher::execute(const WithdrawReferral& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    if (c.reason != Reason::withdrawn_by_person && c.reason != Reason::recalled_by_referrer &&
        c.reason != Reason::sent_in_error) {
        throw No{Refused::reason_invalid};
    }
    if (naive_ended(r.status)) {
        throw No{Refused::state_forbids};
    }
    withdraw(static_cast<std::size_t>(&r - referrals_.data()), c.reason);
    fill_gaps(nowhere);
}

}  // namespace hubward::test
