// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/jobs.hpp"

#include "matcher/limits.hpp"

namespace hubward::server::jobs {
namespace {

matcher::Envelope by_system(matcher::Command command, std::string_view who) {
    matcher::Envelope envelope;
    envelope.command = command;
    envelope.actor = {matcher::Role::system, matcher::HubSlug(who)};
    return envelope;
}

}  // namespace

bool tick(Gateway& gateway) {
    for (;;) {
        const auto done = gateway.submit_and_wait(by_system(matcher::Tick{}, "clock"));
        if (!done) {
            return false;
        }
        if (done->entry == nullptr) {
            return true;
        }
        // Each thing that was due made one event at least.
        if (done->entry->event_count < matcher::limits::expiries_per_tick_max) {
            return true;
        }
    }
}

std::string_view adopt_policy(Gateway& gateway, const matcher::Policy& in_force,
                              const matcher::Policy& wanted) {
    if (wanted.version <= in_force.version) {
        matcher::Policy same = wanted;
        same.version = in_force.version;
        if (wanted.version == in_force.version && same != in_force) {
            return "the policy in the configuration differs from the one in force, but its version "
                   "is the same; raise policy.version to adopt it";
        }
        return {};
    }
    const auto done = gateway.submit_and_wait(by_system(matcher::AdoptPolicy{wanted}, "config"));
    if (done) {
        return {};
    }
    return done.error().why == matcher::Refused::policy_invalid
               ? "a weight or a time of the policy is outside its range"
               : "the journal did not take the new policy";
}

SnapshotJob::SnapshotJob(storage::Store& store, matcher::Sequence last, std::uint64_t every)
    : store_(store), last_(last), every_(every) {}

void SnapshotJob::run(const std::function<void(const storage::StoreFailure&)>& failed) {
    if (store_.journal().tail().number < last_ + every_) {
        return;
    }
    if (auto number = store_.snapshot()) {
        last_ = *number;
    } else {
        failed(number.error());
    }
}

}  // namespace hubward::server::jobs
