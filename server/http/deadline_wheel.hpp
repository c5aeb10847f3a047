// SPDX-License-Identifier: Apache-2.0
//
// Coarse deadlines for many connections: one timer per I/O thread instead of one per operation.
//
// Setting a deadline is mostly one store, because an entry moves only when the new deadline is nearer
// than the slot it already waits in (a timer per operation costs 2 µs a request). A deadline fires
// up to one tick late, never early. Belongs to one I/O thread; times are steady milliseconds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace hubward::server::http {

class DeadlineWheel {
  public:
    static constexpr std::int64_t tick_ms = 100;
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    // Derive from it; unlinks itself when destroyed. The wheel must outlive it.
    class Entry {
      public:
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        virtual ~Entry() { unlink(); }
        std::int64_t deadline_ms() const { return deadline_ms_; }

      protected:
        // The deadline has passed and is cleared. May set another; must not destroy entries.
        virtual void expired() = 0;

      private:
        friend class DeadlineWheel;
        void unlink();

        Entry* next_ = nullptr;
        Entry** link_ = nullptr;  // the pointer that points here; null when in no slot
        std::int64_t deadline_ms_ = never;
        std::int64_t slot_tick_ = never;
    };

    explicit DeadlineWheel(std::int64_t now_ms) : tick_(now_ms / tick_ms) {}

    void set(Entry& entry, std::int64_t deadline_ms);
    void clear(Entry& entry) { entry.deadline_ms_ = never; }
    // Fires what is due. Call it about every tick_ms.
    void advance(std::int64_t now_ms);

  private:
    static constexpr std::size_t slots = 1024;  // 102 s ahead; farther deadlines come round again

    void link(Entry& entry, std::int64_t tick);

    std::int64_t tick_;  // the last tick that advance() has seen
    std::array<Entry*, slots> heads_{};
};

}  // namespace hubward::server::http
