// SPDX-License-Identifier: Apache-2.0
//
// Why something ended, in our code, in the nearest code of BaRS, and in words; and which outcomes
// count as help.
#pragma once

#include <string_view>

#include "matcher/codes.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

// The nearest code of BaRS, "99" (other) for what has no nearer, and the code system that it is of: numbers
// of dos-rejected-reasons-bars, letters (RRNA not in time, FC no contact) of rejected-reasons-bars.
std::string_view bars_rejection(matcher::Reason reason);
std::string_view bars_rejection_system(matcher::Reason reason);
std::string_view words(matcher::Reason reason);
// A CodeableConcept.
void write_reason(JsonWriter& json, std::string_view name, matcher::Reason reason,
                  std::string_view base_url);

// Need met, wholly or partly, or the person was led to help; not: nobody came of it.
bool is_help(matcher::Outcome outcome);

}  // namespace hubward::server::wire::fhir
