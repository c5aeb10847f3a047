// SPDX-License-Identifier: Apache-2.0
#include "server/house_jobs.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "server/calendar_years.hpp"
#include "server/clock_watch.hpp"
#include "server/jobs/jobs.hpp"
#include "server/jobs/store_watch.hpp"
#include "server/log.hpp"

namespace hubward::server {

using log::Key;

std::expected<void, Failure> tell_calendar(const Config& config, SystemClock& clock, Gateway& gateway, const View& view) {
    const auto years = calendar_years(config.closed_days, clock.now());
    if (!years) {
        return std::unexpected(Failure{Exit::config, "places.closed_days: " + years.error()});
    }
    if (!jobs::set_calendar(gateway, view.look([](const View& v) { return v.state().calendar; }), *years)) {
        log::warning("app", "the journal did not take the calendar; it is told again in an hour");
    }
    return {};
}

namespace {

// A disk that cannot say how much is free keeps nobody out.
void look_for_room(const HouseJobs& house) {
    constexpr std::uintmax_t mib = 1U << 20U;
    std::error_code failed;
    const std::filesystem::space_info disk = std::filesystem::space(house.config.data, failed);
    const bool short_of_it =
        !failed && disk.available < static_cast<std::uintmax_t>(house.config.keep_free_mib) * mib;
    if (house.nearly_full.exchange(short_of_it, std::memory_order_relaxed) == short_of_it) {
        return;
    }
    const log::Field free{Key::bytes, static_cast<std::int64_t>(disk.available)};
    if (short_of_it) {
        log::warning("storage", "the disk is nearly full: new referrals are refused, all else goes on; make room",
                     {free});
    } else {
        log::info("storage", "there is room on the disk again: new referrals are taken", {free});
    }
}

void tell(const jobs::StoreLine& line) {
    const log::Level level = line.good ? log::Level::info : log::Level::warning;
    if (line.number) {
        log::write(level, "storage", line.message, {{Key::number, *line.number}, {Key::reason, line.reason}});
    } else if (line.count) {
        log::write(level, "storage", line.message, {{Key::count, *line.count}, {Key::reason, line.reason}});
    } else {
        log::write(level, "storage", line.message, {{Key::reason, line.reason}});
    }
}

}  // namespace

std::vector<std::unique_ptr<jobs::Periodic>> start_jobs(const HouseJobs& house) {
    std::vector<std::unique_ptr<jobs::Periodic>> running;
    const auto every = [&running](std::chrono::milliseconds pause, jobs::Periodic::Work work) {
        running.push_back(std::make_unique<jobs::Periodic>(pause, std::move(work)));
    };
    every(std::chrono::seconds(1), [house, watch = ClockWatch()](const std::stop_token&) mutable {
        jobs::tick(house.gateway);
        watch.look(house.clock);
    });
    house.store.measure_disk();
    every(metrics::sample_every, [house](const std::stop_token&) {
        house.store.measure_disk();  // here and nowhere else: whoever asks for the numbers must not wait for the disk
        house.recent.take(house.sources(), house.clock.now().ms, house.clock.steady_ns());
    });
    // Whoever asks to be forgotten is forgotten within a second.
    const auto shred = std::make_shared<jobs::ShredJob>(house.gateway, house.view, house.store.event_log(),
                                                        house.store.vault());
    every(std::chrono::milliseconds(200), [shred, told = std::string()](const std::stop_token& stop) mutable {
        const std::string_view wrong = shred->run(stop);
        if (!wrong.empty() && wrong != told) {  // it is tried until it is done, which may take a restored shard
            log::warning("vault", wrong);
        }
        told = wrong;
    });
    every(std::chrono::seconds(1), [house, watch = jobs::StoreWatch()](const std::stop_token&) mutable {
        for (const jobs::StoreLine& line : watch.look(house.store.troubles())) {
            tell(line);
        }
    });
    look_for_room(house);
    every(std::chrono::milliseconds(500), [house](const std::stop_token&) { look_for_room(house); });
    // Acks of named readers are on disk within a second.
    every(std::chrono::milliseconds(500), [house](const std::stop_token&) {
        if (auto written = house.cursors.flush(); !written) {
            log::warning("feed", "positions of readers were not written", {{Key::reason, written.error()}});
        }
    });
    // So that a server that runs over New Year knows the year after next.
    every(std::chrono::hours(1), [house](const std::stop_token&) {
        if (const auto told = tell_calendar(house.config, house.clock, house.gateway, house.view); !told) {
            log::warning("app", told.error().text);
        }
    });
    const auto snapshots = std::make_shared<jobs::SnapshotJob>(
        house.store, house.clock, house.snapshot_at, static_cast<std::uint64_t>(house.config.snapshot_every),
        static_cast<std::uint64_t>(house.config.keep_free_mib) << 20U);
    every(std::chrono::seconds(5), [snapshots](const std::stop_token&) {
        snapshots->run([](const storage::StoreFailure& trouble) {
            log::warning("storage", "no snapshot was written", {{Key::reason, trouble.text}});
        });
    });
    return running;
}

}  // namespace hubward::server
