// SPDX-License-Identifier: Apache-2.0
//
// What hubs say about themselves, the rules of the place, and the summary of it all.
#include <algorithm>

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
        const unsigned before = h.total.contains(kind) ? h.total[kind] : 0;
        if ((!known || c.set_totals) && total != before) {
            report(hub, kind, total);
        }
    }
    if (!c.profile.active && known) {
        std::size_t rerouted = 0;
        std::vector<std::pair<std::size_t, std::size_t>> to_cancel;
        for (const NaiveOffer* o : open_offers(hub)) {
            const auto& list = referrals_[o->referral].offers;
            to_cancel.emplace_back(o->referral, static_cast<std::size_t>(o - list.data()));
        }
        for (const auto& [referral, position] : to_cancel) {
            NaiveReferral& r = referrals_[referral];
            close_offer(r.offers[position], OfferStatus::cancelled, Reason::hub_closed);
            about(r.offers[position], "OfferCancelled");
            if (rerouted++ < limits::reroutes_per_command_max) {
                route(referral, r.unserved(), false);
                continue;
            }
            unsigned mask = 0;
            for (const std::size_t n : r.unserved()) {
                mask |= 1U << n;
                r.gaps.insert(n);
            }
            r.review = at_;
            about(r, "GapRecorded " + std::to_string(r.sent.id.low) + " needs " +
                         std::to_string(mask));
        }
    }
    fill_gaps(hub);
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
    report(hub, c.kind, c.total);
    fill_gaps(hub);
}

void NaiveMatcher::execute(const AdoptPolicy& c, const Actor& who) {
    if (who.role == Role::practice || who.role == Role::hub) {
        throw No{Refused::not_found};
    }
    const Policy& p = c.policy;
    for (const long weight : {p.distance, p.needs, p.language, p.trust, p.community, p.spare,
                              p.wait, p.times, p.groups, p.price_max}) {
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
    for (const int percent : {p.walk_percent, p.bus_percent}) {
        if (percent < 1 || percent > 1000) {
            throw No{Refused::policy_invalid};
        }
    }
    if (p.wait_days_max < 1 || p.wait_days_max > 366 || p.community_distance_percent > 100) {
        throw No{Refused::policy_invalid};
    }
    if (p.version <= policy_.version || p.reach == 0 || p.reach > 1'000'000) {
        throw No{Refused::policy_invalid};
    }
    policy_ = p;
    told_.push_back("PolicyAdopted " + std::to_string(p.version));
}

std::vector<NaiveOffer*> NaiveMatcher::open_offers(std::size_t hub) {
    std::vector<NaiveOffer*> found;
    for (NaiveReferral& r : referrals_) {
        for (NaiveOffer& o : r.offers) {
            if (o.waits() && o.hub == hub) {
                found.push_back(&o);
            }
        }
    }
    std::ranges::sort(found, {}, [](const NaiveOffer* o) { return o->born; });
    return found;
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
        Line line{"hub " + std::string(hub.profile.slug.view()),
                  {hub.version, hub.head, open, hub.profile.active ? 1U : 0U}};
        for (const UnitKind kind : kinds) {
            const auto total = hub.total.find(kind);
            const auto updated = hub.updated.find(kind);
            line.facts.insert(line.facts.end(),
                              {total == hub.total.end() ? 0U : total->second,
                               taken(h, kind, true, false), taken(h, kind, false, true),
                               updated == hub.updated.end() ? 0 : n64(updated->second.ms)});
        }
        all.push_back(std::move(line));
    }
    for (const NaiveReferral& r : referrals_) {
        const std::string id = std::to_string(r.sent.id.low);
        Line line{"referral " + id,
                  {n64(r.status), n64(r.ended_with), n64(r.created.ms), n64(r.review.ms), r.version,
                   r.offers.size()}};
        for (std::size_t n = 0; n < r.sent.ask.need_count; ++n) {
            const auto live = std::ranges::find_if(
                r.offers, [&](const NaiveOffer& o) { return o.live() && o.needs.contains(n); });
            NeedStatus status = NeedStatus::gap;
            if (r.outcomes.contains(n)) {
                status = NeedStatus::resolved;
            } else if (naive_ended(r.status)) {
                status = NeedStatus::withdrawn;
            } else if (live != r.offers.end()) {
                status = live->waits() ? NeedStatus::offered : NeedStatus::accepted;
            }
            line.facts.insert(
                line.facts.end(),
                {n64(status), n64(r.outcomes.contains(n) ? r.outcomes.at(n) : Outcome::none)});
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
                units[static_cast<std::size_t>(kind)] = naive_units(r.sent.ask, o.needs, kind);
            }
            all.push_back({"offer " + id + "." + std::to_string(i + 1),
                           {o.hub, mask, n64(o.status), n64(o.reason), units[0], units[1], units[2],
                            o.metres, n64(o.made.ms), n64(o.answer_by.ms), n64(o.answered.ms)}});
        }
    }
    for (const auto& [code, head] : practices_) {
        all.push_back({"practice " + code, {head}});
    }
    return all;
}

}  // namespace hubward::test
