// SPDX-License-Identifier: Apache-2.0
//
// The newest number and chain head that were ever acknowledged, in a file of its own beside the
// database. A database that opens well and ends before this mark has lost acknowledged data.
//
// The file lags the acknowledgements by at most 100 ms: writing it with every batch would cost a
// second sync. So it proves loss of anything older than that, and claims nothing beyond.
#pragma once

#include <chrono>
#include <condition_variable>
#include <expected>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "matcher/types.hpp"
#include "storage/files.hpp"
#include "storage/hash.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

struct HighWater {
    matcher::Sequence number = 0;
    Digest chain_head{};
    friend bool operator==(const HighWater&, const HighWater&) = default;
};

// Nothing when the file does not exist; StoreError::corrupt when it is damaged, io when it cannot be read.
std::expected<std::optional<HighWater>, StoreFailure> read_high_water(
    const std::filesystem::path& path, Disk& disk = kernel_disk());
std::expected<void, std::string> write_high_water(const std::filesystem::path& path,
                                                  const HighWater& mark,
                                                  Disk& disk = kernel_disk());

// Keeps the file up to date from a thread of its own, and once more at the end. Kept by hand it has
// no thread, and writes when tend() is called.
class HighWaterKeeper {
  public:
    static constexpr std::chrono::milliseconds lag_max{100};

    explicit HighWaterKeeper(std::filesystem::path path, Disk& disk = kernel_disk(),
                             bool by_hand = false);
    ~HighWaterKeeper();
    HighWaterKeeper(const HighWaterKeeper&) = delete;
    HighWaterKeeper& operator=(const HighWaterKeeper&) = delete;

    // Any thread; never blocks on the disk.
    void raise(const HighWater& mark);
    // Kept by hand: brings the file up to date. One thread.
    void tend();

    // The file cannot be written, and so what it proves grows older.
    struct Late {
        std::string why;
        std::chrono::nanoseconds since{};  // for how long
    };
    // Nothing while it is written. Any thread; never blocks on the disk.
    std::optional<Late> late() const;

  private:
    void run();
    bool tried(const HighWater& mark, const std::expected<void, std::string>& written);  // under mutex_

    const std::filesystem::path path_;
    Disk& disk_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    HighWater wanted_;   // under mutex_
    HighWater written_;  // under mutex_
    std::string trouble_;                                  // under mutex_; why the newest try failed, empty: it did not
    std::chrono::steady_clock::time_point failing_since_;  // under mutex_
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace hubward::storage
