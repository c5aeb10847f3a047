// SPDX-License-Identifier: Apache-2.0
#include "storage/checked_lines.hpp"

#include <algorithm>

#include "storage/hash.hpp"

namespace hubward::storage {
namespace {

constexpr std::size_t checksum_digits = 16;  // 64 bits: against accidents, not against people

std::string checksum(std::string_view text) {
    return hex(view(blake2b({text}))).substr(0, checksum_digits);
}

}  // namespace

std::string checked_line(std::string_view body) {
    return checksum(body).append(" ").append(body).append("\n");
}

void read_checked_lines(std::string_view content,
                        const std::function<void(std::string_view body)>& sink) {
    while (!content.empty()) {
        const std::size_t end = std::min(content.find('\n'), content.size());
        const std::string_view line = content.substr(0, end);
        content.remove_prefix(std::min(end + 1, content.size()));
        if (line.size() > checksum_digits + 1 &&
            checksum(line.substr(checksum_digits + 1)) == line.substr(0, checksum_digits)) {
            sink(line.substr(checksum_digits + 1));
        }
    }
}

}  // namespace hubward::storage
