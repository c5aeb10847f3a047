// SPDX-License-Identifier: Apache-2.0
//
// The messages that the outbox has for a practice, asked for by their id.
#pragma once

#include <expected>
#include <string>

#include "server/api/bars_call.hpp"
#include "server/http/task.hpp"

namespace hubward::server::api::bars {

// Whether a message with this Bundle.id is among those for the practice. Looks at the newest events of its
// stream, 2,000 at most; what is opened for it is compared and forgotten. On an I/O thread, whose other work goes
// on in between: opening one takes about 50 µs. An error: it is not among those that
// could be opened now.
http::Task<std::expected<bool, Trouble>> is_in_outbox(Services* services, std::string practice, std::string id);

}  // namespace hubward::server::api::bars
