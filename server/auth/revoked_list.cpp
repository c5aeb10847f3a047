// SPDX-License-Identifier: Apache-2.0
#include "server/auth/revoked_list.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "server/auth/key_file.hpp"

namespace hubward::server::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t checked_every_ms = 2'000;
// For another who reads it: a few milliseconds. Not for one who writes.
constexpr std::chrono::milliseconds file_wait{20};

// On disk when it returns true. A line of its own even where somebody's editor left the last one open.
bool append_line(const fs::path& file, std::string_view line) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    std::string text(line);
    char last = '\n';
    const ::off_t end = ::lseek(fd, 0, SEEK_END);
    if (end > 0 && ::pread(fd, &last, 1, end - 1) == 1 && last != '\n') {
        text.insert(text.begin(), '\n');
    }
    const bool good = ::write(fd, text.data(), text.size()) == static_cast<::ssize_t>(text.size()) &&
                ::fsync(fd) == 0;
    // The folder each time: the file may be new, or its name may not have come to the disk the last time.
    return ::close(fd) == 0 && good && sync_folder(file.has_parent_path() ? file.parent_path() : fs::path("."));
}

}  // namespace

fs::path revoked_beside(const fs::path& token_key_file) {
    fs::path path = token_key_file;
    path += ".revoked";
    return path;
}

RevokedList::RevokedList(fs::path file) : file_(std::move(file)) {
    if (!file_.empty()) {
        const std::lock_guard lock(file_mutex_);
        fault_at_start_ = reload();  // before the first two who ask at once
    }
}

RevokedList::~RevokedList() = default;  // the writer is told to stop, and joined, before all else goes

bool RevokedList::contains(const std::string& id, matcher::Timestamp now) {
    refresh(now);
    const std::lock_guard lock(mutex_);
    return listed_.contains(id) || ending_.contains(id);
}

Ending RevokedList::add(const std::string& id) {
    auto ending = std::make_shared<std::atomic<Ended>>(Ended::not_yet);
    const std::lock_guard lock(mutex_);
    if (file_.empty()) {
        listed_.insert(id);
        ending->store(Ended::yes);
    } else if (waiting_.size() == log_outs_max) {
        ending->store(Ended::failed);
    } else {
        ending_.insert(id);
        waiting_.push_back({id, ending});
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
        const bool written = write(next.id);
        lock.lock();
        ending_.erase(ending_.find(next.id));
        if (written) {
            listed_.insert(next.id);
        }
        next.ending->store(written ? Ended::yes : Ended::failed);
        next.ending->notify_all();
    }
}

bool RevokedList::write(const std::string& id) {
    const std::lock_guard lock(file_mutex_);
    std::error_code error;
    const auto size = fs::file_size(file_, error);
    return (error || size <= revoked_bytes_max) && append_line(file_, id + "  # logged out\n");
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
        const std::string fault = reload();
        if (!fault.empty() && !std::exchange(said_, true) && told_) {
            told_(fault);
        }
    }
    next_check_ms_.store(now.ms + checked_every_ms, std::memory_order_relaxed);
}

// A list that cannot be read leaves the one before in force.
std::string RevokedList::reload() {
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
    std::unordered_set<std::string> list;
    for (std::string line; std::getline(in, line);) {
        line.erase(std::min(line.find('#'), line.size()));
        const auto first = line.find_first_not_of(" \t\r");
        if (first != line.npos) {
            list.insert(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
        }
    }
    if (in.bad()) {
        return fault(std::generic_category().message(errno));
    }
    said_ = false;
    loaded_ = written;
    loaded_bytes_ = size;
    const std::lock_guard lock(mutex_);
    listed_ = std::move(list);
    return {};
}

}  // namespace hubward::server::auth
