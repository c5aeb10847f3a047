// SPDX-License-Identifier: Apache-2.0
#include "matcher/network.hpp"

#include <algorithm>
#include <bit>

#include "matcher/audit.hpp"

namespace hubward::matcher {
namespace {

constexpr unsigned eighths = 8;

// The first yes of any hub to any of the person's needs; `never` when there was none.
Timestamp first_yes(const State& state, const Referral& referral) {
    Timestamp first = never;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = state.at(i).next) {
        const Offer& offer = state.at(i);
        first = offer.taken ? std::min(first, offer.answered) : first;
    }
    return first;
}

void count(NetworkCounts& counts, const Share& share, std::uint64_t one) {
    if (!share.counts) {
        return;
    }
    const auto when = [one](bool it) { return it ? one : std::uint64_t{0}; };
    counts.referrals += one;
    counts.ended += when(share.ended);
    counts.outcome += when(share.ended && share.outcome);
    counts.accepted += when(share.accepted);
    counts.closed += when(share.closed);
    counts.signposted += when(share.signposted);
    counts.person_said += when(share.closed && share.person_said);
    counts.gaps += when(share.gap);
    counts.orphans += when(share.orphan);
    counts.waits[share.cell] += when(share.accepted);
}

using Part = std::optional<std::uint64_t>;

constexpr auto table = std::to_array<NetworkNumber>({
    {"outcome_ratio",
     "Of the referrals that have ended, those in which every need has a recorded outcome.",
     [](const NetworkCounts& c) { return Part(c.outcome); },
     [](const NetworkCounts& c) { return c.ended; }},
    {"loop_closed_ratio",
     "Of all referrals, those in which every need has an outcome and a hub worked on one at least: met, "
     "partly met or not met.",
     [](const NetworkCounts& c) { return Part(c.closed); },
     [](const NetworkCounts& c) { return c.referrals; }},
    {"signposted_ratio",
     "Of all referrals, those in which every need has an outcome and the most that came of any is a "
     "signpost. Never counted as a closed loop.",
     [](const NetworkCounts& c) { return Part(c.signposted); },
     [](const NetworkCounts& c) { return c.referrals; }},
    {"person_confirmed_ratio",
     "Of the closed loops, those in which the person has said for every need what came of it.",
     [](const NetworkCounts& c) { return Part(c.person_said); },
     [](const NetworkCounts& c) { return c.closed; }},
    {"accepted_ratio", "Of all referrals, those that some hub has accepted.",
     [](const NetworkCounts& c) { return Part(c.accepted); },
     [](const NetworkCounts& c) { return c.referrals; }},
    {"accept_p50_seconds",
     "Half of the accepted referrals had their first yes within this time after they were sent; "
     "rounded up by an eighth at most.",
     [](const NetworkCounts& c) { return Part(c.wait_s(50)); }, nullptr},
    {"accept_p90_seconds",
     "Nine of ten accepted referrals had their first yes within this time; rounded up likewise.",
     [](const NetworkCounts& c) { return Part(c.wait_s(90)); }, nullptr},
    {"capacity_fresh_ratio",
     "Of the active hubs, those whose number of places can be relied on by half or more: stated or "
     "confirmed within the hub's half-life, and not in doubt.",
     [](const NetworkCounts& c) { return Part(c.hubs_fresh); },
     [](const NetworkCounts& c) { return c.hubs; }},
    {"orphans",
     "Open referrals with a need that is kept by no offer, date, person or place in the queue. Must "
     "be 0.",
     [](const NetworkCounts& c) { return Part(c.orphans); }, nullptr},
    {"gaps", "Open referrals with a need that no hub can serve now.",
     [](const NetworkCounts& c) { return Part(c.gaps); }, nullptr},
});

}  // namespace

std::uint8_t wait_cell(std::chrono::milliseconds wait) {
    const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(wait.count(), 0) / 1000);
    if (seconds < eighths) {
        return static_cast<std::uint8_t>(seconds);
    }
    const auto doubling = static_cast<unsigned>(std::bit_width(seconds)) - 4;  // of 8 … 15: 0
    const std::uint64_t cell = eighths * (doubling + 1) + (seconds >> doubling) - eighths;
    return static_cast<std::uint8_t>(std::min<std::uint64_t>(cell, wait_cells - 1));
}

std::int64_t wait_cell_end_s(std::size_t cell) {
    if (cell < eighths) {
        return static_cast<std::int64_t>(cell) + 1;
    }
    const std::size_t doubling = cell / eighths - 1;
    return static_cast<std::int64_t>(cell % eighths + eighths + 1) << doubling;
}

Share share_of(const State& state, const Referral& referral) {
    Share share;
    share.counts = referral.status != ReferralStatus::entered_in_error;
    if (!share.counts) {
        return share;
    }
    share.ended = terminal(referral.status);
    share.outcome = true;
    share.person_said = true;
    bool helped = false;
    bool pointed = false;
    for (const NeedState& need : std::span(referral.needs).first(referral.ask.need_count)) {
        share.outcome = share.outcome && need.status == NeedStatus::resolved;
        const OutcomeKind kind = kind_of(need.outcome);
        helped = helped || kind == OutcomeKind::loop_closed;
        pointed = pointed || kind == OutcomeKind::signposted;
        share.gap = share.gap || need.status == NeedStatus::gap;
        share.person_said = share.person_said && need.person != Outcome::none;
    }
    const Timestamp yes = first_yes(state, referral);
    share.accepted = yes != never;
    share.cell = share.accepted ? wait_cell(yes - referral.created) : std::uint8_t{0};
    share.closed = share.outcome && share.accepted && helped;
    share.signposted = share.outcome && pointed && !helped;
    share.orphan = keeping_of(state, referral).orphans != 0;
    return share;
}

PlaceCode place_of(const State& state, const Referral& referral) {
    PlaceCode asked;
    PlaceCode taken;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = state.at(i).next) {
        const Offer& offer = state.at(i);
        const PlaceCode& place = state.at(offer.hub).profile.place;
        asked = place;
        taken = offer.taken ? place : taken;
    }
    return !taken.empty() ? taken : !asked.empty() ? asked : referral.ask.place;
}

void NetworkCounts::add(const Share& share) {
    count(*this, share, 1);
}

void NetworkCounts::remove(const Share& share) {
    count(*this, share, ~std::uint64_t{0});
}

void NetworkCounts::add(const Hub& hub, const Policy& rules, Timestamp now) {
    if (!hub.profile.active) {
        return;
    }
    ++hubs;
    const Capacity& places = hub.capacity[static_cast<std::size_t>(UnitKind::place)];
    hubs_fresh += confidence(places, rules, now) * 2U >= full_confidence ? 1U : 0U;
}

std::optional<std::int64_t> NetworkCounts::wait_s(unsigned percent) const {
    if (accepted == 0) {
        return std::nullopt;
    }
    const std::uint64_t wanted = (accepted * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t cell = 0; cell < wait_cells; ++cell) {
        seen += waits[cell];
        if (seen >= wanted) {
            return wait_cell_end_s(cell);
        }
    }
    return wait_cell_end_s(wait_cells - 1);
}

std::optional<Measured> NetworkNumber::of(const NetworkCounts& counts) const {
    const auto upper = part(counts);
    const std::uint64_t all = whole == nullptr ? 1 : whole(counts);
    return upper && all != 0 ? std::optional(Measured{*upper, all}) : std::nullopt;
}

std::span<const NetworkNumber> network_numbers() {
    return table;
}

}  // namespace hubward::matcher
