// SPDX-License-Identifier: Apache-2.0
//
// Reading back what the journal holds: one entry by its number, one stream from a position.
//
// The stream index (8 bytes an event and stream) lives in memory, is rebuilt at start and is fed by the
// journal as batches become durable; so a reader never sees what a power cut could undo.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/journal.hpp"

namespace hubward::storage {

// A stream by name: "hub/{slug}", "practice/{code}", "place/{code}" (what its hubs' streams have,
// in the order of the journal) or "ops" (everything; its numbers are the journal's).
using StreamName = std::string;

struct StreamBounds {
    std::string epoch;
    std::uint64_t floor = 0;  // oldest number kept; 1 when all are
    std::uint64_t head = 0;   // newest number; 0 for a stream without events
};

// One event of a stream, with the entry it belongs to. Pointers stay good while `batch` lives.
struct StreamEvent {
    std::uint64_t seq = 0;         // number in the stream
    matcher::Sequence number = 0;  // number in the journal
    matcher::SharedBatch batch;
    const matcher::Entry* entry = nullptr;
    const matcher::Event* event = nullptr;
};

class EventLog {
  public:
    virtual ~EventLog() = default;
    // The entry that has this number as its first event; nothing when there is none. Reads storage
    // (a small cache in front). Any thread.
    virtual std::optional<StreamEvent> entry(matcher::Sequence number) = 0;
    virtual StreamBounds bounds(std::string_view stream) = 0;
    // That of every stream. Never waits, also not while bounds() does because streams are being gathered.
    virtual std::string epoch() { return bounds("ops").epoch; }
    // From now on streams end with this event; it only rises. For a server whose readers look up in a view
    // what an event is about: it shows a batch once the view has it. Never called: streams end where the
    // journal does. entry() is not held back. Any thread.
    virtual void show_up_to(matcher::Sequence number) = 0;
    // Up to `limit` events with seq > after, in order. Any thread.
    virtual std::vector<StreamEvent> read(std::string_view stream, std::uint64_t after,
                                          std::size_t limit) = 0;
    // All events about one referral, oldest first, with their number in the practice's stream.
    // Empty for a referral never heard of. Any thread.
    virtual std::vector<StreamEvent> of_referral(matcher::ReferralIndex referral) = 0;
    // The same with only the newest `readings_max` of the events that say that somebody read the details: a system
    // that looks every ten seconds makes more of them than everybody else together, and whoever wants to know what
    // was done need not read them all. Any thread.
    virtual std::vector<StreamEvent> deeds_of_referral(matcher::ReferralIndex referral, std::size_t readings_max);
};

// The streams that an event is on, with its number in each: at most a hub's and a practice's.
struct OnStreams {
    matcher::HubIndex hub = matcher::no_hub;
    std::uint64_t hub_seq = 0;
    std::optional<matcher::ReferralIndex> referral;  // names the practice
    std::uint64_t practice_seq = 0;
};
OnStreams streams_of(const matcher::Event& event);
// Whether it says only that somebody read the details.
bool is_reading(const matcher::Event& event);

}  // namespace hubward::storage
