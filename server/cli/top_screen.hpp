// SPDX-License-Identifier: Apache-2.0
//
// A glance at a server as text: 24 lines of 80 columns, or one JSON object. Pure; any thread.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "server/cli/scrape.hpp"

namespace hubward::server::cli {

inline constexpr std::size_t screen_columns = 80;
inline constexpr std::size_t screen_lines = 24;

struct Screen {
    std::string server;
    std::string trouble;         // why there is no fresh glance; empty when there is
    std::deque<double> commands;  // a second, the newest last; as many as fit
    bool colour = false;
};
// Lines end with '\n'; never more than 24, and none longer than 80 columns.
std::string render(const Glance& glance, const Screen& screen);
std::string to_json(const Glance& glance);

}  // namespace hubward::server::cli
