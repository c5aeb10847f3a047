// SPDX-License-Identifier: Apache-2.0
//
// What the feed's own addresses answer when they will not serve: RFC 9457. Pure; any thread.
#pragma once

#include <string_view>

#include "server/feed/frames.hpp"
#include "server/http/message.hpp"

namespace hubward::server::feed {

http::Response refusal(std::string_view base_url, const Trouble& trouble);
Trouble bad_request(std::string detail);
Trouble no_such_stream();

}  // namespace hubward::server::feed
