// SPDX-License-Identifier: Apache-2.0
//
// What deliveries are made with. App owns all of it; everything outlives the Outbound.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/clock.hpp"
#include "server/outbound/client.hpp"
#include "server/wire/event_json.hpp"  // Detail
#include "storage/event_log.hpp"
#include "storage/outbound_book.hpp"
#include "storage/vault.hpp"

namespace hubward::server::outbound {

// The JSON of one event as it stands in the stream; the feed's.
using Encode = std::function<std::string(const storage::StreamEvent&, std::string_view stream,
                                         wire::Detail detail)>;

// Whether the reader of the stream may know no more than that something happened.
using Veiled = std::function<bool(const matcher::Event&, std::string_view stream)>;

struct Services {
    storage::EventLog& events;
    const storage::Vault& vault;
    matcher::Clock& clock;
    Encode encode;
    Veiled veiled;
    ClientSettings client;
    std::size_t concurrency = 16;  // requests under way at once, of different targets
    // Where it is kept, beside the master key, which targets ended and which secrets were replaced, so that a
    // restored backup brings neither back. Empty: nowhere.
    std::filesystem::path ledger_file;
    // Told of what an operator should know; a text of the source code, and a target's id.
    std::function<void(std::string_view what, std::string_view target)> told;
};

// What is sent without an event.
enum class Notice : std::uint8_t {
    greeting,   // first of all, when the target is not greeted
    heartbeat,  // after a silence
    last_word,  // it ends, because the server was restored
};

// What one event makes its target get. nth: how many messages it will have got with this one. Nothing
// when the event is none of this target's business. Outbound's thread.
using Render = std::function<std::optional<Outgoing>(
    const storage::OutboundTarget&, const storage::StreamEvent&, std::uint64_t nth)>;

// What a kind of target gets.
struct Kind {
    Render event;
    // count: the messages it has got so far. Empty for a kind that never has a notice.
    std::function<Outgoing(const storage::OutboundTarget&, Notice, std::uint64_t count)> notice;
};

}  // namespace hubward::server::outbound
