// SPDX-License-Identifier: Apache-2.0
#include "server/auth/revoked_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "server/auth/key_file.hpp"

namespace hubward::server::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view logged_out = "# logged out";
constexpr std::string_view expires = ", expires ";  // in milliseconds since 1970, as in the token
constexpr std::string_view blank = " \t\r";

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blank);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    int fd() const { return fd_; }
    bool close() {
        const int fd = std::exchange(fd_, -1);
        return fd < 0 || ::close(fd) == 0;
    }

  private:
    int fd_;
};

bool write_and_close(Descriptor file, std::string_view text) {
    const bool good = ::write(file.fd(), text.data(), text.size()) == static_cast<::ssize_t>(text.size()) &&
                      ::fsync(file.fd()) == 0;
    return file.close() && good;
}

// The file, for as long as nobody else who takes turns may write to it or replace it: another server with the same
// token key. Nothing when it cannot be opened, or when the other does not come to an end.
//
// The lock is that of the file itself, for its folder may be one that takes no file beside it. Whoever waited for it
// may have waited for a file that has lost its name meanwhile: then the one that has the name now is opened.
std::optional<Descriptor> take_turn_at(const fs::path& file, int flags) {
    constexpr std::chrono::milliseconds look_again{5};
    for (auto waited = look_again * 0; waited < turn_wait_max; waited += look_again) {
        Descriptor opened(::open(file.c_str(), flags | O_RDWR | O_CLOEXEC, 0600));
        struct stat held {};
        struct stat named {};
        if (opened.fd() < 0 || ::fstat(opened.fd(), &held) != 0) {
            return std::nullopt;
        }
        if (::flock(opened.fd(), LOCK_EX | LOCK_NB) != 0) {
            std::this_thread::sleep_for(look_again);
        } else if (::stat(file.c_str(), &named) == 0 && named.st_dev == held.st_dev && named.st_ino == held.st_ino) {
            return opened;
        }
    }
    return std::nullopt;
}

struct Kept {
    std::string text;
    bool dropped = false;
};

std::optional<Kept> read_kept(const fs::path& file, matcher::Timestamp now) {
    std::ifstream in(file);
    Kept kept;
    for (std::string line; std::getline(in, line);) {
        if (read_revoked_line(line).is_over(now)) {
            kept.dropped = true;
        } else {
            kept.text.append(line).append("\n");
        }
    }
    return in.eof() && !in.bad() ? std::optional(std::move(kept)) : std::nullopt;
}

bool same(const struct stat& before, const struct stat& after) {
    return before.st_ino == after.st_ino && before.st_size == after.st_size &&
           before.st_mtim.tv_sec == after.st_mtim.tv_sec && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec;
}

// Whole and synced before it has the name.
bool replace(const fs::path& file, const struct stat& before, std::string_view text) {
    const fs::path draft = fmt::format("{}.new", file.string());
    Descriptor fresh(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fresh.fd() < 0) {
        return false;
    }
    const bool with_rights = ::fchmod(fresh.fd(), before.st_mode & 07777) == 0;
    const bool written = write_and_close(std::move(fresh), text) && with_rights;
    struct stat after {};
    if (written && ::lstat(file.c_str(), &after) == 0 && same(before, after) &&
        ::rename(draft.c_str(), file.c_str()) == 0) {
        return sync_folder(folder_of(file));
    }
    ::unlink(draft.c_str());
    return false;
}

}  // namespace

RevokedLine read_revoked_line(std::string_view line) {
    RevokedLine read;
    const auto mark = std::min(line.find('#'), line.size());
    read.id = trimmed(line.substr(0, mark));
    std::string_view note = trimmed(line.substr(mark));
    if (!note.starts_with(logged_out) || !note.substr(logged_out.size()).starts_with(expires)) {
        return read;
    }
    note.remove_prefix(logged_out.size() + expires.size());
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(note.data(), note.data() + note.size(), ms);
    if (error == std::errc{} && end == note.data() + note.size() && ms > 0) {
        read.ends.ms = ms;
    }
    return read;
}

bool append_log_out(const fs::path& file, const RevokedLine& line) {
    auto turn = take_turn_at(file, O_CREAT | O_APPEND);
    if (!turn) {
        return false;
    }
    std::string text = fmt::format("{}  {}", line.id, logged_out);
    if (line.ends < matcher::never) {
        text += fmt::format("{}{}", expires, line.ends.ms);
    }
    text += '\n';
    char last = '\n';
    const ::off_t end = ::lseek(turn->fd(), 0, SEEK_END);
    if (end > 0 && ::pread(turn->fd(), &last, 1, end - 1) == 1 && last != '\n') {
        text.insert(text.begin(), '\n');
    }
    // The folder each time: the file may be new, or its name may not have come to the disk the last time.
    return write_and_close(*std::move(turn), text) && sync_folder(folder_of(file));
}

std::uintmax_t drop_over(const fs::path& file, matcher::Timestamp now) {
    std::error_code unknown;
    const auto size = fs::file_size(file, unknown);  // of what a link leads to, too
    const std::uintmax_t bytes = unknown ? 0 : size;
    const auto turn = take_turn_at(file, O_NOFOLLOW);
    struct stat before {};
    if (!turn || ::fstat(turn->fd(), &before) != 0 || !S_ISREG(before.st_mode)) {
        return bytes;
    }
    const auto kept = read_kept(file, now);
    return kept && kept->dropped && replace(file, before, kept->text) ? kept->text.size() : bytes;
}

}  // namespace hubward::server::auth
