// SPDX-License-Identifier: Apache-2.0
//
// What to say in the log about what ends nothing in the storage: once when it begins and once when it is over. It makes
// the lines and writes none. For the thread of one job.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.hpp"

namespace hubward::server::jobs {

// A mark that is written late once is nothing: a full disk that has room again, a slow sync.
inline constexpr std::chrono::seconds mark_late_from{10};

struct StoreLine {
    bool good = false;  // something is well again
    std::string_view message;
    std::string reason;                  // empty: none
    std::optional<std::int64_t> number;  // of an event
    std::optional<std::int64_t> count;   // of keys
};

class StoreWatch {
  public:
    std::vector<StoreLine> look(const storage::StoreTroubles& troubles);

  private:
    enum class Keys : std::uint8_t { made, left, gone };
    Keys keys_ = Keys::made;
    bool mark_told_ = false;
};

}  // namespace hubward::server::jobs
