// SPDX-License-Identifier: Apache-2.0
//
// The messages that the outbox has for a practice, asked for by their id.
#pragma once

#include <string>

#include "server/api/services.hpp"
#include "server/http/task.hpp"

namespace hubward::server::api::bars {

// Whether a message with this Bundle.id is among those for the practice. Looks at the newest events of its
// stream, 2,000 at most; what is opened for it is compared and forgotten. On an I/O thread, whose other work goes
// on in between: opening one takes about 50 µs.
http::Task<bool> is_in_outbox(Services* services, std::string practice, std::string id);

}  // namespace hubward::server::api::bars
