// SPDX-License-Identifier: Apache-2.0
//
// What runs beside the requests: time, numbers, erasures, positions of readers, the calendar, snapshots, and an eye
// on the room on the disk and on what the storage suffers in silence.
//
// Each job has a thread of its own, so that one which waits for the disk keeps no other from its time. They
// submit commands like anyone, and own nothing of the house.
#pragma once

#include <atomic>
#include <expected>
#include <functional>
#include <memory>
#include <vector>

#include "server/app.hpp"
#include "server/config.hpp"
#include "server/gateway.hpp"
#include "server/jobs/periodic.hpp"
#include "server/metrics/house.hpp"
#include "server/metrics/recent.hpp"
#include "server/system_clock.hpp"
#include "server/view.hpp"
#include "storage/feed_cursors.hpp"
#include "storage/store.hpp"

namespace hubward::server {

// What the jobs work with; outlives them.
struct HouseJobs {
    const Config& config;
    SystemClock& clock;
    Gateway& gateway;
    View& view;
    storage::Store& store;
    storage::FeedCursors& cursors;
    metrics::Recent& recent;
    std::function<metrics::Sources()> sources;
    std::atomic<bool>& nearly_full;  // GatewayOptions::nearly_full
    matcher::Sequence snapshot_at = 0;  // of the newest snapshot at the start
};

// The years that opening hours rest on. Fails when the configured days are none; a journal that does not take
// them is only logged, because it is told again in an hour.
std::expected<void, Failure> tell_calendar(const Config& config, SystemClock& clock, Gateway& gateway, const View& view);

// Started; dropping one ends it after its running turn.
std::vector<std::unique_ptr<jobs::Periodic>> start_jobs(const HouseJobs& house);

}  // namespace hubward::server
