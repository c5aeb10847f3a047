// SPDX-License-Identifier: Apache-2.0
//
// What every way into the feed says and asks in the same words: the honest answer to a subscribe,
// where it begins, and who is meant by a client_id. Pure but for a look at the stored positions; any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "server/auth/principal.hpp"
#include "server/feed/cursor.hpp"
#include "server/feed/feed.hpp"

namespace hubward::server::feed {

http::Frame subscribed_frame(std::string_view ref, std::string_view stream,
                             std::string_view base_url, const storage::StreamBounds& bounds,
                             const Start& start, std::uint32_t window);

// Where a client that may have missed something finds the present state.
std::string snapshot_url(std::string_view base_url, std::string_view stream);

// The same client_id of two organisations, or on two streams, is two readers.
std::string reader_name(const auth::Principal& who, std::string_view client_id,
                        std::string_view stream);

// `cursor` becomes the remembered position, or `latest` when there is none; all else stays.
After stored_or(const FeedServices& services, const After& wanted, std::string_view reader);

// Staff of a hub on their own stream are present, and a practice on its own; onlookers are not.
bool counts_as_present(const auth::Principal& who, std::string_view stream);

}  // namespace hubward::server::feed
