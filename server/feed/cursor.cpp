// SPDX-License-Identifier: Apache-2.0
#include "server/feed/cursor.hpp"

namespace hubward::server::feed {
namespace {

std::uint64_t before_floor(const storage::StreamBounds& bounds) {
    return bounds.floor == 0 ? 0 : bounds.floor - 1;
}

}  // namespace

Start start_of(const After& wanted, const storage::StreamBounds& bounds) {
    if (std::holds_alternative<Earliest>(wanted)) {
        return {before_floor(bounds), true, {}};
    }
    const At* at = std::get_if<At>(&wanted);
    if (at == nullptr) {
        return {bounds.head, false, "fresh"};
    }
    if (at->epoch != bounds.epoch) {
        return {bounds.head, false, "epoch_changed"};
    }
    if (at->seq > bounds.head) {
        return {bounds.head, false, "ahead"};
    }
    if (at->seq < before_floor(bounds)) {
        return {bounds.head, false, "truncated"};
    }
    return {at->seq, true, {}};
}

std::uint64_t Cursor::skipped() const {
    return sparse_ ? sent_ - acked_ - in_flight_.size() : 0;
}

void Cursor::advance(std::int64_t now_ms) {
    if (!unacked()) {
        since_ms_ = now_ms;
    }
    ++sent_;
    if (sparse_) {
        in_flight_.push_back(sent_);
    }
}

void Cursor::skip() {
    if (!unacked()) {
        acked_ = ++sent_;  // nothing is waited for: the place simply moves on
        in_flight_.clear();
        sparse_ = false;
        return;
    }
    if (!sparse_) {
        sparse_ = true;
        for (std::uint64_t seq = acked_ + 1; seq <= sent_; ++seq) {
            in_flight_.push_back(seq);
        }
    }
    ++sent_;
}

bool Cursor::ack(std::uint64_t seq, std::int64_t now_ms) {
    if (seq > sent_) {
        return false;
    }
    if (seq > acked_) {
        acked_ = seq;
        since_ms_ = now_ms;
        told_ms_ = -1;
        if (sparse_) {
            std::erase_if(in_flight_, [seq](std::uint64_t n) { return n <= seq; });
            if (in_flight_.empty()) {
                acked_ = sent_;  // all that follows was passed over
                sparse_ = false;
            }
        }
    }
    return true;
}

bool Cursor::lagging_due(std::int64_t now_ms, std::int64_t after_ms, std::int64_t again_ms) {
    if (waiting_ms(now_ms) < after_ms || (told_ms_ >= 0 && now_ms - told_ms_ < again_ms)) {
        return false;
    }
    told_ms_ = now_ms;
    return true;
}

}  // namespace hubward::server::feed
