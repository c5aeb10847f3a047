// SPDX-License-Identifier: Apache-2.0
//
// The cells of one line of a large, regular CSV file (postcodes come in millions of lines): commas,
// quotes around a cell, none of the disorder that open_referral/csv takes in. Pure.
#pragma once

#include <string_view>
#include <vector>

namespace hubward::server::wire {

// Into `cells`, whose room is used again: views into `line`, without quotes and blanks around.
inline void split_line(std::string_view line, std::vector<std::string_view>& cells) {
    cells.clear();
    const auto trimmed = [](std::string_view cell) {
        while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) {
            cell.remove_prefix(1);
        }
        while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t' || cell.back() == '\r')) {
            cell.remove_suffix(1);
        }
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
            cell = cell.substr(1, cell.size() - 2);
        }
        return cell;
    };
    std::size_t from = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            quoted = !quoted;
        } else if (line[i] == ',' && !quoted) {
            cells.push_back(trimmed(line.substr(from, i - from)));
            from = i + 1;
        }
    }
    cells.push_back(trimmed(line.substr(from)));
}

}  // namespace hubward::server::wire
