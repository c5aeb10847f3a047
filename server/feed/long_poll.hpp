// SPDX-License-Identifier: Apache-2.0
//
// A request that waits until there is something to tell, and is answered with all of it at once.
//
// The answer holds the frames that a WebSocket would carry: `subscribed`, then the events; as one
// JSON document, or a line each (NDJSON). `next` (and the Link header) is where to ask on. Owned by
// the request's coroutine; one I/O thread.
//
// Whoever wants few types of many events may be answered with none of them and a `next` that lies further on: one
// request looks at so many events and no more, a page at a time, with the thread's other work between.
#pragma once

#include <memory>
#include <vector>

#include "server/feed/feed_thread.hpp"
#include "server/feed/identity.hpp"
#include "server/feed/stream_request.hpp"

namespace hubward::server::feed {

// About 20 ms of the thread, in slices of one page.
inline constexpr std::size_t poll_looked_max = 2'048;

// Requires an identity that may hear a stream that exists.
http::Task<http::Response> long_poll(std::shared_ptr<FeedThread> thread, Identity identity,
                                     StreamRequest wanted, std::string path);

}  // namespace hubward::server::feed
