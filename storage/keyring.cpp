// SPDX-License-Identifier: Apache-2.0
#include "storage/keyring.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "matcher/kill_point.hpp"
#include "storage/disk.hpp"
#include "storage/hash.hpp"
#include "storage/without_trace.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view shard_prefix = "keys-";
constexpr std::string_view check_magic = "hubward master key check 1\n";
constexpr std::chrono::milliseconds retry_pause{200};  // after a disk that was full

std::unexpected<StoreFailure> failure(StoreError why, std::string text) {
    return std::unexpected(StoreFailure{why, std::move(text)});
}

// Says nothing about the key, and differs for every other one.
std::string check_content(const SecretKey& master) {
    const SecretKey mark = derive(master, "hubward check");
    std::string out(check_magic);
    out.append(reinterpret_cast<const char*>(mark.data()), SecretKey::size());
    out.append(view(blake2b({out})));
    return out;
}

bool is_whole(std::string_view check) {
    const std::size_t body = check_magic.size() + SecretKey::size();
    return check.size() == body + sizeof(Digest) && check.starts_with(check_magic) &&
           view(blake2b({check.substr(0, body)})) == check.substr(body);
}

}  // namespace

std::expected<std::unique_ptr<Keyring>, StoreFailure> Keyring::open(const fs::path& folder,
                                                                    const SecretKey& master,
                                                                    bool create, bool read_only,
                                                                    Disk& disk, bool by_hand) {
    std::unique_ptr<Keyring> keyring(new Keyring(folder, master, read_only, disk));
    if (auto right = keyring->check_master_key(master, create); !right) {
        return std::unexpected(right.error());
    }
    if (auto found = keyring->find_last_shard(); !found) {
        return std::unexpected(found.error());
    }
    if (!read_only) {
        // The first shard is made here, so that the first request does not meet an empty keyring.
        keyring->keep(keyring->make_one());
        if (!by_hand) {
            keyring->maker_ = std::thread([raw = keyring.get()] { raw->keep_ahead(); });
        }
    }
    return keyring;
}

Keyring::Keyring(fs::path folder, const SecretKey& master, bool read_only, Disk& disk)
    : folder_(std::move(folder)),
      wrapping_(derive(master, "hubward wrap")),
      read_only_(read_only),
      disk_(disk) {}

Keyring::~Keyring() {
    if (maker_.joinable()) {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wanted_.notify_all();
        maker_.join();
    }
    // Youngest first, so that the numbers below stay without holes whenever we are cut off.
    while (!ready_.empty() && ready_.back().next == 0) {
        (void)disk_.remove(path_of(ready_.back().first / shard_keys));
        matcher::kill_point("keyring.unused-removed");
        ready_.pop_back();
    }
}

std::expected<void, StoreFailure> Keyring::check_master_key(const SecretKey& master, bool create) {
    const fs::path check = folder_ / "check";
    if (!disk_.exists(check)) {
        if (!create || read_only_) {
            return failure(StoreError::corrupt, check.string() + " is missing");
        }
        auto written = disk_.make_folders(folder_);
        if (written) {
            written = write_file_atomically(check, check_content(master), 0640, disk_);
        }
        if (written) {
            written = disk_.sync_folder(folder_.parent_path());
        }
        if (!written) {
            return failure(StoreError::io, written.error());
        }
        return {};
    }
    const auto content = disk_.read(check);
    if (!content) {
        return failure(StoreError::io, content.error());
    }
    if (!is_whole(*content)) {
        return failure(StoreError::corrupt, check.string() + " is damaged");
    }
    if (*content != check_content(master)) {
        return failure(StoreError::wrong_master_key, "the master key is not the one that " +
                                                         folder_.string() +
                                                         " was made with; name the right file");
    }
    return {};
}

