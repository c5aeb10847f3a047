// SPDX-License-Identifier: Apache-2.0
#include "server/cli/terminal.hpp"

#include <algorithm>
#include <charconv>

#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace hubward::server::cli {

Exit fail(Exit code, std::string_view text) {
    fmt::print(stderr, "hubward: {}\n", text);
    return code;
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void Progress::write(std::string_view end) const {
    if (of_ == 0) {
        fmt::print(stderr, "{} {}{}", what_, done_, end);
        return;
    }
    constexpr std::uint64_t cells = 24;
    const std::uint64_t full = std::min(done_, of_) * cells / of_;
    const bool bar = ::isatty(STDERR_FILENO) != 0;
    fmt::print(stderr, "{}{} {} of {}{}",
               bar ? fmt::format("[{}{}] ", std::string(full, '#'), std::string(cells - full, '.')) : "", what_,
               done_, of_, end);
}

void Progress::show(std::uint64_t done, std::uint64_t of) {
    done_ = done;
    of_ = of;
    shown_ = true;
    const auto now = std::chrono::steady_clock::now();
    if (::isatty(STDERR_FILENO) != 0 && now >= next_) {
        next_ = now + std::chrono::milliseconds(100);
        write("\r");
    }
}

void Progress::end() {
    if (shown_) {
        write("\n");
        shown_ = false;
    }
}

std::int64_t parse_duration_ms(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto unit = std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end));
    constexpr std::int64_t days_max = 3660;  // ten years; a longer life is a mistake
    if (error != std::errc{} || number <= 0 || number > days_max * 86'400) {
        return -1;
    }
    const std::int64_t ms = unit == "s"   ? number * 1'000
                            : unit == "m" ? number * 60'000
                            : unit == "h" ? number * 3'600'000
                            : unit == "d" ? number * 86'400'000
                                          : -1;
    return ms > days_max * 86'400'000 ? -1 : ms;
}

std::string json_quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace hubward::server::cli
