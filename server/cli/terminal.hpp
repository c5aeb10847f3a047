// SPDX-License-Identifier: Apache-2.0
//
// Small manners of a command line program: errors and progress on stderr, results on stdout.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "server/app.hpp"

namespace hubward::server::cli {

// "hubward: text" on stderr; gives the code back.
Exit fail(Exit code, std::string_view text);
inline Exit fail(const Failure& failure) { return fail(failure.code, failure.text); }

void print(std::string_view text);  // to stdout

// One line with a bar that is rewritten on a terminal at most ten times a second; elsewhere one line
// at the end. Says what is counted: "hubs 40 of 120".
class Progress {
  public:
    explicit Progress(std::string what) : what_(std::move(what)) {}
    ~Progress() { end(); }
    // of = 0: not known.
    void show(std::uint64_t done, std::uint64_t of);
    void end();

  private:
    void write(std::string_view end) const;

    std::string what_;
    std::uint64_t done_ = 0;
    std::uint64_t of_ = 0;
    bool shown_ = false;
    std::chrono::steady_clock::time_point next_{};
};

// "90d", "12h", "30m", "45s" as milliseconds; nothing for another form or 0.
std::int64_t parse_duration_ms(std::string_view text);  // -1 when it is none

std::string json_quoted(std::string_view text);

}  // namespace hubward::server::cli
