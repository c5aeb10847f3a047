// SPDX-License-Identifier: Apache-2.0
#include "server/auth/revoked_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <system_error>

#include <fcntl.h>
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

bool write_and_close(int fd, std::string_view text) {
    const bool good =
        ::write(fd, text.data(), text.size()) == static_cast<::ssize_t>(text.size()) && ::fsync(fd) == 0;
    return ::close(fd) == 0 && good;
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
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    const bool with_rights = ::fchmod(fd, before.st_mode & 07777) == 0;
    const bool written = write_and_close(fd, text) && with_rights;
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
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    std::string text = fmt::format("{}  {}", line.id, logged_out);
    if (line.ends < matcher::never) {
        text += fmt::format("{}{}", expires, line.ends.ms);
    }
    text += '\n';
    char last = '\n';
    const ::off_t end = ::lseek(fd, 0, SEEK_END);
    if (end > 0 && ::pread(fd, &last, 1, end - 1) == 1 && last != '\n') {
        text.insert(text.begin(), '\n');
    }
    // The folder each time: the file may be new, or its name may not have come to the disk the last time.
    return write_and_close(fd, text) && sync_folder(folder_of(file));
}

std::uintmax_t drop_over(const fs::path& file, matcher::Timestamp now) {
    struct stat before {};
    if (::lstat(file.c_str(), &before) != 0 || !S_ISREG(before.st_mode)) {
        return 0;
    }
    const auto bytes = static_cast<std::uintmax_t>(before.st_size);
    const auto kept = read_kept(file, now);
    return kept && kept->dropped && replace(file, before, kept->text) ? kept->text.size() : bytes;
}

}  // namespace hubward::server::auth
