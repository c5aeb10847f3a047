// SPDX-License-Identifier: Apache-2.0
//
// What hubs say about themselves, the rules of the place, and the summary of it all.
#include <algorithm>
#include <tuple>

#include "matcher/limits.hpp"
#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr UnitKind kinds[] = {UnitKind::place, UnitKind::device, UnitKind::sim};

}  // namespace

void NaiveMatcher::execute(const UpsertHub& c, const Actor& who) {
    std::size_t hub = hub_named(c.profile.id);
    const bool known = hub < hubs_.size();
    if (!naive_speaks_for(who, c.profile) ||
        (known && !naive_speaks_for(who, hubs_[hub].profile))) {
        throw No{Refused::not_found};
    }
    if (known && hubs_[hub].profile.slug != c.profile.slug) {
        throw No{Refused::id_taken};
    }
    expect_version(c.expected_version, known ? hubs_[hub].version : 0);
    for (const auto& day : c.profile.hours.days) {
        const bool second = day[1].open != day[1].close;
        if (day[0].open > day[0].close || day[1].open > day[1].close || day[0].close > 1440 ||
            day[1].close > 1440 || (second && day[0].close > day[1].open)) {
            throw No{Refused::calendar_invalid};
        }
    }
    Timestamp before{};
    bool over = false;
    for (const Closures::Time& away : c.profile.closures.times) {
        const bool used = away.from != away.to;
        if (away.to < away.from || (used && (over || away.from < before)) ||
            away.to.ms - away.from.ms > 93LL * 24 * 3'600'000) {
            throw No{Refused::calendar_invalid};
        }
        over = over || !used;
        before = used ? away.to : before;
    }
    for (std::size_t i = 0; i < c.profile.weekly.size(); ++i) {
        const WeeklySlot& slot = c.profile.weekly[i];
        const bool odd = slot.day > 6 || slot.span.open >= slot.span.close || slot.span.close > 1440 ||
                         slot.seats > limits::units_max;
        bool twice = false;
        for (std::size_t k = 0; k < i; ++k) {
            const WeeklySlot& other = c.profile.weekly[k];
            twice = twice || (other.seats != 0 && other.day == slot.day &&
                              other.span.open == slot.span.open);
        }
        if (slot.seats == 0 ? slot != WeeklySlot{} : odd || twice) {
            throw No{Refused::session_invalid};
        }
    }
    bool ended = false;
    for (const Reserve& row : c.profile.kept) {
        const bool nameless = (row.whom == KeptFor::need && row.needs.empty()) ||
                              ((row.whom == KeptFor::referrer || row.whom == KeptFor::place) &&
                               row.named.empty()) ||
                              (row.whom == KeptFor::referrer && row.named.size > 12);
        if (row.count == 0 ? row != Reserve{} : ended || nameless || row.count > limits::units_max) {
            throw No{Refused::reserve_invalid};
        }
        ended = ended || row.count == 0;
    }
    for (const unsigned total : c.totals) {
        if (total > limits::units_max) {
            throw No{Refused::units_out_of_range};
        }
    }
    if (!known) {
        hubs_.emplace_back();
    }
    NaiveHub& h = hubs_[hub];
    h.profile = c.profile;
    ++h.version;
    ++h.head;
    told_.push_back("HubUpserted " + std::string(c.profile.slug.view()));
    for (const UnitKind kind : kinds) {
        const unsigned total = c.totals[static_cast<std::size_t>(kind)];
        if ((!known || c.set_totals) && total != h.word[kind].stated) {
            report(hub, kind, total, who.role);
        }
    }
    plan(hub);
    if (!c.profile.active && known) {
        leave(hub, false, Reason::hub_closed);
    }
    fill_gaps(hub);
}

// Those who are asked, or everybody, go elsewhere.
void NaiveMatcher::leave(std::size_t hub, bool everybody, Reason reason, unsigned meeting) {
    std::size_t rerouted = 0;
    std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> to_end;
    for (std::size_t i = 0; i < referrals_.size(); ++i) {
        const auto& list = referrals_[i].offers;
        for (std::size_t k = 0; k < list.size(); ++k) {
            if (list[k].hub == hub && (meeting == 0 || list[k].meeting == meeting) &&
                (everybody ? list[k].live() : list[k].waits()) &&
                (meeting == 0 || list[k].waits() || list[k].status == OfferStatus::accepted)) {
                to_end.emplace_back(list[k].born, i, k);
            }
        }
    }
    std::ranges::sort(to_end);
    for (const auto& [born, referral, position] : to_end) {
        NaiveReferral& r = referrals_[referral];
        const bool person = r.offers[position].has_person();
        if (!r.offers[position].live()) {
            continue;
        }
        close_offer(r.offers[position], person ? OfferStatus::failed : OfferStatus::cancelled,
                    reason);
        r.let_down = r.let_down || person;
        about(r.offers[position], person ? "HubWithdrew" : "OfferCancelled");
        const std::set<std::size_t> left = r.unserved();
        if (give_back(r.offers[position]) || left.empty()) {
            continue;
        }
        if (r.status == ReferralStatus::on_hold ||
            rerouted++ < limits::reroutes_per_command_max) {
            route(referral, left, false);
            continue;
        }
        r.gaps.insert(left.begin(), left.end());
        r.review = at_;
        about(r, "GapRecorded " + std::to_string(r.sent.id.low) + " needs " +
                     std::to_string(mask_of(left)));
    }
}

