// SPDX-License-Identifier: Apache-2.0
//
// An entry of the journal as one line of JSON for `hubward inspect`: who, when, what, and what came
// of it. Never what is sealed, and no payload: only its size. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "matcher/journal.hpp"

namespace hubward::storage {

// "SubmitReferral", "AcceptOffer", …
std::string_view command_name(const matcher::Command& command);

// Requires: `entry` is one of batch's. Without a line end.
std::string describe(const matcher::Entry& entry, const matcher::Batch& batch);

}  // namespace hubward::storage
