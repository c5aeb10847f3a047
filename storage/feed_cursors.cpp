// SPDX-License-Identifier: Apache-2.0
#include "storage/feed_cursors.hpp"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "storage/checked_lines.hpp"
#include "storage/files.hpp"

namespace hubward::storage {

namespace {

// Below this size a file is not worth writing anew, however little of it still counts.
constexpr std::size_t file_bytes_kept = 64 * 1024;

// "WHO STREAM" of "WHO NAME STREAM"; a reader of another form is its own.
std::string owner_of(std::string_view reader) {
    const std::size_t first = reader.find(' ');
    const std::size_t last = reader.rfind(' ');
    std::string owner(reader.substr(0, first));
    return first == last ? std::string(reader) : owner.append(reader.substr(last));
}

}  // namespace

std::expected<std::unique_ptr<FeedCursors>, std::string> FeedCursors::open(
    std::filesystem::path file) {
    std::unique_ptr<FeedCursors> cursors(new FeedCursors(std::move(file)));
    std::error_code failed;
    // Where the disk does not say, reading says why: readers would begin anew, and the file would be written over.
    if (std::filesystem::exists(cursors->file_, failed) || failed) {
        const auto content = read_file(cursors->file_);
        if (!content) {
            return std::unexpected(content.error());
        }
        cursors->read(*content);
    }
    return cursors;
}

std::unique_ptr<FeedCursors> FeedCursors::in_memory() {
    return std::unique_ptr<FeedCursors>(new FeedCursors({}));
}

// Each line: seq SP epoch SP reader. The last line of a reader counts.
void FeedCursors::read(std::string_view content) {
    file_bytes_ = content.size();
    torn_ = !content.empty() && content.back() != '\n';  // by a crash, or a disk that was full
    read_checked_lines(content, [this](std::string_view body) {
        const std::size_t first = body.find(' ');
        const std::size_t second = body.find(' ', first + 1);
        if (first == body.npos || second == body.npos) {
            return;
        }
        std::uint64_t seq = 0;
        const std::string_view number = body.substr(0, first);
        std::from_chars(number.data(), number.data() + number.size(), seq);
        put(body.substr(second + 1), body.substr(first + 1, second - first - 1), seq);
    });
    for (Reader& reader : order_) {
        reader.changed = false;
    }
}

void FeedCursors::put(std::string_view reader, std::string_view epoch, std::uint64_t seq) {
    const std::lock_guard lock(mutex_);
    const auto known = by_name_.find(reader);
    if (known != by_name_.end()) {
        Reader& it = *known->second;
        order_.splice(order_.begin(), order_, known->second);
        it.heard = ++puts_;
        if (it.at.epoch != epoch || it.at.seq < seq) {
            it.at.epoch = epoch;
            it.at.seq = seq;
            it.changed = true;
        }
        return;
    }
    Reader fresh;
    fresh.name = reader;
    fresh.at.epoch = epoch;
    fresh.at.seq = seq;
    fresh.heard = ++puts_;
    fresh.changed = true;
    order_.push_front(std::move(fresh));
    by_name_.emplace(order_.front().name, order_.begin());
    Own& own = by_owner_[owner_of(reader)];
    own.push_back(order_.begin());
    if (own.size() > names_max) {
        forget(*std::ranges::min_element(own, {}, [](const Order::iterator& it) { return it->heard; }));
    }
    if (order_.size() > readers_max) {
        forget(std::prev(order_.end()));
    }
}

void FeedCursors::forget(Order::iterator reader) {
    const auto own = by_owner_.find(owner_of(reader->name));
    std::erase(own->second, reader);
    if (own->second.empty()) {
        by_owner_.erase(own);
    }
    by_name_.erase(reader->name);
    order_.erase(reader);
}

std::optional<FeedPosition> FeedCursors::find(std::string_view reader) const {
    const std::lock_guard lock(mutex_);
    const auto known = by_name_.find(reader);
    return known == by_name_.end() ? std::nullopt : std::optional(known->second->at);
}

std::size_t FeedCursors::readers() const {
    const std::lock_guard lock(mutex_);
    return order_.size();
}

std::string FeedCursors::line_of(const Reader& reader) {
    std::string body = std::to_string(reader.at.seq);
    body.append(" ").append(reader.at.epoch).append(" ").append(reader.name);
    return checked_line(body);
}

// Oldest first, so that the order of reading is the order of use.
std::string FeedCursors::changed_lines(std::vector<std::string>& names) {
    std::string lines;
    const std::lock_guard lock(mutex_);
    for (auto reader = order_.rbegin(); reader != order_.rend(); ++reader) {
        if (std::exchange(reader->changed, false)) {
            lines += line_of(*reader);
            names.push_back(reader->name);
        }
    }
    return lines;
}

std::string FeedCursors::all_lines() const {
    std::string lines;
    const std::lock_guard lock(mutex_);
    for (auto reader = order_.rbegin(); reader != order_.rend(); ++reader) {
        lines += line_of(*reader);
    }
    return lines;
}

std::expected<void, std::string> FeedCursors::flush() {
    if (file_.empty()) {
        return {};
    }
    std::vector<std::string> names;
    const std::string lines = changed_lines(names);
    if (lines.empty()) {
        return {};
    }
    auto written = write(lines);
    if (!written) {
        // Their positions stand nowhere yet; one that was forgotten meanwhile needs none.
        const std::lock_guard lock(mutex_);
        for (const std::string& name : names) {
            if (const auto known = by_name_.find(name); known != by_name_.end()) {
                known->second->changed = true;
            }
        }
    }
    return written;
}

std::expected<void, std::string> FeedCursors::write(const std::string& lines) {
    if (file_bytes_ + lines.size() > file_bytes_kept) {
        const std::string all = all_lines();
        if (file_bytes_ + lines.size() > 2 * all.size()) {
            auto written = write_file_atomically(file_, all);
            if (written) {
                file_bytes_ = all.size();
                torn_ = false;
            }
            return written;
        }
    }
    const FileHandle out(::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (!out) {
        return std::unexpected(system_reason("cannot open", file_));
    }
    auto written = write_all(out.fd(), (torn_ ? "\n" : "") + lines, file_);
    torn_ = !written;
    file_bytes_ += lines.size();  // of a write that failed, at most as many
    return written;
}

}  // namespace hubward::storage
