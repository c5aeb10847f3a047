// SPDX-License-Identifier: Apache-2.0
#include "storage/master_key.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "storage/files.hpp"
#include "storage/hash.hpp"

namespace hubward::storage {

SecretKey::~SecretKey() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

SecretKey derive(const SecretKey& master, std::string_view use) {
    need_sodium();
    SecretKey key;
    crypto_generichash(key.data(), SecretKey::size(),
                       reinterpret_cast<const unsigned char*>(use.data()), use.size(),
                       master.data(), SecretKey::size());
    return key;
}

namespace {

std::expected<void, std::string> write_draft(const std::filesystem::path& draft) {
    SecretKey key;
    randombytes_buf(key.data(), SecretKey::size());
    const FileHandle file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) {
        return std::unexpected(system_reason("create", draft));
    }
    const std::string_view bytes(reinterpret_cast<const char*>(key.data()), SecretKey::size());
    auto written = write_all(file.fd(), bytes, draft);
    if (written && ::fsync(file.fd()) != 0) {
        written = std::unexpected(system_reason("sync", draft));
    }
    return written;
}

}  // namespace

// The whole key, synced, before the name appears: half a key, or none, must not look like one to whoever comes next.
std::expected<void, std::string> make_master_key(const std::filesystem::path& path) {
    need_sodium();
    std::filesystem::path draft = path;
    draft += "." + std::to_string(::getpid()) + ".new";  // of this process: another may make one at the same time
    auto made = write_draft(draft);
    // link and not rename: whoever comes second must not replace the first one's key.
    if (made && ::link(draft.c_str(), path.c_str()) != 0) {
        made = std::unexpected(system_reason("create", path));
    }
    ::unlink(draft.c_str());
    return made ? keep_name(path) : made;
}

std::expected<SecretKey, std::string> read_master_key(const std::filesystem::path& path) {
    need_sodium();
    auto content = read_file(path);
    if (!content) {
        return std::unexpected(content.error());
    }
    SecretKey key;
    const bool fits = content->size() == SecretKey::size();
    if (fits) {
        std::memcpy(key.data(), content->data(), SecretKey::size());
    }
    sodium_memzero(content->data(), content->size());
    if (!fits) {
        return std::unexpected(path.string() + " does not hold exactly 32 bytes");
    }
    return key;
}

}  // namespace hubward::storage
