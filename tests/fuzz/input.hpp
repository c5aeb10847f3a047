// SPDX-License-Identifier: Apache-2.0
//
// The fuzzer's bytes as text, and what a target demands of a result.
#pragma once

#include <cstdint>
#include <string_view>

#include "matcher/invariant.hpp"

namespace hubward::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {static_cast<const char*>(static_cast<const void*>(data)), size};
}
using matcher::invariant;

}  // namespace hubward::fuzz
