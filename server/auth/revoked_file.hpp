// SPDX-License-Identifier: Apache-2.0
//
// "<key file>.revoked" on disk: an id a line, '#' starts a comment. People write lines of their own, and those stay
// for ever; the line of a log-out says in its comment when its session would have ended by itself, and is dropped
// some time after that. Those who change it take turns, also two servers with the same token key; whoever does not
// get its own within turn_wait_max leaves the file as it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "matcher/types.hpp"

namespace hubward::server::auth {

// A session's line is kept so long after its end, because the clock by which it ended may have been wrong.
inline constexpr std::chrono::hours kept_after_end{24};
// A turn is a few lines and two syncs.
inline constexpr std::chrono::seconds turn_wait_max{2};

struct RevokedLine {
    std::string id;  // empty: none on this line
    // The end of the session that logged out; never: a line of somebody's, or of a server that did not write it.
    matcher::Timestamp ends = matcher::never;

    bool is_over(matcher::Timestamp now) const { return now - ends >= kept_after_end; }
};
RevokedLine read_revoked_line(std::string_view line);

// On disk when it returns true. A line of its own even where somebody's editor left the last one open.
bool append_log_out(const std::filesystem::path& file, const RevokedLine& line);

// Writes the file anew without the lines that are over; all others stay as they are. Its bytes afterwards, 0 when they
// are not known. Does nothing when there is no such line, when it is no plain file, when its folder takes no new one, or when somebody
// wrote to it meanwhile: whoever reads it finds the whole old list or the whole new one.
std::uintmax_t drop_over(const std::filesystem::path& file, matcher::Timestamp now);

}  // namespace hubward::server::auth
