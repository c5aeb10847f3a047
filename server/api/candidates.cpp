// SPDX-License-Identifier: Apache-2.0
#include "server/api/candidates.hpp"

#include <algorithm>
#include <optional>

namespace hubward::server::api {
namespace {

std::uint16_t free_places(const matcher::Hub& hub) {
    return hub.capacity[static_cast<std::size_t>(matcher::UnitKind::place)].free();
}

}  // namespace

CopiedCandidates copy_candidates(const matcher::State& state,
                                 const std::vector<matcher::Explained>& hubs,
                                 std::span<const matcher::Held> held) {
    CopiedCandidates copied;
    copied.facts.reserve(hubs.size());
    copied.keys.reserve(hubs.size());
    for (const matcher::Explained& it : hubs) {
        const matcher::Hub& hub = state.at(it.hub);
        copied.facts.push_back({it, {}, hub.profile, free_places(hub)});
        copied.keys.push_back(hub_key(hub, it.hub));
        std::optional<matcher::Hub> freed;
        for (const matcher::Held& own : held) {
            if (own.hub == it.hub) {
                freed = matcher::without(freed ? *freed : hub, own);
                copied.facts.back().free_places = free_places(*freed);
            }
        }
    }
    return copied;
}

std::vector<wire::CandidateFacts> named(Services& services, CopiedCandidates copied) {
    for (std::size_t i = 0; i < copied.facts.size(); ++i) {
        copied.facts[i].hub = {std::string(copied.keys[i].slug.view()),
                               services.hub_names->name(copied.keys[i], services.events)};
    }
    return std::move(copied.facts);
}

matcher::Timestamp not_before(const Services& services, const matcher::State& state) {
    return std::max(services.clock.now(), state.last_time);
}

}  // namespace hubward::server::api
