// SPDX-License-Identifier: Apache-2.0
#include "server/feed/shared.hpp"

#include <utility>

namespace hubward::server::feed {

void Presence::join(std::string_view stream) {
    const std::lock_guard lock(mutex_);
    ++online_[std::string(stream)];
    changes_.fetch_add(1, std::memory_order_relaxed);
}

void Presence::leave(std::string_view stream) {
    const std::lock_guard lock(mutex_);
    const auto found = online_.find(stream);
    if (found != online_.end() && --found->second == 0) {
        online_.erase(found);
    }
    changes_.fetch_add(1, std::memory_order_relaxed);
}

std::uint64_t Presence::online(std::string_view stream) const {
    const std::lock_guard lock(mutex_);
    const auto found = online_.find(stream);
    return found == online_.end() ? 0 : found->second;
}

std::optional<Readers::Where> Readers::take(const std::string& reader, Where mine) {
    const std::lock_guard lock(mutex_);
    const auto [found, fresh] = taken_.try_emplace(reader, mine);
    if (fresh || found->second.connection == mine.connection) {
        return std::nullopt;
    }
    return std::exchange(found->second, std::move(mine));
}

void Readers::give_back(const std::string& reader, std::string_view connection) {
    const std::lock_guard lock(mutex_);
    const auto found = taken_.find(reader);
    if (found != taken_.end() && found->second.connection == connection) {
        taken_.erase(found);
    }
}

}  // namespace hubward::server::feed
