// SPDX-License-Identifier: Apache-2.0
//
// A place's rules by name: one table of every setting, with its bounds and what it means in plain words.
// Policy files, the API and `hubward policy explain` all read it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "matcher/command.hpp"
#include "matcher/places.hpp"
#include "server/wire/fault.hpp"

namespace hubward::server::wire {

struct PolicyField {
    std::string_view key;      // "weights.distance"
    std::string_view unit;     // "points", "metres", "hours", "days", "percent"
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::string_view meaning;  // a sentence for a hub manager
    std::int64_t (*get)(const matcher::Policy& policy) = nullptr;
    void (*set)(matcher::Policy& policy, std::int64_t value) = nullptr;
    std::span<const std::string_view> words;  // instead of numbers: word i stands for value i
};
// In the order in which they are shown.
std::span<const PolicyField> policy_fields();
const PolicyField* policy_field(std::string_view key);
// What is wrong with a value, in words; nothing when it is within its bounds.
std::optional<std::string> policy_fault(const PolicyField& field, std::int64_t value);
// The value that a word stands for; nothing for a word that the setting does not know.
std::optional<std::int64_t> policy_word(const PolicyField& field, std::string_view word);
// A value as people write it: a word, or a number.
std::string policy_value(const PolicyField& field, std::int64_t value);
// What may be written there: "hard or soft", "from 0 to 10000".
std::string policy_range(const PolicyField& field);

// Schema Policy: every setting by its key, with version and hash; of a place also its code and the
// place around it.
std::string encode_policy(const matcher::Policy& policy, const matcher::PlaceCode& place = {},
                          const matcher::PlaceCode& within = {});
// Schema PolicyList: the tree of places, without the settings.
std::string encode_policies(std::span<const matcher::PlaceRules> places);
// All settings must be there. The version is the caller's, and so is the place.
std::expected<matcher::AdoptPolicy, Faults> decode_policy(std::string_view body);

}  // namespace hubward::server::wire
