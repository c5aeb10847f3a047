// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string>

namespace hubward::server::outbound {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr auto delays = std::to_array<milliseconds>(
    {1s, 5s, 30s, 5min, 30min, 1h, 2h, 5h, 10h, 14h, 20h, 24h});
static_assert(delays.size() + 1 == tries_max);

}  // namespace

std::optional<milliseconds> retry_delay(unsigned failures, std::uint64_t noise) {
    if (failures == 0 || failures > delays.size()) {
        return std::nullopt;
    }
    const milliseconds base = delays[failures - 1];
    const auto spread = static_cast<std::uint64_t>(base.count()) * 2 / 5;  // 0.8 to 1.2 of it
    return base * 4 / 5 + milliseconds(static_cast<std::int64_t>(noise % (spread + 1)));
}

std::optional<milliseconds> retry_after(std::string_view header, std::int64_t now_ms) {
    constexpr milliseconds most = retry_after_max;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
    if (end == header.data() + header.size() && error != std::errc::invalid_argument) {
        const bool huge = error == std::errc::result_out_of_range || seconds > most / 1s;
        return huge ? most : milliseconds(std::max<std::int64_t>(seconds, 0) * 1'000);
    }
    std::tm date{};
    const std::string text(header);
    const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
    if (rest == nullptr || *rest != '\0') {
        return std::nullopt;
    }
    const milliseconds wait(static_cast<std::int64_t>(::timegm(&date)) * 1'000 - now_ms);
    return std::clamp(wait, milliseconds(0), most);
}

}  // namespace hubward::server::outbound
