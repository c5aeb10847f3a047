// SPDX-License-Identifier: Apache-2.0
//
// Which member of the body the core said no to, where its one word stands for several.
//
// The core knows no JSON, so `reason_invalid` is also what it says of an unknown duplicate, and `consent_invalid`
// of a date. Pure; any thread.
#pragma once

#include <string_view>

#include "matcher/command.hpp"
#include "matcher/rejection.hpp"
#include "server/api/problem.hpp"

namespace hubward::server::api {

// `told` is what refused() made of it; its detail and errors become those of the member. Left as it is where the word
// stands for one member only.
void name_member(Problem& told, const matcher::Command& command, const matcher::Rejection& why,
                 matcher::Timestamp now);

}  // namespace hubward::server::api