std::expected<void, StoreFailure> Keyring::find_last_shard() {
    const auto names = disk_.files_in(folder_);
    if (!names) {
        return failure(StoreError::io, names.error());
    }
    for (const std::string& name : *names) {
        if (!name.starts_with(shard_prefix)) {
            continue;
        }
        // An erasure that was interrupted. Its key is in no shard any more, so nobody would come back for it. Or a
        // shard that was not finished: none of its keys was ever used.
        if ((name.ends_with(replaced) || name.ends_with(unfinished)) && !read_only_) {
            const fs::path shard = (folder_ / name).replace_extension();
            if (auto cleared = clear_replaced(shard, disk_); !cleared) {
                return failure(StoreError::io, cleared.error());
            }
        }
        std::uint64_t shard = 0;
        const char* last = name.data() + name.size();
        const auto parsed = std::from_chars(name.data() + shard_prefix.size(), last, shard, 16);
        if (parsed.ec == std::errc() && parsed.ptr == last) {
            next_shard_ = std::max(next_shard_, shard + 1);
        }
    }
    return {};
}

fs::path Keyring::path_of(std::uint64_t shard) const {
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) {
        digits.push_back("0123456789abcdef"[shard >> shift & 15]);
    }
    return folder_ / (std::string(shard_prefix) + digits);
}

std::expected<Keyring::Ready, std::string> Keyring::make_one() {
    const std::uint64_t first = next_shard_ * shard_keys;
    NewShard made = make_shard(first, wrapping_);
    if (auto written = write_file_atomically(path_of(next_shard_), made.bytes, 0600, disk_);
        !written) {
        return std::unexpected(written.error());
    }
    ++next_shard_;
    return Ready{first, std::move(made.keys), 0};
}

bool Keyring::keep(std::expected<Ready, std::string> made) {
    if (!made) {
        trouble_ = std::move(made.error());
        return false;
    }
    trouble_.clear();
    ready_.push_back(*std::move(made));
    return true;
}

Keyring::Stock Keyring::stock() const {
    const std::lock_guard lock(mutex_);
    std::size_t left = 0;
    for (const Ready& ready : ready_) {
        left += ready.keys.size() - ready.next;
    }
    return {left, trouble_};
}

bool Keyring::gives_keys() const {
    const std::lock_guard lock(mutex_);
    return !ready_.empty() || trouble_.empty();  // a maker that is only slow makes the next one now
}

void Keyring::keep_ahead() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (ready_.size() >= shards_ahead) {
            wanted_.wait(lock, [this] { return stopping_ || ready_.size() < shards_ahead; });
            continue;
        }
        lock.unlock();
        auto made = make_one();
        lock.lock();
        if (!keep(std::move(made))) {
            wanted_.wait_for(lock, retry_pause, [this] { return stopping_; });
        }
    }
}

void Keyring::tend() {
    const std::lock_guard lock(mutex_);
    if (ready_.empty()) {
        keep(make_one());
    }
}

std::expected<Keyring::Taken, KeyError> Keyring::take() {
    std::unique_lock lock(mutex_);
    if (ready_.empty()) {
        return std::unexpected(KeyError::none_ready);
    }
    Ready& ready = ready_.front();
    SecretKey& key = ready.keys[ready.next];
    Taken taken{ready.first + ready.next, key};
    sodium_memzero(key.data(), SecretKey::size());
    matcher::kill_point("keyring.key-taken");
    if (++ready.next == ready.keys.size()) {
        ready_.pop_front();
        lock.unlock();
        wanted_.notify_one();
    }
    return taken;
}

std::expected<std::string, KeyError> Keyring::wrapped_of(std::uint64_t slot) const {
    const fs::path path = file_of(slot);
    auto wrapped = disk_.read_part(path, offset_in_shard(slot), wrapped_bytes);
    if (!wrapped) {
        return std::unexpected(disk_.exists(path) ? KeyError::io : KeyError::missing);
    }
    // Behind the end of a shard that was cut short stands nothing, which is no key that was erased: a backup has it.
    if (wrapped->size() != wrapped_bytes) {
        return std::unexpected(KeyError::damaged);
    }
    return *std::move(wrapped);
}

// A sector that was lost reads as zeros, too, and then a backup has the key. An erasure left a sum that fits them.
KeyError Keyring::why_zeros(std::uint64_t slot) const {
    const auto shard = disk_.read(file_of(slot));
    if (!shard) {
        return KeyError::io;
    }
    return shard_is_whole(*shard, slot / shard_keys * shard_keys) ? KeyError::erased : KeyError::damaged;
}

