// SPDX-License-Identifier: Apache-2.0
//
// Backups of the running server: one at a time, on a thread of their own, while a request waits for the report.
//
// A copy may take longer than anybody is patient with a server that stops, and its report is posted to the
// I/O thread that waits. So whoever owns this calls stop() while those threads still run, and nothing is
// posted to them afterwards.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "server/http/task.hpp"
#include "storage/upkeep.hpp"

namespace hubward::server {

class Backups {
  public:
    using Outcome = std::expected<storage::BackupReport, storage::StoreFailure>;
    // Copies into the target; asked to go on after every file. storage::backup on one store, or a test's.
    using CopyTo = std::function<Outcome(const std::filesystem::path& target, const storage::KeepOn& keep_on)>;

    // What `copy` uses must outlive it.
    explicit Backups(CopyTo copy);
    ~Backups() { stop(); }
    Backups(const Backups&) = delete;
    Backups& operator=(const Backups&) = delete;

    enum class Turned : std::uint8_t { busy, stopping };
    // Whether take() may be called now; then it must be, once, by the same coroutine. Any thread.
    std::expected<void, Turned> begin();
    // On the I/O thread of the request. Never throws: a copy that fails says so. After stop() the text says
    // that it was broken off.
    http::Task<Outcome> take(std::filesystem::path target);

    // Breaks off what is under way and waits until it has left nothing behind; nothing begins afterwards. Twice
    // is no harm. Not from a request.
    void stop();
    bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

  private:
    bool start(std::function<void()> work);  // false: stop() was there first
    void ended();

    const CopyTo copy_;
    std::atomic<bool> stopping_{false};  // relaxed: a copy looks at it after every file; else under mutex_
    std::mutex mutex_;
    bool running_ = false;  // under mutex_; from begin() until the copy is over
    std::jthread thread_;   // under mutex_
};

}  // namespace hubward::server
