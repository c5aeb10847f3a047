// SPDX-License-Identifier: Apache-2.0
//
// What the server does by itself: lets time pass for the core, and writes snapshots.
// Jobs submit commands like anyone else; they have no other way in.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <stop_token>
#include <string_view>

#include "matcher/care.hpp"
#include "matcher/clock.hpp"
#include "matcher/opening.hpp"
#include "matcher/policy.hpp"
#include "server/gateway.hpp"
#include "server/view.hpp"
#include "storage/event_log.hpp"
#include "storage/store.hpp"
#include "storage/vault.hpp"

namespace hubward::server::jobs {

// One Tick command, and more at once while each may have left something that was due.
// False when the core did not answer (full disk, stopping): the next second tries again.
bool tick(Gateway& gateway);

// Adopts `wanted` when its version is above that of the policy in force. Text says why the core
// refused it; empty when it is in force or an equal or newer one is.
std::string_view adopt_policy(Gateway& gateway, const matcher::Policy& in_force,
                              const matcher::Policy& wanted);

// The same for the rules of care.
std::string_view adopt_care(Gateway& gateway, const matcher::Care& in_force,
                            const matcher::Care& wanted);

// Tells the core of these years what it does not know yet. False when it did not take one.
bool set_calendar(Gateway& gateway, const matcher::Calendar& in_force, std::span<const matcher::CalendarYear> years);

// Destroys the keys of those whose erasure is ordered and confirms it to the core, one after the other.
// What does not succeed is tried again, also after a restart: the order is in the journal. Whoever cannot
// be erased keeps nobody behind them waiting: each run goes on where the one before ended.
class ShredJob {
  public:
    // So many a run: each costs two syncs, and the next run comes within a second.
    static constexpr std::size_t per_run_max = 64;

    ShredJob(Gateway& gateway, const View& view, storage::EventLog& events, storage::Vault& vault)
        : gateway_(gateway), view_(view), events_(events), vault_(vault) {}
    // Text says what went wrong; empty when nothing did. Asked to stop it ends after the person whose turn it is.
    // One thread at a time.
    std::string_view run(const std::stop_token& stop = {});

  private:
    Gateway& gateway_;
    const View& view_;
    storage::EventLog& events_;
    storage::Vault& vault_;
    matcher::ReferralIndex next_{};  // whose turn it is; the first one once all had theirs
};

// After an old backup was restored: those whose details the list beside the master key says were
// destroyed are ended here too. False when the core did not take one.
bool erase_again(Gateway& gateway, const View& view,
                 std::span<const matcher::ReferralId> erased_for_good);

// Whether a snapshot is due: after `every` events, for a start folds what came since the last one; and after a hundredth
// of them when ten minutes have passed: writing one with a million referrals takes seconds of a processor, so no more
// than a hundredth of one goes into it.
inline constexpr std::chrono::minutes snapshot_rest{10};
inline constexpr std::uint64_t snapshot_rested_share = 100;
bool snapshot_due(std::uint64_t events, std::chrono::nanoseconds passed, std::uint64_t every);

// One that could not be written is tried again after as long a rest, so that a disk without room for it is left in
// peace.

class SnapshotJob {
  public:
    SnapshotJob(storage::Store& store, matcher::Clock& clock, matcher::Sequence last, std::uint64_t every,
                std::uint64_t leave_free_bytes);
    // Told of a failure.
    void run(const std::function<void(const storage::StoreFailure&)>& failed);

  private:
    std::expected<matcher::Sequence, storage::StoreFailure> snapshot();

    storage::Store& store_;
    matcher::Clock& clock_;
    matcher::Sequence last_;
    std::int64_t last_ns_;  // steady; of the last try, or of the start
    std::uint64_t every_;
    std::uint64_t leave_free_bytes_;
    bool failed_ = false;  // the last try, at last_ns_
};

}  // namespace hubward::server::jobs
