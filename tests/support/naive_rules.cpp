// SPDX-License-Identifier: Apache-2.0
//
// Who may serve whom, how well, and who is asked next.
#include <algorithm>

#include "matcher/limits.hpp"
#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr UnitKind kinds[] = {UnitKind::place, UnitKind::device, UnitKind::sim};

// By halving: slow, and has nothing in common with the fast one.
std::uint64_t square_root(std::uint64_t n) {
    std::uint64_t low = 0;
    std::uint64_t high = std::uint64_t{1} << 31;
    while (low + 1 < high) {
        const std::uint64_t middle = (low + high) / 2;
        (middle * middle <= n ? low : high) = middle;
    }
    return low;
}

std::uint64_t metres_between(const Position& a, const Position& b) {
    const bool a_known = a.x != 0 || a.y != 0 || a.z != 0;
    const bool b_known = b.x != 0 || b.y != 0 || b.z != 0;
    if (!a_known || !b_known) {
        return 0;
    }
    const long dx = long{a.x} - b.x;
    const long dy = long{a.y} - b.y;
    const long dz = long{a.z} - b.z;
    const auto chord = square_root(static_cast<std::uint64_t>(dx * dx + dy * dy + dz * dz));
    return chord * 6'371'009 / (std::uint64_t{1} << 29);
}

}  // namespace

UnitKind naive_kind(Need need) {
    if (need == Need::dev_loan || need == Need::dev_gift) {
        return UnitKind::device;
    }
    return need == Need::data_sim ? UnitKind::sim : UnitKind::place;
}

bool NaiveOffer::waits() const {
    return status == OfferStatus::requested || status == OfferStatus::received;
}
bool NaiveOffer::has_person() const {
    return status == OfferStatus::accepted || status == OfferStatus::in_progress;
}

long NaiveVerdict::total() const {
    long sum = 0;
    for (const long term : terms) {
        sum += term;
    }
    return sum;
}

unsigned NaiveMatcher::taken(Index hub, UnitKind kind, bool waiting, bool with_person) const {
    unsigned count = 0;
    for (const NaiveReferral& r : referrals_) {
        for (const NaiveOffer& o : r.offers) {
            if (o.hub != hub || !((waiting && o.waits()) || (with_person && o.has_person()))) {
                continue;
            }
            count += std::ranges::any_of(
                o.needs, [&](Index n) { return naive_kind(r.sent.ask.needs[n]) == kind; });
        }
    }
    return count;
}

unsigned NaiveMatcher::free(Index hub, UnitKind kind) const {
    const auto stated = hubs_[hub].total.find(kind);
    const unsigned total = stated == hubs_[hub].total.end() ? 0 : stated->second;
    const unsigned gone = taken(hub, kind, true, true);
    return gone >= total ? 0 : total - gone;
}

NaiveVerdict NaiveMatcher::judge(const NaiveReferral& r, const std::set<Index>& needs,
                                 Index index) const {
    const HubProfile& hub = hubs_[index].profile;
    const Ask& ask = r.sent.ask;
    NaiveVerdict verdict;
    for (const Index n : needs) {
        if (hub.needs.has(ask.needs[n]) && free(index, naive_kind(ask.needs[n])) > 0) {
            verdict.needs.insert(n);
        }
    }
    verdict.metres = hub.is_virtual ? 0 : metres_between(ask.position, hub.position);
    const bool speaks = ask.language != Language::not_stated && hub.languages.has(ask.language);
    const bool no_words = ask.language_required && ask.language != Language::not_stated && !speaks;
    const bool unwanted = (ask.refused_hubs[0] && ask.refused_hubs[0] == hub.id) ||
                          (ask.refused_hubs[1] && ask.refused_hubs[1] == hub.id);
    const bool wrong_age = ask.age != 255 && (ask.age < hub.age_min || ask.age > hub.age_max);
    const bool far = (hub.catchment > 0 && verdict.metres > hub.catchment) ||
                     (ask.travel_max > 0 && verdict.metres > ask.travel_max);
    verdict.passed = hub.active && !unwanted && !verdict.needs.empty() && !no_words &&
                     (ask.access.bits & ~hub.access.bits) == 0 && !wrong_age && !far;

    const long limit = ask.travel_max > 0 ? long{ask.travel_max} : long{policy_.reach};
    const long metres = static_cast<long>(verdict.metres);
    const auto places = hubs_[index].total.find(UnitKind::place);
    const long all_places = places == hubs_[index].total.end() ? 0 : long{places->second};
    verdict.terms = {
        metres >= limit ? 0 : policy_.distance * (limit - metres) / limit,
        policy_.needs * static_cast<long>(verdict.needs.size()) / static_cast<long>(needs.size()),
        speaks ? long{policy_.language} : 0,
        ask.trusted_hub && ask.trusted_hub == hub.id ? long{policy_.trust} : 0,
        (ask.communities & hub.communities) != 0 ? long{policy_.community} : 0,
        all_places == 0 ? 0 : policy_.spare * long{free(index, UnitKind::place)} / all_places,
    };
    return verdict;
}

