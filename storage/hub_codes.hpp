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
// Any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "matcher/types.hpp"

namespace hubward::storage {

class HubCodes {
  public:
    static constexpr unsigned tries_max = 10;
    static constexpr std::size_t hubs_max = 100'000;  // beyond it a new word is refused

    enum class Answer : std::uint8_t { right, wrong, locked, none_set };

    // A file that does not exist is empty. An unreadable one, or a line that cannot be read, is told:
    // a hub whose word was lost must not count as one without.
    static std::expected<std::unique_ptr<HubCodes>, std::string> open(std::filesystem::path file);

    // Durable when it returns.
    std::expected<void, std::string> set(std::string_view hub, const matcher::ExternalRef& word);
    // True when a word is set and not locked.
    bool usable(std::string_view hub) const;
    // Compares in constant time. A wrong try is counted on disk before this returns; when that
    // fails, nothing is told.
    std::expected<Answer, std::string> check(std::string_view hub, const matcher::ExternalRef& word);

  private:
    struct Word {
        matcher::ExternalRef word;
        unsigned wrong = 0;  // tries in a row
    };

    explicit HubCodes(std::filesystem::path file) : file_(std::move(file)) {}
    std::expected<void, std::string> write() const;

    std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::map<std::string, Word, std::less<>> words_;  // under mutex_
};

}  // namespace hubward::storage
