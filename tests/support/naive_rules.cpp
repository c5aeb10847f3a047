// SPDX-License-Identifier: Apache-2.0
//
// Who may serve whom, how well, and who is asked next.
#include <algorithm>
#include <utility>
#include <bitset>

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

// How often the outline winds round the point, edge by edge in exact fractions of a degree. For
// towns: far from the poles and the date line.
bool naive_inside(const Area& area, const Position& p) {
    int windings = 0;
    for (std::size_t i = 0; i < area.count; ++i) {
        const MapPoint a = area.corners[i];
        const MapPoint b = area.corners[i + 1 == area.count ? 0 : i + 1];
        const long ax = long{a.longitude_e7} - p.longitude_e7;
        const long ay = long{a.latitude_e7} - p.latitude_e7;
        const long bx = long{b.longitude_e7} - p.longitude_e7;
        const long by = long{b.latitude_e7} - p.latitude_e7;
        const long side = ax * by - bx * ay;  // above 0: the edge passes on the left of the point
        if (side == 0 && ax * bx <= 0 && ay * by <= 0) {
            return true;
        }
        if (ay <= 0 && by > 0 && side > 0) {
            ++windings;
        } else if (ay > 0 && by <= 0 && side < 0) {
            --windings;
        }
    }
    return windings != 0;
}

}  // namespace

std::uint64_t naive_metres(const Position& a, const Position& b) {
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
    return status == OfferStatus::accepted || status == OfferStatus::in_progress ||
           status == OfferStatus::on_hold;
}

long NaiveVerdict::total() const {
    long sum = 0;
    for (const long term : terms) {
        sum += term;
    }
    return sum;
}

unsigned naive_units(const Ask& ask, const std::set<std::size_t>& needs, UnitKind kind) {
    const bool any = std::ranges::any_of(
        needs, [&](std::size_t n) { return naive_kind(ask.needs[n]) == kind; });
    if (!any || kind != UnitKind::place) {
        return any ? 1 : 0;
    }
    return ask.access.has(Access::extended_appointment) ? (3U * ask.load + 1) / 2 : ask.load;
}

unsigned NaiveMatcher::taken(Index hub, UnitKind kind, bool waiting, bool with_person) const {
    unsigned count = 0;
    for (const NaiveReferral& r : referrals_) {
        for (const NaiveOffer& o : r.offers) {
            const bool counts =
                (waiting && o.waits() && o.held) || (with_person && o.has_person());
            if (o.hub == hub && counts) {
                const bool running = kind == UnitKind::place && o.meeting == 0;
                count += kind == UnitKind::place ? (running ? o.places : 0U)
                                                 : naive_units(r.sent.ask, o.needs, kind);
            }
        }
    }
    return count;
}

