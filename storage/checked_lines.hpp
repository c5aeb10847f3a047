// SPDX-License-Identifier: Apache-2.0
//
// Lines of text that carry a checksum, for small files that are appended to without a sync: a line
// that a crash cut short, or that somebody edited, is passed over and costs nothing but itself.
// Pure; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hubward::storage {

// checksum SP body LF. `body` has no line break.
std::string checked_line(std::string_view body);
// The body of every whole line, in order.
void read_checked_lines(std::string_view content,
                        const std::function<void(std::string_view body)>& sink);

}  // namespace hubward::storage