bool NaiveMatcher::tried(const NaiveReferral& r, Index hub, bool review) const {
    for (const NaiveOffer& o : r.offers) {
        if (o.hub != hub) {
            continue;
        }
        if (o.status == OfferStatus::rejected || o.status == OfferStatus::failed) {
            return true;
        }
        if (o.reason == Reason::offer_expired && !review) {
            return true;
        }
    }
    return false;
}

std::set<NaiveMatcher::Index> NaiveMatcher::held_back(const NaiveReferral& r) const {
    std::set<Index> held;
    for (const NaiveOffer& o : r.offers) {
        const bool by_hub = o.status == OfferStatus::rejected || o.status == OfferStatus::failed;
        if (by_hub &&
            (o.reason == Reason::safety_concern || o.reason == Reason::missing_information ||
             o.reason == Reason::could_not_contact_person)) {
            held.insert(o.needs.begin(), o.needs.end());
        }
    }
    return held;
}

void NaiveMatcher::route(Index index, std::set<Index> needs, bool review) {
    NaiveReferral& r = referrals_[index];
    const std::set<Index> held = held_back(r);
    std::set<Index> open;
    std::ranges::set_difference(needs, held, std::inserter(open, open.end()));
    while (!open.empty() && r.offers.size() < limits::offers_per_referral_max) {
        Index best = hubs_.size();
        NaiveVerdict best_verdict;
        unsigned considered = 0;
        for (Index h = 0; h < hubs_.size(); ++h) {
            const NaiveVerdict v = judge(r, open, h);
            if (!v.passed || tried(r, h, review)) {
                continue;
            }
            ++considered;
            const bool better =
                best == hubs_.size() || v.total() > best_verdict.total() ||
                (v.total() == best_verdict.total() && hubs_[h].profile.id < hubs_[best].profile.id);
            if (better) {
                best = h;
                best_verdict = v;
            }
        }
        if (best == hubs_.size()) {
            break;
        }
        const bool urgent = r.sent.ask.urgency == Urgency::urgent;
        const std::int64_t wait =
            urgent ? policy_.answer_within_urgent_ms : policy_.answer_within_routine_ms;
        NaiveOffer offer;
        offer.born = offers_born_++;
        offer.referral = index;
        offer.hub = best;
        offer.needs = best_verdict.needs;
        offer.metres = best_verdict.metres;
        offer.made = at_;
        offer.answer_by = {at_.ms + wait};
        r.offers.push_back(offer);
        for (const Index n : offer.needs) {
            open.erase(n);
            needs.erase(n);
            r.gaps.erase(n);
        }
        if (r.gaps.empty()) {
            r.review = never;
        }
        about(r.offers.back(), "Offered",
              " " + std::string(hubs_[best].profile.slug.view()) + " " +
                  std::to_string(best_verdict.terms[0]) + " " +
                  std::to_string(best_verdict.total()) + " of " + std::to_string(considered));
    }
    unsigned mask = 0;
    for (const Index n : needs) {
        mask |= review || !r.gaps.contains(n) ? 1U << n : 0U;
    }
    if (mask == 0) {
        return;
    }
    r.gaps.insert(needs.begin(), needs.end());
    const Timestamp next{at_.ms + policy_.gap_review_after_ms};
    r.review = review ? next : std::min(next, r.review);
    about(r, "GapRecorded " + std::to_string(r.sent.id.low) + " needs " + std::to_string(mask));
}

void NaiveMatcher::fill_gaps(Index news) {
    std::vector<Index> gained;
    for (Index h = 0; h < hubs_.size(); ++h) {
        bool more = h == news;
        for (const UnitKind kind : kinds) {
            const auto before = free_before_.find({h, kind});
            more = more || (before != free_before_.end() && free(h, kind) > before->second);
        }
        if (more && hubs_[h].profile.active) {
            gained.push_back(h);
        }
    }
    std::size_t looked_at = 0;
    std::size_t filled = 0;
    for (const Index index : gaps_before_) {
        if (gained.empty() || looked_at == limits::gaps_looked_at_max ||
            filled == limits::gaps_filled_per_command_max) {
            return;
        }
        ++looked_at;
        NaiveReferral& r = referrals_[index];
        const std::set<Index> held = held_back(r);
        std::set<Index> needs;
        std::ranges::set_difference(r.gaps, held, std::inserter(needs, needs.end()));
        if (r.status != ReferralStatus::active || needs.empty() ||
            r.offers.size() >= limits::offers_per_referral_max) {
            continue;
        }
        if (std::ranges::any_of(gained, [&](Index h) {
                return judge(r, needs, h).passed && !tried(r, h, false);
            })) {
            route(index, needs, false);
            ++filled;
        }
    }
}

}  // namespace hubward::test
