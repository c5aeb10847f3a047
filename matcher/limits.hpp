// SPDX-License-Identifier: Apache-2.0
//
// Every bound of the core, each with its reason and with who loses when it is reached.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hubward::matcher::limits {

// Needs in one referral. Real referrals name one to three; a form with more is asking for `assess`.
// The submitter is told (422).
inline constexpr std::size_t needs_max = 8;

// Corners of a hub's area. A ward's outline is told well enough by sixteen; the hub is told (422).
inline constexpr std::size_t area_corners_max = 16;
// Places within places: ward, partnership, city, and one to spare. The outermost is not looked at.
inline constexpr std::size_t place_depth_max = 4;
// Places a hub may name as served, and practice codes (or their beginnings) it takes people from.
// Places with rules of their own: every ward of the country has room. The tree's check reads all.
inline constexpr std::size_t places_max = 8192;
inline constexpr std::size_t served_places_max = 4;
inline constexpr std::size_t agreements_max = 8;
// Conditions under which a hub keeps its last units (422 beyond).
inline constexpr std::size_t reserves_max = 4;
// Rules by the week that a hub may have (422 beyond), and how far ahead their dates are sessions already.
inline constexpr std::size_t weekly_slots_max = 4;
inline constexpr int planned_days = 28;
// Sessions of a hub that have not ended, cancelled ones too: three months of one a day. The hub is told.
inline constexpr std::size_t sessions_max = 96;
// Times in which a hub is closed beside its week: Christmas, Easter, summer, two half terms, one to spare.
// The hub is told (422).
inline constexpr std::size_t closures_max = 6;
// The longest of them: a quarter of a year. Who closes for longer is not active.
inline constexpr std::chrono::milliseconds closure_longest{93LL * 24 * 3'600'000};
// By so much a wait may grow because the hub is closed meanwhile. Beyond it the wait runs as if the hub
// were open, so that nobody waits for an answer until the holidays are over: another hub is asked.
inline constexpr std::chrono::milliseconds closure_delay_max{72LL * 3'600'000};
// Access requirements without a rule of ours that ride along with one referral (422 beyond).
inline constexpr std::size_t other_access_max = 4;
// Places that one visit may take up.
inline constexpr std::uint8_t load_max = 20;

// Referrals that may be made for the needs of one (422 beyond): who reads it is shown all of them.
inline constexpr std::size_t onward_max = 32;

// Tries of different hubs before a person must look: the needs go to the owner that the place has named.
inline constexpr std::size_t offers_per_referral_max = 64;

// Offers that a referral may have had before one more round of asking: a broadcast adds up to 64, and
// their ordinals must fit one byte. Beyond it a person looks, and a reopening is refused.
inline constexpr std::size_t offers_before_round_max = 190;
// Hubs asked at once in parallel or in broadcast. The nearest in score are asked.
inline constexpr std::size_t asked_at_once_max = 64;
// How far ahead an appointment, a review or a pause may lie: a mistyped year must not hide somebody.
inline constexpr std::chrono::milliseconds date_ahead_max{366LL * 24 * 3'600'000};
// Years of the calendar that are kept: the past is never asked for, the future is told year by year.
inline constexpr std::size_t calendar_years_max = 64;

// Cells of the ring between the I/O threads and the engine: 0.2 s of the highest rate we measured.
// A submitter that finds it full is told "busy, try again" at once (503).
inline constexpr std::size_t ring_cells = 4096;

// A request that waited longer than this in the ring is answered "busy" without being decided: its
// client has probably given up, and those behind it are still fresh.
inline constexpr std::chrono::milliseconds ring_age_max{2000};

// Commands in one journal batch: one sync stays near 3 ms (512 records took 15 to 50 ms at p99).
inline constexpr std::size_t batch_commands_max = 256;
// Bytes of payload in one batch, for the same reason.
inline constexpr std::size_t batch_bytes_max = 2 * 1024 * 1024;

// Batches handed to the journal and not yet answered. The engine waits beyond it.
inline constexpr std::size_t journal_window = 8;

// Sealed details or a hub's public profile riding along with one command. Larger is refused (413).
inline constexpr std::size_t payload_bytes_max = 1024 * 1024;

// How long a request key is remembered. GP systems resend within minutes; a week also covers a
// sender that was switched off over a holiday weekend. The oldest keys go first.
inline constexpr std::chrono::milliseconds request_key_age_max{7 * 24 * 3'600'000LL};
// … and how many at most (48 bytes each). The oldest keys go first.
inline constexpr std::size_t request_keys_max = 4'000'000;

// Offers that one tick may expire, so that a tick after a long stop does not stall the corridor.
// The rest expires with the ticks that follow at once.
inline constexpr std::size_t expiries_per_tick_max = 128;

// People whose needs one command may route anew. When a large hub closes, the others become gaps due
// at once, and the ticks that follow route them in handfuls; nobody waits behind one long command.
inline constexpr std::size_t reroutes_per_command_max = 128;

// Freed capacity is offered to people who wait for it: at most so many gaps are filled by one
// command, and at most so many are looked at (30 ns each for every hub that gained): the first in the queue, and
// in one that is longer a quarter as many from a place that moves with every command, so that nobody is out of
// sight behind people whom no hub can help. Who needs nothing that these hubs offer is passed over, up to as many.
inline constexpr std::size_t gaps_filled_per_command_max = 64;
inline constexpr std::size_t gaps_looked_at_max = 1024;
inline constexpr std::size_t gaps_looked_at_elsewhere_max = 256;
inline constexpr std::size_t gaps_passed_over_max = 8192;

// Weights of a policy, and the longest wait it may set.
inline constexpr std::int32_t weight_max = 10'000;
inline constexpr std::int64_t policy_wait_ms_max = 366LL * 24 * 3'600'000;
inline constexpr std::uint16_t policy_wait_days_max = 366;
inline constexpr std::uint16_t policy_percent_max = 1000;
inline constexpr std::uint16_t policy_kept_max = 100;  // more would close most hubs to everybody else
inline constexpr std::uint32_t policy_reach_max = 1'000'000;  // metres; Great Britain is that long

// Up to so many hubs a decision looks at every one and counts how many could have served. Beyond it
// the search stops at the best, and the count is left to the explanation.
inline constexpr std::size_t counted_hubs_max = 256;

// Hubs and referrals in one engine. Beyond it a submit is refused (503, storage-full class).
inline constexpr std::size_t hubs_max = 1'000'000;
inline constexpr std::size_t referrals_max = 50'000'000;

// Declines for want of units, one after another, after which nothing that the hub stated counts until
// somebody confirms it. Two may be chance.
inline constexpr std::uint8_t declines_to_doubt = 3;
// Answers from which is learnt how well a hub's numbers hold; half of them are forgotten beyond it, so
// that a hub can become better, or worse.
inline constexpr unsigned answers_learnt_max = 64;
inline constexpr std::uint16_t policy_half_life_hours_max = 366 * 24;

// Units of one kind at one hub.
inline constexpr std::uint16_t units_max = 10'000;

}  // namespace hubward::matcher::limits
