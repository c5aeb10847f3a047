// SPDX-License-Identifier: Apache-2.0
//
// The ids of tokens that are void: "<key file>.revoked", one a line, which people edit too (revoked_file.hpp). A
// change is seen within two seconds. Any thread.
//
// It does not grow for ever: a session that logged out is forgotten a day after it would have ended by itself, and
// its line is dropped when the file has become long.
//
// Every request asks it, so nobody who asks ever waits for somebody who writes: a disk that hangs under one
// log-out stops no other request. It is read on the thread that finds it is time, and written on one of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "matcher/types.hpp"
#include "server/auth/revoked_file.hpp"
#include "server/auth/sessions.hpp"

namespace hubward::server::auth {

// "<token key file>.revoked"
std::filesystem::path revoked_beside(const std::filesystem::path& token_key_file);

class RevokedList {
  public:
    // Without a file it lives in memory.
    explicit RevokedList(std::filesystem::path file);
    ~RevokedList();  // waits for the disk, until what was added is written

    // Why the list was there and could not be read when this was made, and how to cure it; empty when it could.
    // Every token on it would be good again, so nobody may serve then.
    const std::string& fault_at_start() const { return fault_at_start_; }

    void hear(Sessions::Told told) { told_ = std::move(told); }  // as Sessions::hear
    bool contains(const std::string& id, matcher::Timestamp now);
    // As Sessions::end.
    Ending add(const Principal& session, matcher::Timestamp now);

  private:
    // A file shorter than this is left as it is, whatever stands in it.
    static constexpr std::uintmax_t rewritten_from = 1024 * 1024;

    struct Waiting {
        RevokedLine line;
        matcher::Timestamp now;  // when it was asked for
        std::shared_ptr<std::atomic<Ended>> ending;
    };
    void refresh(matcher::Timestamp now);
    std::string reload(matcher::Timestamp now);  // holds file_mutex_; what is wrong, or nothing
    bool write(const Waiting& next);
    void write_all(const std::stop_token& stop);
    // These two hold mutex_.
    void list(const RevokedLine& line);
    void forget_over(matcher::Timestamp now);

    const std::filesystem::path file_;
    Sessions::Told told_;
    std::string fault_at_start_;
    std::timed_mutex file_mutex_;  // who reads or writes the file; guards the next four
    std::filesystem::file_time_type loaded_{};
    std::uintmax_t loaded_bytes_ = 0;
    std::uintmax_t rewritten_at_ = rewritten_from;  // bytes
    bool said_ = false;  // that it cannot be read; until it can
    std::atomic<std::int64_t> next_check_ms_{0};  // relaxed: nothing hangs on its order

    std::mutex mutex_;  // guards all below; never held over the disk
    std::unordered_map<std::string, matcher::Timestamp> listed_;  // and when each ends by itself; never, if unknown
    std::unordered_map<std::string, std::size_t> ended_of_;       // sessions among them, by the token they came of
    std::int64_t forgotten_ms_ = 0;                               // when those that are over were last taken out
    std::unordered_multiset<std::string> ending_;  // void, and not yet on disk
    std::deque<Waiting> waiting_;
    std::condition_variable_any woken_;
    std::jthread writer_;  // from the first log-out on
};

}  // namespace hubward::server::auth