void NaiveMatcher::execute(const CloseHub& c, const Actor& who) {
    const std::size_t hub = hub_named(c.hub);
    if (hub == hubs_.size() || !naive_speaks_for(who, hubs_[hub].profile)) {
        throw No{Refused::not_found};
    }
    NaiveHub& h = hubs_[hub];
    expect_version(c.expected_version, h.version);
    if (h.profile.active) {
        h.profile.active = false;
        ++h.head;
        ++h.version;
        told_.push_back("HubClosed " + std::string(h.profile.slug.view()));
    }
    leave(hub, true, Reason::hub_closed);
    fill_gaps(static_cast<std::size_t>(-1));
}

void NaiveMatcher::execute(const CloseReview& c, const Actor& who) {
    const std::size_t hub = hub_named(c.hub);
    if (hub == hubs_.size() || who.role == Role::hub ||
        !naive_speaks_for(who, hubs_[hub].profile)) {
        throw No{Refused::not_found};
    }
    if (hubs_[hub].reviews.erase(c.what) != 0) {
        ++hubs_[hub].head;
        told_.push_back("ReviewClosed " + std::string(hubs_[hub].profile.slug.view()));
    }
}

void NaiveMatcher::execute(const SetPrice& c, const Actor& who) {
    const std::size_t hub = hub_named(c.hub);
    if (hub == hubs_.size() || (who.role != Role::ops && who.role != Role::system)) {
        throw No{Refused::not_found};
    }
    if (c.price > 10'000) {
        throw No{Refused::units_out_of_range};
    }
    if (hubs_[hub].price != c.price) {
        hubs_[hub].price = c.price;
        ++hubs_[hub].head;
        told_.push_back("PriceSet " + std::string(hubs_[hub].profile.slug.view()));
    }
}

void NaiveMatcher::execute(const AdoptCare& c, const Actor& who) {
    if (who.role == Role::practice || who.role == Role::hub) {
        throw No{Refused::not_found};
    }
    const Care& n = c.care;
    bool good = n.version > care_.version && !n.owner.empty() && n.contact_tries_max > 0;
    for (const int hubs : {int{n.parallel}, int{n.broadcast}}) {
        good = good && hubs > 0 && hubs <= 64;
    }
    for (const std::int64_t wait :
         {n.answer_routine_working_ms, n.answer_urgent_working_ms, n.contact_working_ms,
          n.escalate_working_ms, n.after_appointment_ms, n.check_in_ms, n.owner_review_ms,
          n.referrer_review_ms, n.follow_up_ms}) {
        good = good && wait > 0 && wait <= 366LL * 86'400'000;
    }
    if (!good) {
        throw No{Refused::care_invalid};
    }
    care_ = n;
    told_.push_back("CareAdopted " + std::to_string(n.version));
}

void NaiveMatcher::execute(const SetCalendarYear& c, const Actor& who) {
    if (who.role != Role::system && who.role != Role::ops) {
        throw No{Refused::not_found};
    }
    if (!c.year.sound() || (!years_.contains(c.year.year) && years_.size() >= 64)) {
        throw No{Refused::calendar_invalid};
    }
    if (!years_.contains(c.year.year) || years_.at(c.year.year) != c.year) {
        years_[c.year.year] = c.year;
        told_.push_back("CalendarYearSet " + std::to_string(c.year.year));
    }
}

void NaiveMatcher::execute(const SetCapacity& c, const Actor& who) {
    const std::size_t hub = hub_named(c.hub);
    if (hub == hubs_.size() || !naive_speaks_for(who, hubs_[hub].profile)) {
        throw No{Refused::not_found};
    }
    expect_version(c.expected_version, hubs_[hub].version);
    if (c.total > limits::units_max) {
        throw No{Refused::units_out_of_range};
    }
    report(hub, c.kind, c.total, who.role);
    fill_gaps(hub);
}