// Every rule is worked out whether it is needed or not.
NaiveVerdict NaiveMatcher::judge(const NaiveReferral& r, const std::set<Index>& needs,
                                 Index index) const {
    const HubProfile& hub = hubs_[index].profile;
    const Ask& ask = r.sent.ask;
    NaiveVerdict verdict;
    std::size_t offered = 0;
    std::set<Index> wanted_there;
    for (const Index n : needs) {
        if (hub.needs.has(ask.needs[n])) {
            wanted_there.insert(n);
        }
    }
    std::set<Index> tables;
    for (const Index n : needs) {
        const UnitKind kind = naive_kind(ask.needs[n]);
        if (kind == UnitKind::place && hub.needs.has(ask.needs[n])) {
            tables.insert(n);
        }
        const bool by_session = kind == UnitKind::place && ask.whole_session;
        offered += hub.needs.has(ask.needs[n]) ? 1U : 0U;
        if (hub.needs.has(ask.needs[n]) && !by_session &&
            free(index, kind) >=
                naive_units(ask, {n}, kind) + put_by(r, wanted_there, index, kind)) {
            verdict.needs.insert(n);
        }
    }
    const bool placed =
        std::ranges::any_of(tables, [&](Index n) { return verdict.needs.contains(n); });
    const NaiveHub::Meeting* seat =
        placed || tables.empty()
            ? nullptr
            : first_meeting(r, tables, index, put_by(r, wanted_there, index, UnitKind::place));
    if (seat != nullptr) {
        verdict.meeting = seat->number;
        for (const Index n : tables) {
            if (seat->needs.has(ask.needs[n])) {
                verdict.needs.insert(n);
            }
        }
    }
    verdict.metres = hub.is_virtual ? 0 : naive_metres(ask.position, hub.position);
    const bool incomplete = ask.together && verdict.needs.size() < needs.size();
    const bool speaks = ask.language != Language::not_stated && hub.languages.has(ask.language);
    const Policy& rules = rules_of(r);
    const auto gone = [&](Requirement what) { return r.gave_way.contains(what); };
    const bool must_speak =
        ask.language_required || (rules.language_hard && !gone(Requirement::language));
    const bool no_words = must_speak && ask.language != Language::not_stated && !speaks;
    const bool unwanted = (ask.refused_hubs[0] && ask.refused_hubs[0] == hub.id) ||
                          (ask.refused_hubs[1] && ask.refused_hubs[1] == hub.id);
    const bool wrong_age = ask.age != 255 && (ask.age < hub.age_min || ask.age > hub.age_max);
    const auto lacks = [&](Access one) { return ask.access.has(one) && !hub.access.has(one); };
    const bool no_step = lacks(Access::wheelchair) || lacks(Access::home_visit);
    bool shut = at_ < hub.opens || hub.closes < at_;
    for (const Closures::Time& away : hub.closures.times) {
        shut = shut || (away.from <= at_ && at_ < away.to);
    }
    const auto half_days = [](HalfDaySet set) { return std::bitset<32>(set.bits); };
    const bool never_there = rules.times_hard && !gone(Requirement::times) &&
                             half_days(ask.available).any() && half_days(hub.open).any() &&
                             (half_days(ask.available) & half_days(hub.open)).none();
    const bool kin = (ask.communities & hub.communities) != 0;
    const std::uint64_t as_far =
        gone(Requirement::travel) ? std::uint64_t{ask.travel_max} * rules.relaxed_travel_percent / 100
                                  : ask.travel_max;
    const bool far = ask.travel_max > 0 && verdict.metres > as_far;

    bool limited = hub.catchment > 0 || hub.area.count > 2;
    bool within = hub.catchment > 0 && verdict.metres <= hub.catchment;
    within = within || (hub.area.count > 2 && (!ask.position.known() || naive_inside(hub.area, ask.position)));
    const std::vector<std::string> home = around(std::string(ask.place.view()));
    for (const PlaceCode& place : hub.serves) {
        limited = limited || place.size > 0;
        within = within || (place.size > 0 && std::ranges::count(home, place.view()) > 0);
    }
    const bool stranger = !kin && (hub.interest_only || (limited && !within));

    bool any_code = false;
    bool agreed = false;
    for (const PracticeCode& code : hub.takes_from) {
        const std::string beginning(code.view());
        any_code = any_code || !beginning.empty();
        agreed = agreed || (!beginning.empty() &&
                            std::string(r.sent.practice.view()).substr(0, beginning.size()) == beginning);
    }
    verdict.passed = hub.active && !shut && offered > 0 && !verdict.needs.empty() && !incomplete &&
                     !no_words && !no_step && (agreed || !any_code) && !stranger && !wrong_age &&
                     !never_there && !far && !unwanted;

    const long limit = ask.travel_max > 0 ? long{ask.travel_max} : long{rules.reach};
    long metres = static_cast<long>(verdict.metres);
    if (ask.travel_max == 0 && ask.mode == TravelMode::walk) {
        metres = metres * rules.walk_percent / 100;
    }
    if (ask.travel_max == 0 && ask.mode == TravelMode::bus) {
        metres = metres * rules.bus_percent / 100;
    }
    if (kin) {
        metres = metres * rules.community_distance_percent / 100;
    }
    const long trusts[] = {100, 75, 50};
    const auto places = hubs_[index].total.find(UnitKind::place);
    const long all_places = places == hubs_[index].total.end() ? 0 : long{places->second};
    const long patience = rules.wait_days_max;
    long least = verdict.needs.empty() ? sure(index, UnitKind::place, rules, seat) : 1000;
    for (const Index n : verdict.needs) {
        least = std::min(least, sure(index, naive_kind(ask.needs[n]), rules, seat));
    }
    long wished = 0;
    long granted = 0;
    for (unsigned one = 0; one < 64; ++one) {
        const auto feature = static_cast<Access>(one);
        wished += ask.access_preferred.has(feature) ? 1 : 0;
        granted += ask.access_preferred.has(feature) && hub.access.has(feature) ? 1 : 0;
    }
    const auto asked_times = static_cast<long>(half_days(ask.available).count());
    const auto met_times = static_cast<long>((half_days(ask.available) & half_days(hub.open)).count());
    verdict.terms = {
        metres >= limit ? 0 : rules.distance * (limit - metres) / limit,
        rules.needs * static_cast<long>(verdict.needs.size()) / static_cast<long>(needs.size()),
        speaks ? long{rules.language} : 0,
        ask.trusted_hub && ask.trusted_hub == hub.id
            ? rules.trust * trusts[static_cast<std::size_t>(ask.trust)] / 100
            : 0,
        kin ? long{rules.community} : 0,
        seat != nullptr ? rules.spare * long{seats_left(index, *seat)} / long{seat->seats}
        : all_places == 0
            ? 0
            : rules.spare * long{free(index, UnitKind::place)} / all_places,
        hub.wait_days == 0xffff || hub.wait_days >= patience
            ? 0
            : rules.wait * (patience - hub.wait_days) / patience,
        asked_times == 0 ? 0 : rules.times * met_times / asked_times,
        (ask.groups.bits & hub.groups.bits) != 0 ? long{rules.groups} : 0,
        -std::min(long{hubs_[index].price}, long{rules.price_max}),
        rules.confidence * least / 1000,
        wished == 0 ? 0 : rules.access * granted / wished,
    };
    return verdict;
}

