// SPDX-License-Identifier: Apache-2.0
//
// What the place has laid down for its people, and what the person says themselves.
#include <map>
#include <utility>

#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

const Policy& NaiveMatcher::rules_of(const NaiveReferral& r) const {
    const auto own = places_.find(std::string(r.sent.ask.place.view()));
    return own == places_.end() ? policy_ : own->second.policy;
}

// The place, then what lies around it.
std::vector<std::string> NaiveMatcher::around(std::string place) const {
    std::vector<std::string> all;
    while (!place.empty()) {
        all.push_back(place);
        place = places_.contains(place) ? places_.at(place).within : std::string();
    }
    return all;
}

// Office hours of the country since the episode began; `never` when nothing lets it.
Timestamp NaiveMatcher::gives_way(const NaiveReferral& r, Requirement what) const {
    const Policy& rules = rules_of(r);
    const Ask& ask = r.sent.ask;
    const std::map<Requirement, std::pair<bool, std::int64_t>> clauses{
        {Requirement::language,
         {rules.language_hard && !ask.language_required && ask.language != Language::not_stated,
          rules.relax_language_working_ms}},
        {Requirement::times,
         {rules.times_hard && ask.available.bits != 0, rules.relax_times_working_ms}},
        {Requirement::travel, {ask.travel_max > 0, rules.relax_travel_working_ms}}};
    const auto [matters, after] = clauses.at(what);
    if (!matters || after == 0 || !ask.may_relax.has(what) || r.gave_way.contains(what)) {
        return never;
    }
    Week office;
    for (int day = 0; day < 5; ++day) {
        office.days[static_cast<std::size_t>(day)][0] = {540, 1020};
    }
    return naive_after(years_, office, r.since, after);
}

// In which a hub that accepted is to book or begin.
Timestamp NaiveMatcher::contact_time(const NaiveOffer& o) const {
    const std::int64_t own = rules_of(referrals_[o.referral]).contact_working_ms;
    const std::int64_t time = own != 0 ? own : care_.contact_working_ms;
    return working(o.hub, time, 3 * time);
}

void NaiveMatcher::execute(const SubmitReferral& c, const Actor& who) {
    if (who.role == Role::hub ||
        (who.role == Role::practice && who.subject.view() != c.practice.view())) {
        throw No{Refused::not_found};
    }
    if (!c.share_with_hub) {
        throw No{Refused::consent_missing};
    }
    if (!c.consent.purposes.has(Purpose::share_with_hub)) {
        throw No{Refused::consent_invalid};
    }
    want_sound(c.consent);
    std::set<Need> asked;
    for (std::size_t n = 0; n < c.ask.need_count && n < c.ask.needs.size(); ++n) {
        asked.insert(c.ask.needs[n]);
    }
    if (asked.empty() || asked.size() != c.ask.need_count || c.ask.load < 1 || c.ask.load > 20) {
        throw No{Refused::needs_missing};
    }
    for (const NaiveReferral& r : referrals_) {
        if (r.sent.id == c.id) {
            throw No{Refused::id_taken};
        }
    }
    for (const NaiveReferral& r : referrals_) {
        if (c.practice_ref && !naive_ended(r.status) && r.sent.practice == c.practice &&
            r.sent.practice_ref == c.practice_ref) {
            throw No{Refused::live_duplicate};
        }
    }
    std::size_t origin = static_cast<std::size_t>(-1);
    for (std::size_t i = 0; i < referrals_.size(); ++i) {
        const NaiveReferral& other = referrals_[i];
        if (c.onward_of && other.sent.id == c.onward_of && other.sent.practice == c.practice &&
            other.erasure == Erasure::none && c.onward_need < other.sent.ask.need_count &&
            std::ranges::count(referrals_, i, &NaiveReferral::made_for) < 32) {
            origin = i;
        }
    }
    if (c.onward_of && origin == static_cast<std::size_t>(-1)) {
        throw No{Refused::onward_invalid};
    }
    NaiveReferral& r = referrals_.emplace_back();
    r.sent = c;
    r.made_for = origin;
    r.for_need = origin == static_cast<std::size_t>(-1) ? 0 : c.onward_need;
    r.created = at_;
    r.since = at_;
    agree(r, c.consent);
    about(r, "ReferralSubmitted " + std::to_string(c.id.low));
    if (origin != static_cast<std::size_t>(-1)) {
        about(referrals_[origin], "OnwardLinked " + std::to_string(c.onward_of.low) + " need " +
                                      std::to_string(c.onward_need) + " to " + std::to_string(c.id.low));
    }
    if (who.role == Role::practice && origin != static_cast<std::size_t>(-1) && relative_in_danger(r)) {
        return to_owner(r, r.unserved());
    }
    route(referrals_.size() - 1, r.unserved(), false);
}

void NaiveMatcher::execute(const ChooseHub& c, const Actor& who) {
    NaiveReferral& r = referral_of(c.referral, who, c.expected_version);
    std::set<Index> needs = r.unserved();
    needs.insert(r.gaps.begin(), r.gaps.end());
    needs.insert(r.with_referrer.begin(), r.with_referrer.end());
    bool waits_there = false;
    const Index hub = hub_named(c.hub);
    for (const NaiveOffer& o : r.offers) {
        if (o.waits()) {
            needs.insert(o.needs.begin(), o.needs.end());
            waits_there = waits_there || o.hub == hub;
        }
    }
    for (const NaiveOffer& o : r.offers) {  // a hub that passes a person on still has them
        for (const Index n : o.has_person() ? o.needs : std::set<Index>{}) {
            needs.erase(n);
        }
    }
    std::erase_if(needs, [&](Index n) { return r.outcomes.contains(n); });
    if (r.status != ReferralStatus::active || needs.empty()) {
        throw No{Refused::state_forbids};
    }
    const std::string id = std::to_string(r.sent.id.low);
    const Index index = static_cast<Index>(&r - referrals_.data());
    if (c.no_digital) {
        r.sent.ask.chosen_hub = {};
        about(r, "ChoiceMade " + id);
        withdraw(index, Reason::withdrawn_by_person);
        fill_gaps(hubs_.size());
        return;
    }
    if (!may_share(r)) {
        throw No{Refused::consent_missing};
    }
    if (hub == hubs_.size()) {
        throw No{Refused::not_found};
    }
    if (!waits_there && (!judge(r, needs, hub).passed || closed_door(r, needs, hub, false))) {
        throw No{Refused::choice_not_possible};
    }
    r.sent.ask.chosen_hub = c.hub;
    about(r, "ChoiceMade " + id);
    for (NaiveOffer& o : r.offers) {
        if (o.waits() && o.hub != hub) {
            close_offer(o, OfferStatus::cancelled, Reason::person_chose_other);
            about(o, "OfferCancelled");
            give_back(o);
        }
    }
    if (!r.with_referrer.empty()) {
        const std::set<Index> asked = std::exchange(r.with_referrer, {});
        if (!r.somebody_waits()) {
            r.review = never;
            r.ladder = 0;
        }
        about(r, "NeedsReleased " + id + " needs " + std::to_string(mask_of(asked)));
    }
    needs = r.unserved();
    needs.insert(r.gaps.begin(), r.gaps.end());
    route(index, needs, false);
    fill_gaps(hubs_.size());
}

}  // namespace hubward::test
