// SPDX-License-Identifier: Apache-2.0
#include "server/auth/revoked_list.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace hubward::server::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t checked_every_ms = 2'000;
// For another who reads it: a few milliseconds. Not for one who writes.
constexpr std::chrono::milliseconds file_wait{20};

constexpr std::int64_t forgotten_every_ms = 60'000;

// The token that a session was begun with, however many sessions lie between: an id has no dot of its own.
std::string_view given_of(std::string_view id) { return id.substr(0, id.find('.')); }

}  // namespace

fs::path revoked_beside(const fs::path& token_key_file) {
    fs::path path = token_key_file;
    path += ".revoked";
    return path;
}

RevokedList::RevokedList(fs::path file) : file_(std::move(file)) {
    if (!file_.empty()) {
        const std::lock_guard lock(file_mutex_);
        fault_at_start_ = reload({});  // before the first two who ask at once
    }
}

RevokedList::~RevokedList() = default;  // the writer is told to stop, and joined, before all else goes

bool RevokedList::contains(const std::string& id, matcher::Timestamp now) {
    refresh(now);
    const std::lock_guard lock(mutex_);
    return listed_.contains(id) || ending_.contains(id);
}

Ending RevokedList::add(const Principal& session, matcher::Timestamp now) {
    auto ending = std::make_shared<std::atomic<Ended>>(Ended::not_yet);
    const RevokedLine line{session.token_id, session.expires};
    const std::lock_guard lock(mutex_);
    forget_over(now);
    const auto ended = ended_of_.find(std::string(given_of(line.id)));
    if (ended != ended_of_.end() && ended->second >= log_outs_of_a_token_max) {
        ending->store(Ended::failed);
    } else if (file_.empty()) {
        list(line);
        ending->store(Ended::yes);
    } else if (waiting_.size() == log_outs_max) {
        ending->store(Ended::failed);
    } else {
        ending_.insert(line.id);
        waiting_.push_back({line, now, ending});
        if (!writer_.joinable()) {
            writer_ = std::jthread([this](const std::stop_token& stop) { write_all(stop); });
        }
        woken_.notify_one();
    }
    return ending;
}

void RevokedList::write_all(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (woken_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        const Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        const bool written = write(next);
        lock.lock();
        ending_.erase(ending_.find(next.line.id));
        if (written) {
            list(next.line);
        }
        next.ending->store(written ? Ended::yes : Ended::failed);
        next.ending->notify_all();
    }
}

bool RevokedList::write(const Waiting& next) {
    const std::lock_guard lock(file_mutex_);
    std::error_code error;
    auto size = fs::file_size(file_, error);
    if (!error && size >= rewritten_at_) {
        size = drop_over(file_, next.now);
        // Not again for each log-out when most of them are not over yet.
        rewritten_at_ = std::clamp(2 * size, rewritten_from, revoked_bytes_max);
    }
    return (error || size <= revoked_bytes_max) && append_log_out(file_, next.line);
}

void RevokedList::list(const RevokedLine& line) {
    const auto [at, is_new] = listed_.try_emplace(line.id, line.ends);
    at->second = std::max(at->second, line.ends);
    // Those of a server that did not write when they end count for nobody: they never would be over.
    if (is_new && line.ends < matcher::never && given_of(line.id).size() < line.id.size()) {
        ++ended_of_[std::string(given_of(line.id))];
    }
}

// A session that is over needs no line: its token says so itself.
void RevokedList::forget_over(matcher::Timestamp now) {
    if (now.ms < forgotten_ms_ + forgotten_every_ms && now.ms >= forgotten_ms_) {
        return;
    }
    forgotten_ms_ = now.ms;
    auto before = std::exchange(listed_, {});
    ended_of_.clear();
    for (auto& [id, ends] : before) {
        const RevokedLine line{id, ends};
        if (!line.is_over(now)) {
            list(line);
        }
    }
}

void RevokedList::refresh(matcher::Timestamp now) {
    const auto due = [this, now] {
        // A clock that jumped back must not stop the checks.
        const std::int64_t next_ms = next_check_ms_.load(std::memory_order_relaxed);
        return now.ms >= next_ms || now.ms < next_ms - checked_every_ms;
    };
    if (file_.empty() || !due()) {
        return;
    }
    const std::unique_lock lock(file_mutex_, file_wait);
    if (lock && due()) {
        const std::string fault = reload(now);
        if (!fault.empty() && !std::exchange(said_, true) && told_) {
            told_(fault);
        }
    }
    next_check_ms_.store(now.ms + checked_every_ms, std::memory_order_relaxed);
}

// A list that cannot be read leaves the one before in force.
std::string RevokedList::reload(matcher::Timestamp now) {
    std::error_code error;
    const auto fault = [this](std::string_view why) {
        return fmt::format("the list of void tokens {0} is there and cannot be read ({1}); make it a file that the "
                           "server's own user may read and write, for example: chown hubward: {0} && chmod 600 {0}",
                           file_.string(), why);
    };
    const auto written = fs::last_write_time(file_, error);
    if (error == std::errc::no_such_file_or_directory) {
        said_ = false;
        loaded_ = {};
        const std::lock_guard lock(mutex_);
        listed_.clear();
        ended_of_.clear();
        return {};
    }
    const auto size = error ? 0 : fs::file_size(file_, error);
    if (error) {
        return fault(error.message());
    }
    if (written == loaded_ && size == loaded_bytes_) {
        return {};
    }
    errno = 0;
    std::ifstream in(file_);
    if (!in) {
        return fault(std::generic_category().message(errno));
    }
    std::vector<RevokedLine> lines;
    for (std::string text; std::getline(in, text);) {
        RevokedLine line = read_revoked_line(text);
        if (!line.id.empty() && !line.is_over(now)) {
            lines.push_back(std::move(line));
        }
    }
    if (in.bad()) {
        return fault(std::generic_category().message(errno));
    }
    said_ = false;
    loaded_ = written;
    loaded_bytes_ = size;
    const std::lock_guard lock(mutex_);
    listed_.clear();
    ended_of_.clear();
    for (const RevokedLine& line : lines) {
        list(line);
    }
    return {};
}

}  // namespace hubward::server::auth
