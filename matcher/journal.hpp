// SPDX-License-Identifier: Apache-2.0
//
// The port through which decisions become durable. The engine sees nothing of disks or networks.
//
// Words. number: position of an event, 1, 2, 3 … without holes. batch: the events of one engine
// round, written all or not at all. term: generation of ownership; rises by one with every claim and
// fences the owners before. epoch: generation of the history; changes only when history was lost or
// rolled back (a restore). Term and epoch are never one field: a takeover must not reset a feed.
//
// `storage/rocks_journal` implements it on this machine's disk; an implementation on a distributed
// engine passes the same contract test (tests/storage/journal_contract.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/command.hpp"
#include "matcher/event.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// One accepted command and what came of it. events[event_first … + event_count) of its batch; the
// first of them has journal number `number`.
struct Entry {
    Sequence number = 0;
    Timestamp at{};
    Actor actor;
    RequestKey key;
    std::uint64_t fingerprint = 0;
    TraceId trace;
    Command command;
    std::string payload;
    std::uint32_t event_first = 0;
    std::uint32_t event_count = 0;
    std::int64_t received_ns = 0;  // for stage times only; not written
};

// All that one round decided. Immutable once handed to a journal; shared by all who read it.
struct Batch {
    std::uint64_t id = 0;     // unique within a term; tells our own batch from another's
    Sequence first = 0;       // number of the first event
    std::uint32_t count = 0;  // number of events
    std::vector<Entry> entries;
    std::vector<Event> events;

    std::span<const Event> events_of(const Entry& e) const {
        return std::span(events).subspan(e.event_first, e.event_count);
    }
    Sequence last() const { return first + count - 1; }
};
using SharedBatch = std::shared_ptr<const Batch>;

struct Tail {
    std::string epoch;
    Sequence number = 0;  // last event counted in
};

// Proof of ownership. Only the latest claim's term can append.
struct Claim {
    std::uint64_t term = 0;
    Tail tail;
};

enum class Append : std::uint8_t {
    durable,      // on disk for good
    fenced,       // a later claim exists: not written, and never will be
    unknown,      // may or may not be written: resolve() before anything else
    unavailable,  // surely not written: disk full, window full; may be tried again
    refused,      // too large or not at tail + 1: never to be tried again
};
enum class Resolution : std::uint8_t { written, foreign, unavailable };

enum class JournalError : std::uint8_t {
    held,         // another live owner
    unavailable,  // the engine cannot answer now
    truncated,    // asked for numbers below the floor
    corrupt,      // damaged data: stop and read docs/OPERATIONS.md
    fenced,       // the claim is no longer the latest
};

class Journal {
  public:
    using Done = std::function<void(Append, Sequence last)>;
    // Returns false to stop reading.
    using Sink = std::function<bool(const SharedBatch&)>;
    class Subscription {
      public:
        virtual ~Subscription() = default;  // ends it; no call of its sink runs afterwards
    };

    virtual ~Journal() = default;

    // Takes ownership: the term rises by one. When it returns, no append under an older term can
    // succeed and all up to tail is durable. Blocks. Control thread.
    virtual std::expected<Claim, JournalError> claim(std::string_view owner,
                                                     std::chrono::seconds lease) = 0;

    // All events of the batch or none; batch->first must be tail + 1, chained on the append before
    // it even while that is in flight, so the log always holds a prefix of what was sent. `done` is
    // called exactly once, in order of sending; it may run before append returns, or on the
    // journal's own thread. Never retries by itself. Engine thread only.
    virtual void append(const Claim& claim, SharedBatch batch, Done done) = 0;

    // After `unknown`: was exactly this batch written? There is no answer "absent": only `written`,
    // `foreign` (then the claim is lost), or `unavailable` (ask again). Control thread.
    virtual Resolution resolve(const Claim& claim, const Batch& batch) = 0;

    // Lengthens the lease; true while the claim is still the latest. Control thread.
    virtual std::expected<bool, JournalError> renew(const Claim& claim) = 0;

    // Gives the claim back after the last callback. Control thread.
    virtual void release(Claim&& claim) = 0;

    // Durable batches in order whose events lie in (after, upto]; a batch that straddles a bound is
    // given whole. Any thread.
    virtual std::expected<void, JournalError> read(Sequence after, Sequence upto,
                                                   const Sink& sink) = 0;

    // read() and then whatever becomes durable, on a thread of the journal's own. A wake-up may get
    // lost, a number may not. A slow sink slows only itself.
    virtual std::unique_ptr<Subscription> follow(Sequence after, Sink sink) = 0;

    // A snapshot up to `number` exists, so a later trim may raise the floor. Control thread.
    virtual std::expected<void, JournalError> seal(Sequence number) = 0;

    virtual Tail tail() const = 0;  // durable tail; any thread
};

}  // namespace hubward::matcher
