// SPDX-License-Identifier: Apache-2.0
//
// What Hubward sends to other systems: events of a stream, each to whoever asked for them at a URL.
//
// One thread of its own makes all requests, and owns all targets and their files. Requests of the API are
// handed to it and the answer back; the engine only wakes it. Order: open, PipelineGateway::listen(wake),
// start, stop after the last request of the API.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/task.hpp"
#include "server/outbound/services.hpp"
#include "storage/outbound_book.hpp"

namespace hubward::server::outbound {

// A target and how far it has got.
struct TargetNow {
    storage::OutboundTarget target;
    std::string epoch;
    std::uint64_t done = 0;       // the number in its stream up to which all is dealt with
    std::uint64_t behind = 0;     // events of its stream after that
    std::uint64_t delivered = 0;  // messages
    unsigned failures = 0;        // tries of the present message that failed
    std::int64_t next_try_ms = 0;  // 0: nothing waits for another try
    bool again = false;           // the answer to a resend of the request that made it
};

// Why a target is off that numbers its messages 1, 2, 3 …, after the server was restored from a backup: what it
// sent since the backup is not known any more, so the same numbers would come again for other events. While
// it is still on, its receiver has not been told yet. A webhook's messages name their history and go on.
inline constexpr std::string_view off_restored = "restored";

struct NewTarget {
    std::string kind;
    std::string role;  // whose it will be
    std::string subject;
    std::string stream;
    std::string url;   // went through https_url()
    std::string types;
    std::string options;
    bool greeted = true;  // false: a greeting must be answered before anything else is sent
    std::int64_t until_ms = 0;
    std::uint32_t beat_s = 0;
    storage::RequestMark mark;
};

enum class Refusal : std::uint8_t {
    not_found,
    too_many,        // of this owner, or in all
    key_reused,      // the same key with another body
    switched_off,    // resume it first
    not_sent_yet,    // its turn has not come, or it is not kept any more
    busy,            // too many resends wait
    not_written,     // the disk did not take it: nothing is changed
};

struct Numbers {
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0;
    std::uint64_t targets = 0;
    std::uint64_t off = 0;         // targets that are switched off
    std::uint64_t behind = 0;      // events that wait, of all targets that are on
    double lag_seconds = 0;        // age of the oldest event that is being tried
};

// Why nothing can be sent; the text says what is wrong and names the file.
struct OpenFailure {
    enum class Why : std::uint8_t {
        damaged,   // a file must be put back or moved away
        io,        // the disk did not read or write; perhaps it does the next time
        settings,  // of TLS
    };
    Why why = Why::io;
    std::string text;
};

class Outbound {
  public:
    // Reads what is in `folder`.
    static std::expected<std::unique_ptr<Outbound>, OpenFailure> open(std::filesystem::path folder,
                                                                      Services services);
    virtual ~Outbound() = default;  // stops

    // Who knows what the targets of another kind get. Before start.
    virtual void add_kind(std::string_view name, Kind kind) = 0;
    virtual void start() = 0;
    // Ends requests under way: their receivers get the message again after the next start. Blocks.
    virtual void stop() = 0;
    // There are new events. Any thread; never blocks.
    virtual void wake() = 0;
    virtual Numbers numbers() const = 0;  // any thread; refreshed a few times a second

    // What the owner of a target signs with. Any thread.
    virtual std::string secret(const storage::OutboundTarget& target) const = 0;
    // True when a URL with this address could be sent to; names are judged when they are resolved.
    virtual bool may_send_to(const Url& url) const = 0;

    // Call on an I/O thread; resumed there.
    virtual http::Task<std::expected<TargetNow, Refusal>> create(NewTarget wanted) = 0;
    virtual http::Task<std::expected<TargetNow, Refusal>> rotate(std::string id,
                                                                 storage::RequestMark mark) = 0;
    // Switched on, and tried at once.
    virtual http::Task<std::expected<TargetNow, Refusal>> resume(std::string id) = 0;
    // Sends one event again, once, beside the order; what comes of it stands among the attempts.
    virtual http::Task<std::expected<TargetNow, Refusal>> resend(std::string id, std::uint64_t seq,
                                                                 storage::RequestMark mark) = 0;
    virtual http::Task<std::expected<void, Refusal>> remove(std::string id) = 0;
    virtual http::Task<std::vector<TargetNow>> list() = 0;
    virtual http::Task<std::optional<TargetNow>> find(std::string id) = 0;
    // Newest first, at most OutboundBook::attempts_kept.
    virtual http::Task<std::vector<storage::OutboundAttempt>> attempts(std::string id) = 0;
};

}  // namespace hubward::server::outbound
