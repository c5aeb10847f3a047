// SPDX-License-Identifier: Apache-2.0
//
// Candidates copied out of the view and given their names: what previews, options and explanations
// have in common.
#pragma once

#include <vector>

#include "matcher/explain.hpp"
#include "server/api/services.hpp"
#include "server/wire/explanation_json.hpp"

namespace hubward::server::api {

struct CopiedCandidates {
    std::vector<wire::CandidateFacts> facts;
    std::vector<HubKey> keys;  // one for each of them
};
// Inside View::look only.
CopiedCandidates copy_candidates(const matcher::State& state,
                                 const std::vector<matcher::Explained>& hubs,
                                 std::span<const matcher::Held> held);
// Outside View::look, because it may read storage.
std::vector<wire::CandidateFacts> named(Services& services, CopiedCandidates copied);

// Now, and never before what the view has seen.
matcher::Timestamp not_before(const Services& services, const matcher::State& state);

}  // namespace hubward::server::api
