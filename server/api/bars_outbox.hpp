// SPDX-License-Identifier: Apache-2.0
//
// The messages that the outbox has for a practice, asked for by their id.
#pragma once

#include <string>
#include <string_view>

#include "server/api/services.hpp"

namespace hubward::server::api::bars {

// Whether a message with this Bundle.id is among those for the practice. Looks at the newest events of its
// stream, 2,000 at most; what is opened for it is compared and forgotten. I/O thread; takes about 50 µs a
// message.
bool is_in_outbox(Services& services, const std::string& practice, std::string_view id);

}  // namespace hubward::server::api::bars
