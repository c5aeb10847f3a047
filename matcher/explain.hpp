// SPDX-License-Identifier: Apache-2.0
//
// Why this hub and not that one: every filter, every factor, the rank, and the smallest single change
// that would alter the answer.
//
// Pure; reads the state only; any thread that may read it. Looks at every hub, so it is for people
// who ask, not for the path of a referral.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "matcher/score.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {

// What would have to be different, and by how much.
enum class Lever : std::uint8_t {
    // that stands in the way of being eligible
    take_part, dates, offer_need, free_units, speak_language, meet_access, agreement, catchment,
    welcome_place, age_limit, opening_time, travel_further, accept_hub,
    // that stands in the way of being first
    nearer, free_places, shorter_wait, staff_language, community, ask_by_name, lower_price,
    confirm_capacity, grant_wishes,
};
struct Change {
    Lever lever = Lever::take_part;
    // From what to what: metres, units, days, years or points; 0 to 1 for a yes or no.
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::uint8_t detail = 0;  // position of the need, Access or UnitKind, where the lever has one
    friend auto operator<=>(const Change&, const Change&) = default;
};
// Makes the change. A lever of the first list changes the ask or the hub, one of the second the merits.
void apply_change(const Change& change, Ask& ask, Hub& hub, const PracticeCode& practice, Timestamp at);
void apply_change(const Change& change, Merits& merits);
bool makes_eligible(Lever lever);

// The one change that gets this hub through the filters; nothing when it passes, or when more than
// one thing would have to change.
std::optional<Change> to_be_eligible(const Question& question, const Hub& hub);
// The change, smallest in share of what there is to change, that puts these merits before `rival`.
std::optional<Change> to_be_first(const Question& question, const Merits& merits, HubId id,
                                  Points rival, HubId rival_id);

struct Explained {
    HubIndex hub = no_hub;
    Sieved sieved;         // with all the filters that failed
    Terms terms{};         // as if it had passed
    Score score;           // zero unless it passed
    std::uint32_t rank = 0;  // 1 is best; 0: did not pass
    // Reserves of the hub that are for others: bit i is profile.kept[i], and the bit after the last of
    // them what the rules leave to urgent referrals.
    std::uint8_t kept_for_others = 0;
    std::optional<Change> change;  // to be eligible, or to be first; nothing for the first
};

// Units that a referral holds itself: given back to the hub before it is asked about, so that the
// explanation of an offer does not find its own unit taken.
struct Held {
    HubIndex hub = no_hub;
    Units units{};
    SessionNumber session = no_session;
};
std::vector<Held> held_by(const State& state, const Referral& referral);
// The hub without those of its held units.
Hub without(const Hub& hub, const Held& held);

// What a referral asks for now: the needs that no hub has accepted, past the hubs that said no. Keeps
// the list of those hubs; `question` points into it, into the state and into the referral.
struct Asked {
    std::vector<HubId> doors;
    Question question;
};
Asked asked(const State& state, const Referral& referral, Timestamp at);

// The `most` best hubs, best first, by search.hpp: for previews and options, among any number of hubs.
std::vector<Explained> best_explained(const State& state, const Question& question, std::size_t most,
                                      std::span<const Held> held = {});

struct Explanation {
    std::vector<Explained> hubs;  // the `most` best, then those asked for by name
    std::uint32_t passed = 0;
    std::array<std::uint32_t, filter_count> stopped{};  // hubs by the first filter that failed
};
Explanation explain(const State& state, const Question& question, std::size_t most,
                    std::span<const HubIndex> by_name = {}, std::span<const Held> held = {});

}  // namespace hubward::matcher
