// SPDX-License-Identifier: Apache-2.0
//
// How far a hub's word is relied on, worked out half-life by half-life and answer by answer.
#include <algorithm>

#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

unsigned NaiveMatcher::room(Index hub, UnitKind kind) const {
    const auto stated = hubs_[hub].total.find(kind);
    const unsigned total = stated == hubs_[hub].total.end() ? 0 : stated->second;
    const unsigned gone = taken(hub, kind, true, true);
    return gone >= total ? 0 : total - gone;
}

unsigned NaiveMatcher::free(Index hub, UnitKind kind) const {
    const auto word = hubs_[hub].word.find(kind);
    const bool doubt = word != hubs_[hub].word.end() && word->second.declines > 2;
    return doubt ? 0 : room(hub, kind);
}

// Half-life by half-life, and the rest of one along a straight line, rounded up.
long NaiveMatcher::sure(Index hub, UnitKind kind, const Policy& rules,
                        const NaiveHub::Meeting* at) const {
    const auto word = hubs_[hub].word.find(kind);
    const NaiveHub::Word said = word == hubs_[hub].word.end() ? NaiveHub::Word{} : word->second;
    const auto when = hubs_[hub].updated.find(kind);
    const Timestamp stated = when == hubs_[hub].updated.end() ? Timestamp{} : when->second;
    long age = at_.ms - (at != nullptr && kind == UnitKind::place ? at->made : stated).ms;
    const long half =
        rules.half_life_hours * 3'600'000L * (said.kept + 4) / (said.kept + 4 + said.broken);
    long full = 1000;
    while (age >= half && full > 0) {
        age -= half;
        full /= 2;
    }
    const long drop = full - full / 2;
    return said.declines > 2 ? 0 : full - drop * age / half;
}

// What is free and still not for them: the sum of the rows that name somebody else.
unsigned NaiveMatcher::put_by(const NaiveReferral& r, const std::set<Index>& needs, Index hub,
                              UnitKind kind) const {
    const Ask& ask = r.sent.ask;
    const std::vector<std::string> home = around(std::string(ask.place.view()));
    const Policy& rules = rules_of(r);
    unsigned sum = ask.urgency == Urgency::urgent  ? 0U
                   : kind == UnitKind::place  ? rules.urgent_places
                   : kind == UnitKind::device ? rules.urgent_devices
                                              : rules.urgent_sims;
    for (const Reserve& row : hubs_[hub].profile.kept) {
        const std::string named(row.named.view());
        const std::string practice(r.sent.practice.view());
        const std::map<KeptFor, bool> theirs = {
            {KeptFor::need, std::ranges::any_of(needs, [&](Index n) { return row.needs.has(ask.needs[n]); })},
            {KeptFor::urgent, ask.urgency == Urgency::urgent},
            {KeptFor::referrer, practice.substr(0, named.size()) == named},
            {KeptFor::place, std::ranges::count(home, named) > 0}};
        sum += row.kind == kind && !theirs.at(row.whom) ? row.count : 0U;
    }
    return sum;
}

void NaiveMatcher::learn(const NaiveOffer& o, bool kept) {
    for (const UnitKind kind : {UnitKind::place, UnitKind::device, UnitKind::sim}) {
        if (naive_units(referrals_[o.referral].sent.ask, o.needs, kind) == 0) {
            continue;
        }
        NaiveHub::Word& word = hubs_[o.hub].word[kind];
        ++(kept ? word.kept : word.broken);
        if (kept && word.declines < 3) {
            word.declines = 0;
        }
        if (word.kept + word.broken == 64) {
            word.kept /= 2;
            word.broken /= 2;
        }
    }
}

void NaiveMatcher::none_left(const NaiveOffer& o, UnitKind kind) {
    NaiveHub& h = hubs_[o.hub];
    NaiveHub::Word& word = h.word[kind];
    const auto seat = kind == UnitKind::place && o.meeting != 0
                          ? std::ranges::find(h.meetings, o.meeting, &NaiveHub::Meeting::number)
                          : h.meetings.end();
    unsigned left = 0;
    if (seat != h.meetings.end()) {
        left = seats_taken(o.hub, o.meeting, true, true);
        seat->seats = left;
        seat->weekly = false;
    } else {
        left = std::min(h.total[kind], taken(o.hub, kind, true, true));
        h.total[kind] = left;
        word.declines = std::min(word.declines + 1, 255U);
    }
    ++h.head;
    ++h.version;
    told_.push_back("CapacityDecayed " + std::string(h.profile.slug.view()) + " " +
                    std::string(name(kind)) + " " + std::to_string(left) + " after " +
                    std::to_string(word.declines));
    if (++word.broken + word.kept == 64) {
        word.broken /= 2;
        word.kept /= 2;
    }
}

}  // namespace hubward::test
