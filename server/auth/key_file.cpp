// SPDX-License-Identifier: Apache-2.0
#include "server/auth/key_file.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace hubward::server::auth {
namespace {

namespace fs = std::filesystem;

// The whole key, synced, before the name appears: a crash leaves no half key that would open.
bool write_draft(const fs::path& draft) {
    std::array<unsigned char, key_file_bytes> key;
    randombytes_buf(key.data(), key.size());
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0;
    if (good) {
        good = ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
               ::fsync(fd) == 0;
        good = ::close(fd) == 0 && good;
    }
    sodium_memzero(key.data(), key.size());
    return good;
}

}  // namespace

bool sync_folder(const fs::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    const bool good = ::fsync(fd) == 0;
    return ::close(fd) == 0 && good;
}

std::expected<bool, std::string> make_key_file(const fs::path& file) {
    std::error_code error;
    if (fs::exists(file, error)) {
        return false;
    }
    if (sodium_init() < 0) {
        return std::unexpected("libsodium could not start");
    }
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    fs::create_directories(folder, error);
    const fs::path draft = fmt::format("{}.{}.new", file.string(), ::getpid());
    // link and not rename: whoever comes second must not replace the first one's key.
    const bool made = write_draft(draft) && ::link(draft.c_str(), file.c_str()) == 0;
    const int why = errno;
    ::unlink(draft.c_str());
    if (made) {
        sync_folder(folder);
        return true;
    }
    if (why == EEXIST) {
        return false;
    }
    return std::unexpected(fmt::format("cannot make the key file {}: {}", file.string(),
                                       std::generic_category().message(why)));
}

std::string key_file_fault(const fs::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) {
        return fmt::format("there is no key file {}; run: hubward keys init", file.string());
    }
    if ((info.st_mode & 077) != 0) {
        return fmt::format("the key file {0} may be used by others; run: chmod 600 {0}", file.string());
    }
    if (!S_ISREG(info.st_mode) || info.st_size != static_cast<off_t>(key_file_bytes)) {
        return fmt::format("the key file {} is not a file of exactly {} bytes; put back the copy that "
                           "was kept", file.string(), key_file_bytes);
    }
    return {};
}

}  // namespace hubward::server::auth
