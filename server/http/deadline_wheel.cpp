// SPDX-License-Identifier: Apache-2.0
#include "server/http/deadline_wheel.hpp"

#include <algorithm>
#include <utility>

namespace hubward::server::http {

void DeadlineWheel::Entry::unlink() {
    if (link_ == nullptr) {
        return;
    }
    *link_ = next_;
    if (next_ != nullptr) {
        next_->link_ = link_;
    }
    link_ = nullptr;
    next_ = nullptr;
    slot_tick_ = never;
}

void DeadlineWheel::set(Entry& entry, std::int64_t deadline_ms) {
    entry.deadline_ms_ = deadline_ms;
    if (deadline_ms == never) {
        return;
    }
    // Rounded up, so that the slot is looked at after the deadline and not before.
    const std::int64_t due = (deadline_ms + tick_ms - 1) / tick_ms;
    const std::int64_t tick =
        std::clamp(due, tick_ + 1, tick_ + static_cast<std::int64_t>(slots) - 1);
    if (entry.link_ != nullptr && entry.slot_tick_ <= tick) {
        return;  // its slot comes first anyway and will see the later deadline
    }
    entry.unlink();
    link(entry, tick);
}

void DeadlineWheel::advance(std::int64_t now_ms) {
    const std::int64_t until = now_ms / tick_ms;
    // After a long pause (a suspended machine) one turn of the wheel sees every entry.
    tick_ = std::max(tick_, until - static_cast<std::int64_t>(slots));
    while (tick_ < until) {
        ++tick_;
        Entry*& head = heads_[static_cast<std::size_t>(tick_) % slots];
        Entry* due = std::exchange(head, nullptr);
        if (due != nullptr) {
            due->link_ = &due;
        }
        while (due != nullptr) {
            Entry& entry = *due;
            entry.unlink();  // moves `due` on
            if (entry.deadline_ms_ == never) {
                continue;
            }
            if (entry.deadline_ms_ <= now_ms) {
                entry.deadline_ms_ = never;
                entry.expired();
            } else {
                set(entry, entry.deadline_ms_);
            }
        }
    }
}

void DeadlineWheel::link(Entry& entry, std::int64_t tick) {
    Entry*& head = heads_[static_cast<std::size_t>(tick) % slots];
    entry.next_ = head;
    entry.link_ = &head;
    if (head != nullptr) {
        head->link_ = &entry.next_;
    }
    head = &entry;
    entry.slot_tick_ = tick;
}

}  // namespace hubward::server::http
