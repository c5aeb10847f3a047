// SPDX-License-Identifier: Apache-2.0
#include "storage/outbound_book.hpp"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <utility>

#include "storage/checked_lines.hpp"
#include "storage/files.hpp"

namespace hubward::storage {
namespace {

namespace fs = std::filesystem;

// Fields in one order, with tabs between. Writer and Reader are used by the same walk() below, so what
// is written is what is read.
class Writer {
  public:
    void operator()(const std::string& text) { add(text); }
    void operator()(bool value) { add(value ? "1" : "0"); }
    void operator()(std::integral auto value) { add(std::to_string(value)); }
    std::string take() { return std::move(line_); }

  private:
    void add(std::string_view text) {
        if (!first_) {
            line_ += '\t';
        }
        first_ = false;
        line_ += text;
    }
    std::string line_;
    bool first_ = true;
};

class Reader {
  public:
    explicit Reader(std::string_view line) : rest_(line) {}
    void operator()(std::string& text) { text = next(); }
    void operator()(bool& value) { value = next() == "1"; }
    void operator()(std::integral auto& value) {
        const std::string_view text = next();
        good_ = good_ &&
                std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
    }
    // A line of a later version has more fields; they are left alone.
    bool good() const { return good_; }

  private:
    std::string_view next() {
        good_ = good_ && !ended_;
        const std::size_t end = rest_.find('\t');
        const std::string_view field = rest_.substr(0, end);
        ended_ = end == rest_.npos;
        rest_.remove_prefix(ended_ ? rest_.size() : end + 1);
        return field;
    }
    std::string_view rest_;
    bool good_ = true;
    bool ended_ = false;
};

template <class Target, class Field>
void walk_target(Target& t, Field& field) {
    field(t.id), field(t.kind), field(t.role), field(t.subject), field(t.stream), field(t.url);
    field(t.types), field(t.options), field(t.on), field(t.greeted);
    field(t.off_reason), field(t.until_ms), field(t.beat_s);
    field(t.secret_generation), field(t.rotated_ms), field(t.made_ms), field(t.epoch), field(t.from);
    field(t.made_by.high), field(t.made_by.low), field(t.made_by.fingerprint);
    field(t.rotated_by.high), field(t.rotated_by.low), field(t.rotated_by.fingerprint);
}

template <class Attempt, class Field>
void walk_attempt(Attempt& a, Field& field) {
    field(a.epoch), field(a.done), field(a.count), field(a.seq), field(a.number), field(a.at_ms);
    field(a.attempt), field(a.status), field(a.took_ms), field(a.result);
}

std::string line_of(const OutboundAttempt& attempt) {
    Writer writer;
    walk_attempt(attempt, writer);
    return checked_line(writer.take());
}

}  // namespace

std::expected<OutboundBook, StoreFailure> OutboundBook::open(fs::path folder, Disk& disk) {
    if (auto made = make_folders_durably(folder, disk); !made) {
        return std::unexpected(StoreFailure{StoreError::io, made.error()});
    }
    OutboundBook book(std::move(folder), disk);
    const fs::path file = book.folder_ / "targets";
    std::error_code failed;
    if (fs::exists(file, failed) || failed) {
        const auto content = read_file(file);
        if (!content) {
            return std::unexpected(StoreFailure{StoreError::io, content.error()});
        }
        read_checked_lines(*content, [&book](std::string_view body) {
            OutboundTarget target;
            Reader reader(body);
            walk_target(target, reader);
            if (reader.good()) {
                book.targets_.push_back(std::move(target));
            }
        });
        const auto lines = std::ranges::count(*content, '\n');
        if (static_cast<std::size_t>(lines) != book.targets_.size()) {
            return std::unexpected(StoreFailure{
                StoreError::corrupt,
                file.string() + " is damaged: " + std::to_string(book.targets_.size()) + " of " +
                    std::to_string(lines) +
                    " targets can be read. Copy the file back, or move it away and let its owners add their "
                    "targets anew."});
        }
    }
    return book;
}

std::expected<void, std::string> OutboundBook::save(std::vector<OutboundTarget> targets) {
    std::string content;
    for (const OutboundTarget& target : targets) {
        Writer writer;
        walk_target(target, writer);
        content += checked_line(writer.take());
    }
    auto written = write_file_atomically(folder_ / "targets", content, 0640, *disk_);
    if (written) {
        targets_ = std::move(targets);
    }
    return written;
}

fs::path OutboundBook::log_of(std::string_view id) const {
    return folder_ / std::string(id).append(".log");
}

std::expected<std::vector<OutboundAttempt>, std::string> OutboundBook::attempts(
    std::string_view id) {
    std::vector<OutboundAttempt> found;
    std::error_code failed;
    if (!fs::exists(log_of(id), failed) && !failed) {
        return found;
    }
    const auto content = read_file(log_of(id));
    if (!content) {
        return std::unexpected(content.error());
    }
    read_checked_lines(*content, [&found](std::string_view body) {
        OutboundAttempt attempt;
        Reader reader(body);
        walk_attempt(attempt, reader);
        if (reader.good()) {
            found.push_back(std::move(attempt));
        }
    });
    logs_[std::string(id)].lines = found.size();
    if (!content->empty() && !content->ends_with('\n')) {
        // A power cut tore the last line; the next one must not grow onto it.
        if (auto mended = write_anew(id); !mended) {
            return std::unexpected(mended.error());
        }
    }
    return found;
}

std::expected<void, std::string> OutboundBook::write_anew(std::string_view id, const std::string& more) {
    std::vector<std::string> lines;
    std::error_code failed;
    if (fs::exists(log_of(id), failed) || failed) {
        const auto content = read_file(log_of(id));
        if (!content) {
            return std::unexpected(content.error());
        }
        read_checked_lines(*content, [&lines](std::string_view body) { lines.push_back(checked_line(body)); });
    }
    if (!more.empty()) {
        lines.push_back(more);
    }
    std::string kept;
    const std::size_t from = lines.size() > attempts_kept ? lines.size() - attempts_kept : 0;
    for (std::size_t i = from; i < lines.size(); ++i) {
        kept += lines[i];
    }
    auto written = write_file_atomically(log_of(id), kept, 0640, *disk_);
    if (written) {
        logs_[std::string(id)] = {lines.size() - from, false};
    }
    return written;
}

std::expected<void, std::string> OutboundBook::append(std::string_view id,
                                                      const OutboundAttempt& attempt) {
    Log& log = logs_[std::string(id)];
    if (log.lines >= 4 * attempts_kept) {
        if (auto shorter = write_anew(id); !shorter) {
            return shorter;
        }
    }
    const fs::path file = log_of(id);
    const FileHandle out(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (!out) {
        return std::unexpected(system_reason("cannot open", file));
    }
    auto written = write_all(out.fd(), (log.torn ? "\n" : "") + line_of(attempt), file);
    log.torn = !written;
    log.lines += written ? 1U : 0U;
    return written;
}

std::expected<void, std::string> OutboundBook::append_durably(std::string_view id,
                                                              const OutboundAttempt& attempt) {
    return write_anew(id, line_of(attempt));
}

void OutboundBook::forget(std::string_view id) {
    std::error_code ignored;
    fs::remove(log_of(id), ignored);
    logs_.erase(std::string(id));
}

}  // namespace hubward::storage
