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

void Cursor::advance(std::int64_t now_ms) {
    if (!unacked()) {
        since_ms_ = now_ms;
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
