// SPDX-License-Identifier: Apache-2.0
//
// Why this hub and not that one, as whole numbers and as sentences (schemas Explanation, Candidate,
// Option). The sentences have no code names: a GP reads them to the person, a hub manager to staff.
#pragma once

#include <string>
#include <vector>

#include "matcher/event.hpp"
#include "matcher/explain.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire {

// One candidate with what its sentences need, copied out of the view.
struct CandidateFacts {
    matcher::Explained it;
    HubLabel hub;
    matcher::HubProfile profile;
    std::uint16_t free_places = 0;
};

// A decision of the past, from its journal entry.
struct DecisionFacts {
    matcher::Sequence number = 0;  // of the Offered event; names the decision
    matcher::Timestamp at{};
    matcher::Offered made;
    std::uint8_t ordinal = 0;
    HubLabel hub;
};

struct ExplanationFacts {
    matcher::ReferralId referral;
    matcher::Ask ask;
    bool now = false;  // whether the reader may know how it stands now; without it the decisions alone are told
    matcher::Policy rules;
    matcher::PlaceCode rules_of;  // empty: of everywhere without rules of its own
    matcher::NeedMask open = 0;
    matcher::Timestamp at{};
    std::vector<DecisionFacts> decisions;
    std::vector<CandidateFacts> candidates;
    std::uint32_t passed = 0;
    std::array<std::uint32_t, matcher::filter_count> stopped{};
};
std::string encode_explanation(const ExplanationFacts& facts);

// What POST /v1/matches and GET …/options answer: the hubs that can help, best first.
std::string encode_matches(const matcher::Ask& ask, const matcher::Policy& rules,
                           const std::vector<CandidateFacts>& hubs);

// The sentences, for pages and letters.
std::string why_text(const CandidateFacts& candidate, const matcher::Ask& ask);
std::string why_not_text(matcher::Filter filter);
std::string change_text(const matcher::Change& change, const matcher::Ask& ask);

}  // namespace hubward::server::wire