void NaiveMatcher::execute(const ConfirmCapacity& c, const Actor& who) {
    const std::size_t hub = hub_named(c.hub);
    if (hub == hubs_.size() || !naive_speaks_for(who, hubs_[hub].profile)) {
        throw No{Refused::not_found};
    }
    expect_version(c.expected_version, hubs_[hub].version);
    for (const UnitKind kind : kinds) {
        if (kind == UnitKind::place || hubs_[hub].updated.contains(kind)) {
            report(hub, kind, hubs_[hub].word[kind].stated, who.role);
        }
    }
    fill_gaps(hub);
}

void NaiveMatcher::execute(const AdoptPolicy& c, const Actor& who) {
    if (who.role == Role::practice || who.role == Role::hub) {
        throw No{Refused::not_found};
    }
    const std::string place(c.place.view());
    const std::string within(c.within.view());
    if (who.role == Role::place && !place.empty() && who.subject.view() != place) {
        throw No{Refused::not_found};
    }
    std::map<std::string, NaivePlace> then = places_;
    if (!place.empty()) {
        if (!within.empty() && !places_.contains(within)) {
            throw No{Refused::policy_invalid};
        }
        then[place] = {within, c.policy};
    } else if (!within.empty()) {
        throw No{Refused::policy_invalid};
    }
    // No place may be more than three steps from the outside; one in a circle never gets there.
    for (const auto& [name, rules] : then) {
        std::string at = name;
        int steps = 0;
        while (!at.empty() && steps < 5) {
            at = then.contains(at) ? then.at(at).within : std::string();
            ++steps;
        }
        if (steps > 4) {
            throw No{Refused::policy_invalid};
        }
    }
    const Policy& p = c.policy;
    for (const long weight : {p.distance, p.needs, p.language, p.trust, p.community, p.spare,
                              p.wait, p.times, p.groups, p.price_max, p.confidence, p.access}) {
        if (weight < 0 || weight > 10'000) {
            throw No{Refused::policy_invalid};
        }
    }
    for (const std::int64_t wait :
         {p.answer_within_routine_ms, p.answer_within_urgent_ms, p.gap_review_after_ms}) {
        if (wait < 1 || wait > 366LL * 86'400'000) {
            throw No{Refused::policy_invalid};
        }
    }
    for (const int left : {p.urgent_places, p.urgent_devices, p.urgent_sims}) {
        if (left > 100) {
            throw No{Refused::policy_invalid};
        }
    }
    for (const int percent : {p.walk_percent, p.bus_percent}) {
        if (percent < 1 || percent > 1000) {
            throw No{Refused::policy_invalid};
        }
    }
    if (p.half_life_hours < 1 || p.half_life_hours > 366 * 24) {
        throw No{Refused::policy_invalid};
    }
    if (p.wait_days_max < 1 || p.wait_days_max > 366 || p.community_distance_percent > 100) {
        throw No{Refused::policy_invalid};
    }
    for (const std::int64_t maybe :
         {p.relax_language_working_ms, p.relax_times_working_ms, p.relax_travel_working_ms,
          p.answer_routine_working_ms, p.answer_urgent_working_ms, p.contact_working_ms}) {
        if (maybe < 0 || maybe > 366LL * 86'400'000) {
            throw No{Refused::policy_invalid};
        }
    }
    if (p.relaxed_travel_percent < 100 || p.relaxed_travel_percent > 1000 || p.asked_at_once > 64) {
        throw No{Refused::policy_invalid};
    }
    const std::uint32_t newest = place.empty()             ? policy_.version
                                 : places_.contains(place) ? places_.at(place).policy.version
                                                           : 0;
    if (p.version <= newest || p.reach == 0 || p.reach > 1'000'000) {
        throw No{Refused::policy_invalid};
    }
    (place.empty() ? policy_ : then[place].policy) = p;
    places_ = then;
    told_.push_back("PolicyAdopted " + place + " " + std::to_string(p.version));
}

