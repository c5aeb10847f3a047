// SPDX-License-Identifier: Apache-2.0
//
// Check digits and shapes of the numbers that people type. Pure; any thread; nothing allocates but
// what returns a string.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/types.hpp"

namespace hubward::server::wire {

// Ten digits with a correct check digit (mod 11); blanks between the 3-3-4 groups may be there.
// Gives the bare digits.
std::optional<std::string> nhs_number(std::string_view text);
// Ten digits, whatever the check digit: official BaRS examples carry numbers that fail it.
std::optional<std::string> nhs_number_digits(std::string_view text);

// A SNOMED CT identifier: 6 to 18 digits, no leading zero, Verhoeff check digit.
std::optional<std::uint64_t> snomed_id(std::string_view text);

// Lenient: 7 to 15 digits, with what people put between them and one leading plus.
bool phone_shaped(std::string_view text);
bool email_shaped(std::string_view text);
// Letters and digits, upper case, 3 to 10: the form of an ODS code.
bool ods_shaped(std::string_view text);
// … or the beginning of one, as in an agreement with all practices of an area: "B86".
bool ods_beginning(std::string_view text);
// 8-4-4-4-12 hexadecimal digits, any case.
bool uuid_shaped(std::string_view text);

// The value's lowest `digits` hexadecimal digits, lower case.
void append_hex(std::string& out, std::uint64_t value, unsigned digits);
// 32 of them, as traceparent and log lines have it.
std::string trace_text(const matcher::TraceId& trace);

}  // namespace hubward::server::wire
