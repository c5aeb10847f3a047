// SPDX-License-Identifier: Apache-2.0
//
// Codes as words that people use. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "matcher/referral.hpp"

namespace hubward::server::wire {

// "borrowing a device"
std::string_view plain(matcher::Need need);
// "borrowing a device and the NHS App"
std::string needs_text(const matcher::Ask& ask, matcher::NeedMask mask);
// "no-capacity" as words: "no capacity".
std::string words(std::string_view code);

}  // namespace hubward::server::wire
