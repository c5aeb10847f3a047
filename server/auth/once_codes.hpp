// SPDX-License-Identifier: Apache-2.0
//
// Codes that are good once and for a moment, each for something that only the server knows. In memory only.
//
// Whoever asks for more than they use takes from nobody else: a principal's newest code ends its own oldest.
// Any thread; a mutex held for a look-up, or for one pass when all places are taken.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/auth/base64url.hpp"
#include "server/auth/principal.hpp"

namespace hubward::server::auth {

template <class What>
class OnceCodes {
  public:
    // Of one role and subject that wait to be used; beyond it the oldest of them is not good any more.
    static constexpr std::size_t own_max = 64;

    OnceCodes(std::chrono::milliseconds life, std::size_t waiting_max) : life_(life), waiting_max_(waiting_max) {}

    // Nothing when too many wait, of everybody. `now_ms`: always of the same clock.
    std::optional<std::string> issue(const Principal& whose, What what, std::int64_t now_ms) {
        std::string owner(matcher::name(whose.role));
        owner.append("/").append(whose.subject);
        const std::lock_guard lock(mutex_);
        if (const auto own = own_.find(owner); own != own_.end() && own->second.size() == own_max) {
            forget(waiting_.find(own->second.front()));
        }
        if (waiting_.size() >= waiting_max_) {
            forget_the_late(now_ms);
            if (waiting_.size() >= waiting_max_) {
                return std::nullopt;
            }
        }
        std::string code = random_code();
        own_[owner].push_back(code);
        waiting_.emplace(code, Waiting{std::move(what), std::move(owner), now_ms + life_.count()});
        return code;
    }
    // What it stands for; nothing when it was never issued, was used, had to go, or is too old.
    std::optional<What> redeem(std::string_view code, std::int64_t now_ms) {
        const std::lock_guard lock(mutex_);
        const auto found = waiting_.find(code);
        if (found == waiting_.end()) {
            return std::nullopt;
        }
        std::optional<What> what;
        if (found->second.until_ms > now_ms) {
            what = std::move(found->second.what);
        }
        forget(found);
        return what;
    }

  private:
    struct Waiting {
        What what;
        std::string owner;
        std::int64_t until_ms = 0;
    };
    using Codes = std::map<std::string, Waiting, std::less<>>;

    // Both under mutex_.
    typename Codes::iterator forget(typename Codes::iterator code) {
        const auto own = own_.find(code->second.owner);
        std::erase(own->second, code->first);
        if (own->second.empty()) {
            own_.erase(own);
        }
        return waiting_.erase(code);
    }
    void forget_the_late(std::int64_t now_ms) {
        for (auto code = waiting_.begin(); code != waiting_.end();) {
            code = code->second.until_ms <= now_ms ? forget(code) : std::next(code);
        }
    }

    const std::chrono::milliseconds life_;
    const std::size_t waiting_max_;
    std::mutex mutex_;
    Codes waiting_;                                         // under mutex_
    std::map<std::string, std::deque<std::string>> own_;    // under mutex_; of each owner, oldest first
};

}  // namespace hubward::server::auth
