// SPDX-License-Identifier: Apache-2.0
#include "server/pages/typed_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

namespace hubward::server::pages {

std::optional<wire::Date> typed_date(std::string_view typed) {
    std::string iso(typed);
    std::ranges::replace(iso, '.', '/');
    if (iso.find('/') == std::string::npos) {
        return wire::parse_date(iso);
    }
    std::array<unsigned, 3> part{};
    const char* at = iso.data();
    const char* end = iso.data() + iso.size();
    for (std::size_t i = 0; i < part.size(); ++i) {
        const auto read = std::from_chars(at, end, part[i]);
        const bool more = i + 1 < part.size();
        if (read.ec != std::errc() || (more ? read.ptr == end || *read.ptr != '/' : read.ptr != end)) {
            return std::nullopt;
        }
        at = more ? read.ptr + 1 : end;
    }
    return wire::parse_date(fmt::format("{:04}-{:02}-{:02}", part[2], part[1], part[0]));
}

}  // namespace hubward::server::pages
