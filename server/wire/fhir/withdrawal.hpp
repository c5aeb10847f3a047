// SPDX-License-Identifier: Apache-2.0
//
// What was said when a referral was withdrawn, in words and, when it came as a BaRS message, whole. It
// is sealed beside the event `Withdrawn` with a key of its own: a document with the member "note", and of
// a message also "bundle". Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/wire/fhir/message.hpp"

namespace hubward::server::wire::fhir {

// Of a withdrawal over the API: the words alone. Of a cancelling message: why, then every other text
// or element of it that nothing here understands, a line each, without what says who the person is and without
// the lines that were `known` of the referral (lines_of in staff_notes.hpp); and the message.
std::string withdrawal_of(std::string_view note);
std::string withdrawal_of(const Message& message, std::string_view original,
                          const std::vector<std::string>& known = {});

// Of such a document: the words, which may be none; the message as raw JSON, empty without one.
std::string withdrawal_note(std::string_view document);
std::string_view withdrawal_bundle(std::string_view document);

}  // namespace hubward::server::wire::fhir
