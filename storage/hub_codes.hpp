// SPDX-License-Identifier: Apache-2.0
//
// The code word that a hub has set: the second factor of a one-link answer. Kept as a keyed hash
// (Vault::blind), so the file alone lets nobody try words out.
//
// After `tries_max` wrong words in a row the word is locked until the hub sets a new one, so a
// link that went astray is no place to guess. Words and wrong tries are on disk before the answer,
// so a restart gives no fresh tries: a small file is written anew and synced, some milliseconds, and
// rarely. It is no part of a backup: after a restore a hub sets its word again.
//
// A new word opens nothing before the disk holds it; until then, and when it cannot be written, the word before
// it is the hub's word.
//
// Any thread, and none of them ever waits for the disk: a thread of its own writes, and one write serves all
// who wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "matcher/types.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

class HubCodes {
  public:
    static constexpr unsigned tries_max = 10;
    static constexpr std::size_t hubs_max = 100'000;  // beyond it a new word is refused
    // Who wait for the disk at once; whoever comes after them is told `failed`.
    static constexpr std::size_t waiting_max = 256;

    enum class Answer : std::uint8_t { not_yet, kept, right, wrong, locked, none_set, failed };
    // Changes once, from `not_yet`, and then is notified.
    using Pending = std::shared_ptr<const std::atomic<Answer>>;

    // A file that does not exist is empty. An unreadable one (io), or a line that cannot be read (corrupt), is told:
    // a hub whose word was lost must not count as one without.
    static std::expected<std::unique_ptr<HubCodes>, StoreFailure> open(std::filesystem::path file);

    ~HubCodes();  // waits for the disk, until all that was asked for is written

    // `kept` when it is durable, and from then on it is the hub's word; or `failed`: then the word before it holds
    // on. Of two that wait for one write the later one is what is left.
    Pending set(std::string_view hub, const matcher::ExternalRef& word);
    // True when a durable word is set and not locked.
    bool usable(std::string_view hub) const;
    // Compares in constant time. A wrong try counts from this moment on, and is on disk before it is told;
    // when that fails, nothing is told (`failed`), and it counts all the same.
    Pending check(std::string_view hub, const matcher::ExternalRef& word);

  private:
    struct Word {
        matcher::ExternalRef word;
        unsigned wrong = 0;  // tries in a row
    };

    using Words = std::map<std::string, Word, std::less<>>;

    struct Waiting {
        std::shared_ptr<std::atomic<Answer>> pending;
        Answer once_written;
        std::string hub;            // of a new word, or empty
        matcher::ExternalRef word;  // the new word
    };

    explicit HubCodes(std::filesystem::path file) : file_(std::move(file)) {}
    bool may_wait();  // these two hold mutex_
    Pending wait(Waiting waiting);
    // The words with those of `news`, which are to be the next ones.
    std::string text_with(const std::vector<Waiting>& news) const;
    void settle(const std::vector<Waiting>& now, bool written);
    void write_all(const std::stop_token& stop);

    const std::filesystem::path file_;
    mutable std::mutex mutex_;  // guards all below; never held over the disk
    Words words_;  // that the disk holds; wrong tries of them may still be on their way
    std::vector<Waiting> waiting_;
    std::size_t coming_ = 0;  // new words that are neither durable nor given up
    std::condition_variable_any woken_;
    std::jthread writer_;  // from the first change on
};

}  // namespace hubward::storage
