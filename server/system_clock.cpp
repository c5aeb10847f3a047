// SPDX-License-Identifier: Apache-2.0
#include "server/system_clock.hpp"

#include <chrono>
#include <ctime>

namespace hubward::server {
namespace {

// Counts while the machine is suspended too, and nobody can set it.
std::int64_t counted_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

std::int64_t wall_ms() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

matcher::Timestamp SystemClock::now() {
    return {gate_.at(wall_ms(), counted_ms())};
}

matcher::Timestamp SystemClock::outside() {
    return {outside_.at(wall_ms(), counted_ms())};
}

void SystemClock::not_before(matcher::Timestamp at) {
    gate_.not_before(at.ms, counted_ms());
}

std::int64_t SystemClock::steady_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace hubward::server
