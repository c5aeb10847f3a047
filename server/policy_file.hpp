// SPDX-License-Identifier: Apache-2.0
//
// A place's rules as a TOML file that people read and review. `inherits = "city.toml"` takes all that a
// file does not say from another one, beside it: city, partnership, place.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "matcher/places.hpp"

namespace hubward::server {

// Files that may inherit from each other; a longer chain is a mistake.
inline constexpr std::size_t policy_files_max = 4;

// Where the value of one setting comes from.
struct PolicyOrigin {
    std::string key;
    std::string file;  // empty: built in
    std::uint32_t line = 0;
};
struct PolicyFile {
    matcher::Policy policy;
    matcher::PlaceCode place;   // whose rules; empty for those of everywhere else
    matcher::PlaceCode within;  // the place of the nearest inherited file that names one
    std::vector<PolicyOrigin> origins;  // one for each setting, in the order of wire::policy_fields()
};
// The texts name file, line and reason, one fault each.
std::expected<PolicyFile, std::vector<std::string>> read_policy(const std::filesystem::path& file);

}  // namespace hubward::server
