// SPDX-License-Identifier: Apache-2.0
//
// Walking JSON text without reading it, so that what came in can be given back byte for byte: FHIR
// decimals keep their zeros ("1.10"), which a parsed number cannot.
//
// Requires text that read_json() has accepted. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward::server::wire::fhir {

// The text without blanks between tokens, and without escapes that JSON does not ask for ("\/", "\u0041", "\u00e9"):
// names and codes can be compared as they stand then.
std::string squeezed_json(std::string_view text);

// Members of an object (raw key without quotes, raw value), items of an array; none for others.
std::vector<std::pair<std::string_view, std::string_view>> raw_members(std::string_view object);
std::vector<std::string_view> raw_items(std::string_view array);
// The value of one member; empty when absent.
std::string_view raw_member(std::string_view object, std::string_view key);

// What a raw string says, without quotes and escapes; empty for other values.
std::string json_text(std::string_view raw);
// The same of a raw key, which has no quotes.
std::string key_text(std::string_view raw);

}  // namespace hubward::server::wire::fhir
