// SPDX-License-Identifier: Apache-2.0
#include "server/api/subscription_bindings.hpp"

#include <utility>

#include "server/auth/base64url.hpp"

namespace hubward::server::api::bars {

std::optional<std::string> Bindings::issue(Binding binding, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max) {
        std::erase_if(waiting_, [now_ms](const auto& entry) { return entry.second.until_ms <= now_ms; });
        if (waiting_.size() >= waiting_max) {
            return std::nullopt;
        }
    }
    std::string token = auth::random_code();
    waiting_[token] = {std::move(binding), now_ms + life.count()};
    return token;
}

std::optional<Bindings::Binding> Bindings::redeem(std::string_view token, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(token);
    if (found == waiting_.end()) {
        return std::nullopt;
    }
    Waiting used = std::move(found->second);
    waiting_.erase(found);
    return used.until_ms > now_ms ? std::optional(std::move(used.binding)) : std::nullopt;
}

}  // namespace hubward::server::api::bars
