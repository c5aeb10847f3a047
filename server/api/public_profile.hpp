// SPDX-License-Identifier: Apache-2.0
//
// What a hub says to the public. It rides along with the command and stands in the journal only.
#pragma once

#include <string>

#include "matcher/hub.hpp"
#include "storage/event_log.hpp"

namespace hubward::server::api {

// As canonical JSON; "{}" when it cannot be read.
std::string public_profile(storage::EventLog& events, const matcher::Hub& hub);

}  // namespace hubward::server::api