std::expected<SecretKey, KeyError> Keyring::unwrapped(std::uint64_t slot, std::string_view wrapped) const {
    const auto key = unwrap(wrapped, slot, wrapping_);
    if (!key) {
        return std::unexpected(key.error() == UnwrapError::erased ? why_zeros(slot) : KeyError::damaged);
    }
    return *key;
}

std::expected<SecretKey, KeyError> Keyring::find(std::uint64_t slot) const {
    const std::shared_lock lock(files_);
    const auto wrapped = wrapped_of(slot);
    return wrapped ? unwrapped(slot, *wrapped) : std::unexpected(wrapped.error());
}

std::expected<Digest, KeyError> Keyring::mark_of(std::uint64_t slot) const {
    const std::shared_lock lock(files_);
    const auto wrapped = wrapped_of(slot);
    if (!wrapped) {
        return std::unexpected(wrapped.error());
    }
    // The mark of a key with one wrong bit would not be that of the whole one in a backup.
    if (const auto key = unwrapped(slot, *wrapped); !key) {
        return std::unexpected(key.error());
    }
    return blake2b({*wrapped});
}

std::expected<bool, KeyError> Keyring::holds(std::uint64_t slot, const Digest& mark) const {
    const std::shared_lock lock(files_);
    const auto wrapped = wrapped_of(slot);
    if (!wrapped) {
        return std::unexpected(wrapped.error());
    }
    return blake2b({*wrapped}) == mark;
}

std::expected<void, KeyError> Keyring::erase(std::uint64_t slot) {
    if (read_only_) {
        return std::unexpected(KeyError::io);
    }
    const std::unique_lock lock(files_);
    const fs::path path = file_of(slot);
    auto content = disk_.read(path);
    if (!content || !shard_is_whole(*content, slot / shard_keys * shard_keys)) {
        return blank(slot);
    }
    forget(*content, slot);
    if (!replace_without_trace(path, *content, 0600, disk_)) {
        return std::unexpected(KeyError::io);
    }
    return {};
}

// A new checksum would bless what is wrong with the shard, so it keeps the one that does not fit.
std::expected<void, KeyError> Keyring::blank(std::uint64_t slot) {
    const fs::path path = file_of(slot);
    const auto file = disk_.overwrite(path, offset_in_shard(slot));
    if (!file) {
        return std::unexpected(disk_.exists(path) ? KeyError::io : KeyError::missing);
    }
    // As much of it as there is: a file that was cut short grows by nothing. What cannot be read may be there.
    const auto wrapped = disk_.read_part(path, offset_in_shard(slot), wrapped_bytes);
    const std::string zeros(wrapped ? wrapped->size() : wrapped_bytes, '\0');
    if (!(*file)->write(zeros) || !(*file)->sync()) {
        return std::unexpected(KeyError::io);
    }
    // An earlier try, from before the damage, may have left the key beside.
    if (!clear_replaced(path, disk_)) {
        return std::unexpected(KeyError::io);
    }
    return {};
}

std::expected<void, std::string> Keyring::verify() const {
    const std::shared_lock lock(files_);
    const auto names = disk_.files_in(folder_);
    if (!names) {
        return std::unexpected(names.error());
    }
    for (const std::string& name : *names) {
        if (!name.starts_with(shard_prefix) || name.ends_with(unfinished) || name.ends_with(replaced)) {
            continue;
        }
        std::uint64_t shard = 0;
        std::from_chars(name.data() + shard_prefix.size(), name.data() + name.size(), shard, 16);
        const auto content = disk_.read(folder_ / name);
        if (!content) {
            return std::unexpected(content.error());
        }
        const std::uint64_t first = shard * shard_keys;
        bool good = shard_is_whole(*content, first);
        for (std::uint64_t slot = first; good && slot < first + shard_keys; ++slot) {
            const auto wrapped =
                std::string_view(*content).substr(offset_in_shard(slot), wrapped_bytes);
            const auto key = unwrap(wrapped, slot, wrapping_);
            good = key || key.error() == UnwrapError::erased;
        }
        if (!good) {
            return std::unexpected((folder_ / name).string() + " is damaged");
        }
    }
    return {};
}

}  // namespace hubward::storage
