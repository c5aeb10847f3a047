// SPDX-License-Identifier: Apache-2.0
//
// The keys of sealed details, one per referral, wrapped under the master key, in files of 1,024
// beside the database:
//
//   <folder>/keyring/check           tells a wrong master key from a right one
//   <folder>/keyring/keys-<number>   one shard (key_shard.hpp)
//
// Shards are made and synced ahead of use by a thread of the keyring's own, so taking a key waits
// for no disk, and no key is ever used before it is safe.
//
// A slot number is never given out twice. After a crash nobody knows which slots of the last shards
// were taken, so all of them count as taken and a fresh shard begins after the last file there is.
// Starting behind the highest slot that the journal names would save 74 KB a shard and be wrong: a
// batch that was lost (and accepted as lost) may still lie in a backup with its slot, and two
// referrals on one slot could not be erased apart. Only shards that are untouched when the keyring
// closes in order are removed: nothing was ever sealed with them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <filesystem>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/files.hpp"
#include "storage/hash.hpp"
#include "storage/key_shard.hpp"
#include "storage/master_key.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

enum class KeyError : std::uint8_t { none_ready, erased, damaged, missing, io };

class Keyring {
  public:
    // Shards kept ready: bridges a slow sync of 60 ms at the highest rate.
    static constexpr std::size_t shards_ahead = 4;

    static std::expected<std::unique_ptr<Keyring>, StoreFailure> open(
        const std::filesystem::path& folder, const SecretKey& master, bool create, bool read_only,
        Disk& disk = kernel_disk(), bool by_hand = false);
    ~Keyring();
    Keyring(const Keyring&) = delete;
    Keyring& operator=(const Keyring&) = delete;

    struct Taken {
        std::uint64_t slot = 0;
        SecretKey key;
    };
    // A fresh key, safe on disk. Never blocks on the disk; any thread.
    std::expected<Taken, KeyError> take();
    // Called erased only in a shard that is whole; zeros in one that is not may be its damage, and are damaged.
    std::expected<SecretKey, KeyError> find(std::uint64_t slot) const;
    // Durable when it returns. In a shard that is damaged the key is overwritten where it lies and nothing
    // else is touched: an erasure waits for nobody who mends, and the damage stays to be found.
    std::expected<void, KeyError> erase(std::uint64_t slot);
    // Tells this key from every other that may ever lie in the same slot, and says nothing about it.
    // A key that is there in part, or with a wrong bit, is damaged. Erased as find().
    std::expected<Digest, KeyError> mark_of(std::uint64_t slot) const;
    // Whether the key with this mark lies there. Reads the key alone, for a start asks it of every key ever destroyed.
    std::expected<bool, KeyError> holds(std::uint64_t slot, const Digest& mark) const;

    // Where the key of this slot lies.
    std::filesystem::path file_of(std::uint64_t slot) const { return path_of(slot / shard_keys); }

    // How it stands with keys for new details. Any thread; never waits for the disk.
    struct Stock {
        std::size_t left = 0;
        std::string trouble;  // why the newest try to make more failed; empty when it did not
    };
    Stock stock() const;
    // False when none is left and no more can be made: then nothing new can be sealed. As stock().
    bool gives_keys() const;

    // By hand: makes a shard when none is left, as the keyring's thread would have before.
    void tend();

    // Checks every shard and every key in it. The text names the first damaged file.
    std::expected<void, std::string> verify() const;
    const std::filesystem::path& folder() const { return folder_; }
    // Held while files are copied, so that no shard is rewritten under the copy.
    std::shared_lock<std::shared_mutex> hold_still() const { return std::shared_lock(files_); }

  private:
    // Keys of one shard on their way out, each once.
    struct Ready {
        std::uint64_t first = 0;
        std::vector<SecretKey> keys;
        std::size_t next = 0;
    };

    Keyring(std::filesystem::path folder, const SecretKey& master, bool read_only, Disk& disk);
    std::expected<void, StoreFailure> check_master_key(const SecretKey& master, bool create);
    std::expected<void, StoreFailure> find_last_shard();
    std::filesystem::path path_of(std::uint64_t shard) const;
    std::expected<std::string, KeyError> wrapped_of(std::uint64_t slot) const;  // under files_
    KeyError why_zeros(std::uint64_t slot) const;                               // under files_
    std::expected<SecretKey, KeyError> unwrapped(std::uint64_t slot, std::string_view wrapped) const;
    std::expected<void, KeyError> blank(std::uint64_t slot);
    std::expected<Ready, std::string> make_one();
    bool keep(std::expected<Ready, std::string> made);  // under mutex_; false when there is nothing to keep
    void keep_ahead();

    const std::filesystem::path folder_;
    const SecretKey wrapping_;
    const bool read_only_;
    Disk& disk_;

    mutable std::shared_mutex files_;  // shared to read a shard, alone to rewrite one

    // Held for a copy of 32 bytes; the disk is never waited for under it.
    mutable std::mutex mutex_;
    std::condition_variable wanted_;
    std::deque<Ready> ready_;       // under mutex_; the front one is being used up
    std::string trouble_;           // under mutex_
    std::uint64_t next_shard_ = 1;  // the maker's thread, after open; slot 0 stands for "no key"
    bool stopping_ = false;         // under mutex_
    std::thread maker_;
};

}  // namespace hubward::storage