Summary NaiveMatcher::summary() const {
    Summary all;
    const auto n64 = [](auto v) { return static_cast<std::uint64_t>(v); };
    for (std::size_t h = 0; h < hubs_.size(); ++h) {
        const NaiveHub& hub = hubs_[h];
        std::uint64_t open = 0;
        for (const NaiveReferral& r : referrals_) {
            open += n64(std::ranges::count_if(
                r.offers, [&](const NaiveOffer& o) { return o.hub == h && o.waits(); }));
        }
        std::uint64_t people = 0;
        for (const NaiveReferral& r : referrals_) {
            people += n64(std::ranges::count_if(
                r.offers, [&](const NaiveOffer& o) { return o.hub == h && o.has_person(); }));
        }
        Line line{"hub " + std::string(hub.profile.slug.view()),
                  {hub.version, hub.head, open, hub.profile.active ? 1U : 0U, people}};
        line.facts.push_back(n64(hub.next_plan.ms));
        for (const NaiveHub::Meeting& m : hub.meetings) {
            line.facts.insert(line.facts.end(),
                              {m.number, m.needs.bits, n64(m.starts.ms), n64(m.ends.ms), m.seats,
                               seats_taken(h, m.number, true, false),
                               seats_taken(h, m.number, false, true), m.cancelled ? 1U : 0U,
                               m.weekly ? 1U : 0U});
        }
        for (const Review what :
             {Review::rule, Review::profile, Review::stock, Review::language, Review::other,
              Review::contact}) {
            const auto at = hub.reviews.find(what);
            line.facts.push_back(at == hub.reviews.end() ? 0 : at->second.first);
            line.facts.push_back(at == hub.reviews.end() ? 0 : n64(at->second.second.ms));
        }
        for (const UnitKind kind : kinds) {
            const auto total = hub.total.find(kind);
            const auto updated = hub.updated.find(kind);
            line.facts.insert(line.facts.end(),
                              {total == hub.total.end() ? 0U : total->second,
                               taken(h, kind, true, false), taken(h, kind, false, true),
                               updated == hub.updated.end() ? 0 : n64(updated->second.ms)});
            const auto word = hub.word.find(kind);
            const NaiveHub::Word said = word == hub.word.end() ? NaiveHub::Word{} : word->second;
            line.facts.insert(line.facts.end(), {said.stated, n64(said.by), said.declines,
                                                 said.kept, said.broken});
        }
        all.push_back(std::move(line));
    }
    for (const NaiveReferral& r : referrals_) {
        const std::string id = std::to_string(r.sent.id.low);
        Line line{"referral " + id,
                  {n64(r.status), n64(r.ended_with), n64(r.created.ms), n64(r.review.ms), r.version,
                   r.offers.size(), n64(r.episode), n64(r.rounds), n64(r.ladder), r.offers_before,
                   r.let_down ? 1U : 0U, r.sent.ask.travel_max, r.sent.ask.access.bits,
                   r.owner.size(), n64(r.erasure), mask_of(r.disputed), n64(r.follow_up.ms),
                   n64(r.follow_ladder), r.sent.ask.together ? 1U : 0U,
                   r.made_for == static_cast<std::size_t>(-1) ? 0 : r.made_for + 1, r.for_need}};
        for (unsigned p = 0; p < 8; ++p) {
            const auto until = r.agreed.find(static_cast<Purpose>(p));
            line.facts.push_back(until == r.agreed.end() ? 0 : n64(until->second.ms));
        }
        for (std::size_t n = 0; n < r.sent.ask.need_count; ++n) {
            const auto live = std::ranges::find_if(
                r.offers, [&](const NaiveOffer& o) { return o.live() && o.needs.contains(n); });
            const bool taken = std::ranges::any_of(r.offers, [&](const NaiveOffer& o) {
                return o.has_person() && o.needs.contains(n);
            });
            NeedStatus status = NeedStatus::gap;
            if (r.outcomes.contains(n)) {
                status = NeedStatus::resolved;
            } else if (r.withdrawn.contains(n)) {
                status = NeedStatus::withdrawn;
            } else if (live != r.offers.end()) {
                status = taken ? NeedStatus::accepted : NeedStatus::offered;
            } else if (r.with_owner.contains(n)) {
                status = NeedStatus::with_owner;
            } else if (r.with_referrer.contains(n)) {
                status = NeedStatus::with_referrer;
            }
            line.facts.insert(
                line.facts.end(),
                {n64(status), n64(r.outcomes.contains(n) ? r.outcomes.at(n) : Outcome::none),
                 n64(r.person_says.contains(n) ? r.person_says.at(n) : Outcome::none)});
        }
        all.push_back(std::move(line));
        for (std::size_t i = 0; i < r.offers.size(); ++i) {
            const NaiveOffer& o = r.offers[i];
            std::uint64_t mask = 0;
            std::uint64_t units[3] = {};
            for (const std::size_t n : o.needs) {
                mask |= 1U << n;
            }
            for (const UnitKind kind : kinds) {
                units[static_cast<std::size_t>(kind)] =
                    kind == UnitKind::place ? o.places : naive_units(r.sent.ask, o.needs, kind);
            }
            all.push_back({"offer " + id + "." + std::to_string(i + 1),
                           {o.hub, mask, n64(o.status), n64(o.reason), units[0], units[1], units[2],
                            o.metres, n64(o.made.ms), n64(o.answer_by.ms), n64(o.answered.ms),
                            o.held ? 1U : 0U, o.passing_on ? 1U : 0U, n64(o.missed), n64(o.tries),
                            n64(o.ladder), n64(o.booked.ms), o.meeting, o.live() ? n64(o.next_look.ms) : 0}});
        }
    }
    for (const auto& [code, head] : practices_) {
        all.push_back({"practice " + code, {head}});
    }
    return all;
}

}  // namespace hubward::test
