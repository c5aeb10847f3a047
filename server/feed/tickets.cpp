// SPDX-License-Identifier: Apache-2.0
#include "server/feed/tickets.hpp"

#include "server/auth/base64url.hpp"

namespace hubward::server::feed {

std::optional<std::string> Tickets::issue(std::string token, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max) {
        std::erase_if(waiting_, [now_ms](const auto& entry) { return entry.second.until_ms <= now_ms; });
        if (waiting_.size() >= waiting_max) {
            return std::nullopt;
        }
    }
    std::string ticket = auth::random_code();
    waiting_[ticket] = Ticket{std::move(token), now_ms + life.count()};
    return ticket;
}

std::optional<std::string> Tickets::redeem(std::string_view ticket, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) {
        return std::nullopt;
    }
    Ticket used = std::move(found->second);
    waiting_.erase(found);
    return used.until_ms > now_ms ? std::optional(std::move(used.token)) : std::nullopt;
}

}  // namespace hubward::server::feed