bool NaiveMatcher::closed_door(const NaiveReferral& r, const std::set<Index>& needs, Index hub,
                               bool review) const {
    for (std::size_t i = 0; i < r.offers.size(); ++i) {
        const NaiveOffer& o = r.offers[i];
        if (o.hub != hub) {
            continue;
        }
        const bool shares =
            std::ranges::any_of(o.needs, [&](Index n) { return needs.contains(n); });
        if (o.live() && shares) {
            return true;
        }
        if (i < r.offers_before) {
            continue;
        }
        if ((o.status == OfferStatus::rejected || o.status == OfferStatus::failed) && !gone(r, o)) {
            return true;
        }
        if (o.reason == Reason::offer_expired && !review) {
            return true;
        }
    }
    return false;
}

bool NaiveMatcher::may_ask(const NaiveReferral& r) {
    std::size_t tries = 0;
    for (std::size_t i = r.offers_before; i < r.offers.size(); ++i) {
        const NaiveOffer& o = r.offers[i];
        tries += o.status == OfferStatus::rejected || o.status == OfferStatus::failed ||
                         o.reason == Reason::offer_expired
                     ? 1U
                     : 0U;
    }
    return tries < 64 && r.offers.size() < limits::offers_before_round_max;
}

std::pair<NaiveMatcher::Index, NaiveVerdict> NaiveMatcher::best_of(const NaiveReferral& r,
                                                                   const std::set<Index>& needs,
                                                                   bool review,
                                                                   unsigned& considered) const {
    Index best = hubs_.size();
    NaiveVerdict best_verdict;
    considered = 0;
    for (Index h = 0; h < hubs_.size(); ++h) {
        const NaiveVerdict v = judge(r, needs, h);
        if (!v.passed || closed_door(r, needs, h, review)) {
            continue;
        }
        ++considered;
        const HubId chosen = r.sent.ask.chosen_hub;
        if (best != hubs_.size() && chosen && hubs_[best].profile.id == chosen) {
            continue;
        }
        const bool better =
            best == hubs_.size() || (chosen && hubs_[h].profile.id == chosen) ||
            v.total() > best_verdict.total() ||
            (v.total() == best_verdict.total() && hubs_[h].profile.id < hubs_[best].profile.id);
        if (better) {
            best = h;
            best_verdict = v;
        }
    }
    return {best, best_verdict};
}

