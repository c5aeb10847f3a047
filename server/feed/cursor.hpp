// SPDX-License-Identifier: Apache-2.0
//
// One subscriber's place in one stream: where it begins, what it may be sent, what it has dealt with.
//
// Whole numbers and comparisons only; its size is bound by the window, whatever waits. Times are
// steady milliseconds.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "server/feed/frames.hpp"
#include "storage/event_log.hpp"

namespace hubward::server::feed {

// The honest answer to a subscribe. Not recovered: something may be missing between what the client
// has and `after`, or it had nothing; it should load the snapshot. Events after `after` follow in
// either case, and none before it.
struct Start {
    std::uint64_t after = 0;
    bool recovered = false;
    std::string_view reason;  // "fresh", "epoch_changed", "truncated", "ahead"; empty when recovered
};
Start start_of(const After& wanted, const storage::StreamBounds& bounds);

class Cursor {
  public:
    Cursor() = default;
    Cursor(std::uint64_t after, std::uint32_t window) : sent_(after), acked_(after), window_(window) {}

    // The last number that was sent or passed over.
    std::uint64_t sent() const { return sent_; }
    std::uint64_t acked() const { return acked_; }
    std::uint32_t window() const { return window_; }
    // How many more events may go out before an ack.
    std::uint32_t credit() const { return window_ - static_cast<std::uint32_t>(sent_ - acked_ - skipped()); }
    bool unacked() const { return sent_ - acked_ != skipped(); }

    // The event sent()+1 went out. Requires credit() > 0.
    void advance(std::int64_t now_ms);
    // The event sent()+1 is of a type that this reader does not want: it costs no credit.
    void skip();
    // False when the number was never sent. An old number changes nothing.
    bool ack(std::uint64_t seq, std::int64_t now_ms);
    // How long the oldest unacked event has waited, counted from its sending or the last progress.
    std::int64_t waiting_ms(std::int64_t now_ms) const { return unacked() ? now_ms - since_ms_ : 0; }

    // True when a lagging frame is due; then it counts as sent.
    bool lagging_due(std::int64_t now_ms, std::int64_t after_ms, std::int64_t again_ms);

  private:
    std::uint64_t skipped() const;

    std::uint64_t sent_ = 0;
    std::uint64_t acked_ = 0;
    std::uint32_t window_ = window_default;
    std::int64_t since_ms_ = 0;
    // Numbers in flight, kept only once one was passed over among them: at most a window of them.
    std::vector<std::uint64_t> in_flight_;
    bool sparse_ = false;
    std::int64_t told_ms_ = -1;  // when it was last called lagging; -1: not since its last progress
};

}  // namespace hubward::server::feed
