// SPDX-License-Identifier: Apache-2.0
//
// All targets and how each stands; who is sent to next.
//
// A target is a cursor into its stream, never a queue: it has the number up to which all is dealt with,
// and the next event is read from the log when its turn comes. One request of a target is under way at a
// time, so what it gets is in order; an event that is not taken holds back those behind it until it is, or
// until its target is switched off. Nothing is passed over by that: once switched on again it goes on with
// the same event. Other targets do not wait for it.
//
// Everything here runs on Outbound's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/outbound/outbound.hpp"
#include "server/outbound/services.hpp"
#include "storage/target_ledger.hpp"

namespace hubward::server::outbound {

// One target, as it stands.
struct Line {
    storage::OutboundTarget target;
    std::string epoch;
    std::uint64_t done = 0;   // dealt with: taken, or none of its business
    std::uint64_t count = 0;  // messages delivered
    std::uint64_t noted = 0;  // `done` as the book has it
    unsigned failures = 0;    // of the event that is tried now
    std::int64_t next_try_ms = 0;
    std::int64_t spoke_ms = 0;      // when it was last sent anything that it took; for heartbeats
    std::int64_t waiting_since_ms = 0;  // age of the event that is tried now; 0 for none
    std::deque<std::uint64_t> resends;  // asked for by hand
    storage::RequestMark last_resend;
    std::deque<storage::OutboundAttempt> attempts;  // newest last
    // Events that were read ahead, those up to `done` among them. Empty between turns.
    std::vector<storage::StreamEvent> page;
    bool busy = false;     // a turn is under way
    bool removed = false;  // … and must end
};

class Deliveries {
  public:
    Deliveries(const Services& services, storage::OutboundBook book, storage::TargetLedger ledger,
               const Trust& trust, Names& names);

    // What a kind sends. Before the first look().
    void add_kind(std::string_view name, Kind kind);
    // Reads how far each target had got; after a restore, without those that had ended. The text says what
    // cannot be read or written.
    std::expected<void, std::string> load();

    // Gives turns to those for whom there is something to do, as many as may be under way.
    void look(const http::Executor& executor);
    void stop() { stopping_ = true; }
    Numbers numbers() const;

    std::expected<TargetNow, Refusal> create(const NewTarget& wanted);
    std::expected<TargetNow, Refusal> rotate(std::string_view id, const storage::RequestMark& mark);
    std::expected<TargetNow, Refusal> resume(std::string_view id);
    std::expected<TargetNow, Refusal> resend(std::string_view id, std::uint64_t seq,
                                             const storage::RequestMark& mark);
    std::expected<void, Refusal> remove(std::string_view id);
    std::vector<TargetNow> list() const;
    std::optional<TargetNow> find(std::string_view id) const;
    std::vector<storage::OutboundAttempt> attempts(std::string_view id) const;  // newest first

  private:
    using LinePtr = std::shared_ptr<Line>;
    // What a turn sends now.
    struct Next {
        Outgoing message;
        std::uint64_t seq = 0;
        std::uint64_t number = 0;
        bool by_hand = false;
        std::optional<Notice> notice;  // then there is no event
    };

    http::Task<void> turn(LinePtr line);
    // Message after message, until there is nothing to send, one is not taken, or others have waited enough.
    http::Task<void> send_all(Line* line, Client* client);
    bool due(Line& line) const;
    std::optional<Next> next(Line& line);
    std::optional<Next> next_of_stream(Line& line);
    std::optional<Next> next_by_hand(Line& line);
    std::optional<Next> next_notice(Line& line) const;
    bool ended(const Line& line) const;
    bool waits(const Line& line) const;  // for its next try
    bool beat_due(const Line& line) const;
    // Its history is gone: see off_restored.
    static bool is_over(const Line& line) { return line.target.off_reason == off_restored; }
    bool end_with_history(Line& line);  // false: it could not be saved
    bool settle_notice(Line& line, Notice notice, bool taken);
    // Notes what came of it; false when the turn is over.
    bool settle(Line& line, const Next& sent, const Reply& reply, std::int64_t began_ns);
    void failed(Line& line, const Reply& reply, std::int64_t now_ms);
    void switch_off(Line& line, std::string_view reason);
    void note(Line& line, storage::OutboundAttempt attempt);
    void follow_epoch(Line& line) const;

    std::expected<void, std::string> honour_ledger();
    LinePtr line_of(std::string_view id) const;
    std::vector<storage::OutboundTarget> saved() const;
    bool save(std::vector<storage::OutboundTarget> targets);
    TargetNow now_of(const Line& line) const;
    std::int64_t now_ms() const { return services_.clock.now().ms; }

    const Services& services_;
    storage::OutboundBook book_;
    storage::TargetLedger ledger_;
    const Trust& trust_;
    Names& names_;
    std::map<std::string, Kind, std::less<>> kinds_;
    std::vector<LinePtr> lines_;
    std::size_t first_ = 0;    // whose turn it is when there are more than may be under way
    std::size_t running_ = 0;  // turns under way
    bool others_wait_ = false;  // … and somebody waits for the end of one
    bool look_posted_ = false;
    bool stopping_ = false;
    std::uint64_t delivered_ = 0;
    std::uint64_t failed_ = 0;
};

}  // namespace hubward::server::outbound