void NaiveMatcher::route(Index index, std::set<Index> needs, bool review) {
    NaiveReferral& r = referrals_[index];
    if (!needs.empty() && danger_stands(r)) {
        return to_owner(r, needs);
    }
    const bool rests = r.status == ReferralStatus::on_hold;
    const bool urgent = r.sent.ask.urgency == Urgency::urgent;
    const Policy& rules = rules_of(r);
    OfferMode mode = urgent ? care_.mode_urgent : care_.mode_routine;
    const Asking wish_of_place = urgent ? rules.asking_urgent : rules.asking_routine;
    if (wish_of_place != Asking::as_house) {
        mode = static_cast<OfferMode>(static_cast<int>(wish_of_place) - 1);
    }
    while (!needs.empty() && !rests && may_share(r) && may_ask(r)) {
        unsigned considered = 0;
        const auto [best, verdict] = best_of(r, needs, review, considered);
        if (best == hubs_.size()) {
            bool moved = false;
            for (const Requirement what :
                 {Requirement::language, Requirement::times, Requirement::travel}) {
                if (!moved && gives_way(r, what) <= at_) {
                    moved = true;
                    r.gave_way.insert(what);
                    about(r, "RequirementRelaxed " + std::to_string(r.sent.id.low));
                }
            }
            if (moved) {
                continue;
            }
            if (r.sent.ask.together && r.sent.ask.may_split && care_.split_households && needs.size() > 1) {
                r.sent.ask.together = false;
                about(r, "HouseholdSplit " + std::to_string(r.sent.id.low));
                continue;
            }
            break;
        }
        const HubId wish = r.sent.ask.chosen_hub;
        const bool chosen = wish && hubs_[best].profile.id == wish;
        unsigned more = 0;
        if (mode != OfferMode::sequential && !chosen) {
            more = (mode == OfferMode::parallel ? care_.parallel : care_.broadcast) - 1U;
            more = rules.asked_at_once == 0 ? more : rules.asked_at_once - 1U;
        }
        make_offer(index, best, verdict, considered, chosen || mode != OfferMode::broadcast);
        const std::set<Index> same = verdict.needs;
        for (; more > 0; --more) {
            const auto [other, its] = best_of(r, same, review, considered);
            if (other == hubs_.size() || its.needs != same) {
                break;
            }
            make_offer(index, other, its, considered, mode != OfferMode::broadcast);
        }
        for (const Index n : same) {
            needs.erase(n);
        }
    }
    if (!needs.empty() && !rests && may_share(r) && !may_ask(r)) {
        return to_owner(r, needs);
    }
    std::set<Index> news = needs;
    std::erase_if(news, [&](Index n) { return !review && r.gaps.contains(n); });
    if (news.empty()) {
        return;
    }
    r.gaps.insert(needs.begin(), needs.end());
    Timestamp next{at_.ms + rules.gap_review_after_ms};
    for (const Requirement what :
         {Requirement::language, Requirement::times, Requirement::travel}) {
        next = gives_way(r, what) > at_ ? std::min(next, gives_way(r, what)) : next;
    }
    if (!rests) {
        const bool somebody_looks = (!r.with_owner.empty() || !r.with_referrer.empty()) && r.review > at_;
        r.review = review && !somebody_looks ? next : std::min(next, r.review);
    }
    about(r, "GapRecorded " + std::to_string(r.sent.id.low) + " needs " +
                 std::to_string(mask_of(news)));
}

void NaiveMatcher::fill_gaps(Index news) {
    fill_gaps(std::set<Index>{news}, false);
}

// `others_due`: those whose turn does not come now are looked at again at once.
void NaiveMatcher::fill_gaps(const std::set<Index>& news, bool others_due) {
    std::vector<Index> gained;
    for (Index h = 0; h < hubs_.size(); ++h) {
        bool more = news.contains(h);
        for (const UnitKind kind : kinds) {
            const auto before = free_before_.find({h, kind});
            more = more || (before != free_before_.end() && free(h, kind) > before->second);
        }
        more = more || (seats_before_.contains(h) && all_seats_left(h) > seats_before_.at(h));
        if (more && hubs_[h].profile.active) {
            gained.push_back(h);
        }
    }
    std::size_t looked_at = 0;
    std::size_t filled = 0;
    for (const Index index : gaps_before_) {
        const bool enough = filled == limits::gaps_filled_per_command_max;
        if (gained.empty() || looked_at == limits::gaps_looked_at_max || (enough && !others_due)) {
            return;
        }
        ++looked_at;
        NaiveReferral& r = referrals_[index];
        const std::set<Index> needs = r.gaps;
        if (r.status != ReferralStatus::active || needs.empty() || !may_ask(r)) {
            continue;
        }
        if (std::ranges::none_of(gained, [&](Index h) {
                return judge(r, needs, h).passed && !closed_door(r, needs, h, false);
            })) {
            continue;
        }
        if (enough && r.review > at_) {
            r.review = at_;
            about(r, "GapRecorded " + std::to_string(r.sent.id.low) + " needs " + std::to_string(mask_of(needs)));
        } else if (!enough) {
            route(index, needs, false);
            ++filled;
        }
    }
}

}  // namespace hubward::test
