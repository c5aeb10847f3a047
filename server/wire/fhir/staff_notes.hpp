// SPDX-License-Identifier: Apache-2.0
//
// What a message says beyond the person and the needs, in words for hub staff: who referred, who
// may be called and as what, adjustments, by when, the practice's case number, and every text or
// element that nothing here understands. The message itself stays whole beside it.
#pragma once

#include <string>
#include <vector>

#include "server/wire/fhir/message.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

// Lines under "other"; a longer message says how many more it has.
inline constexpr std::size_t other_lines_max = 40;

// Lines that lines_of() gives of texts; what a longer message says besides, a cancellation may say once more.
inline constexpr std::size_t known_lines_max = 4096;

// Members of an open object: referrer, contact_people, adjustments, by_when, case_number, other;
// those without content are left out.
void write_staff_notes(JsonWriter& json, const Message& message);

// The lines that a message says beside who the person is: reasons and adjustments, then known_lines_max at most.
std::vector<std::string> lines_of(const Json& bundle);

// What a cancelling message says, a line each: why it is cancelled, then adjustments and every other text. It is
// told to a hub that has lost the person, so who that is is left out, and so is what the referral had said: `known`,
// its lines_of. Personal all the same.
std::string cancellation_note(const Message& message, const std::vector<std::string>& known);

}  // namespace hubward::server::wire::fhir
