// SPDX-License-Identifier: Apache-2.0
#include "server/api/candidates.hpp"

#include <algorithm>

namespace hubward::server::api {

std::vector<CopiedCandidate> copy_candidates(const matcher::State& state,
                                             const std::vector<matcher::Explained>& hubs,
                                             std::span<const matcher::Held> held) {
    std::vector<CopiedCandidate> copied;
    copied.reserve(hubs.size());
    for (const matcher::Explained& it : hubs) {
        const matcher::Hub& hub = state.at(it.hub);
        matcher::Hub freed = hub;
        for (const matcher::Held& own : held) {
            if (own.hub == it.hub) {
                freed = matcher::without(freed, own);
            }
        }
        CopiedCandidate& one = copied.emplace_back();
        one.facts.it = it;
        one.facts.profile = hub.profile;
        one.facts.free_places =
            freed.capacity[static_cast<std::size_t>(matcher::UnitKind::place)].free();
        one.key = hub_key(hub, it.hub);
    }
    return copied;
}

std::vector<wire::CandidateFacts> named(Services& services, std::vector<CopiedCandidate> copied) {
    std::vector<wire::CandidateFacts> facts;
    facts.reserve(copied.size());
    for (CopiedCandidate& one : copied) {
        one.facts.hub = {std::string(one.key.slug.view()),
                         services.hub_names->name(one.key, services.events)};
        facts.push_back(std::move(one.facts));
    }
    return facts;
}

matcher::Timestamp not_before(const Services& services, const matcher::State& state) {
    return std::max(services.clock.now(), state.last_time);
}

}  // namespace hubward::server::api
