// SPDX-License-Identifier: Apache-2.0
//
// What the server does by itself: lets time pass for the core, and writes snapshots.
// Jobs submit commands like anyone else; they have no other way in.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "matcher/care.hpp"
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

// Tells the core these years; those it knows already change nothing. False when it did not take one.
bool set_calendar(Gateway& gateway, std::span<const matcher::CalendarYear> years);

// Destroys the keys of those whose erasure is ordered and confirms it to the core, one after the other.
// What does not succeed is tried again, also after a restart: the order is in the journal. Whoever cannot
// be erased keeps nobody behind them waiting: each run goes on where the one before ended.
class ShredJob {
  public:
    // So many a run: each costs two syncs, and the next run comes within a second.
    static constexpr std::size_t per_run_max = 64;

    ShredJob(Gateway& gateway, const View& view, storage::EventLog& events, storage::Vault& vault)
        : gateway_(gateway), view_(view), events_(events), vault_(vault) {}
    // Text says what went wrong; empty when nothing did. One thread at a time.
    std::string_view run();

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

// Whether a snapshot is due: `every` events since the last one.
class SnapshotJob {
  public:
    SnapshotJob(storage::Store& store, matcher::Sequence last, std::uint64_t every);
    // Told of a failure; the next run tries again.
    void run(const std::function<void(const storage::StoreFailure&)>& failed);

  private:
    storage::Store& store_;
    matcher::Sequence last_;
    std::uint64_t every_;
};

}  // namespace hubward::server::jobs
