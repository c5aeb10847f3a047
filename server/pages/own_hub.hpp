// SPDX-License-Identifier: Apache-2.0
//
// The hub whose page is asked for, and its offers, copied out of the view so that no lock is held
// while a page is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/state.hpp"
#include "server/api/services.hpp"
#include "server/auth/principal.hpp"
#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::pages {

struct OfferAt {
    matcher::Offer offer;
    matcher::ReferralIndex index{};
    matcher::ReferralId id;
    matcher::Ask ask;
    std::array<matcher::NeedState, matcher::limits::needs_max> needs{};
};

struct OwnHub {
    std::string name;
    matcher::Hub hub;
    std::vector<OfferAt> waiting;   // requested or received; urgent first, then by answer_by
    std::vector<OfferAt> in_care;   // accepted and not ended; newest first
    std::size_t waiting_more = 0;   // waiting, but beyond what is copied
};

// Nothing when there is no such hub or it is not the principal's own.
std::optional<OwnHub> own_hub(api::Services& services, const auth::Principal& who,
                              std::string_view slug);
// One offer of that hub; nothing when it is not the hub's.
std::optional<OfferAt> own_offer(api::Services& services, const auth::Principal& who,
                                 std::string_view slug, std::string_view offer_id);

bool waits(matcher::OfferStatus status);
bool is_in_care(matcher::OfferStatus status);

std::string access_text(const Words& words, matcher::AccessSet access);
// Empty when the person named none.
std::string language_text(const Words& words, const matcher::Ask& ask);
// The pages of a hub; `current`: 0 the worklist, 1 the capacity, anything else none.
Model::List hub_nav(const Words& words, const matcher::Hub& hub, std::size_t current);

}  // namespace hubward::server::pages
