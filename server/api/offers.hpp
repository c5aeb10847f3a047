// SPDX-License-Identifier: Apache-2.0
//
// One offer with its surroundings, as the hub, its place or ops may see it.
#pragma once

#include <optional>
#include <string_view>

#include "server/api/call.hpp"
#include "server/api/seen.hpp"

namespace hubward::server::api {

inline constexpr const char* no_such_offer = "There is no such offer, or it is not yours to see.";

struct OfferSeen {
    wire::OfferName name;
    wire::ReferralFacts facts;
};
// Nothing when the text is no offer id, or the offer is not the caller's to see.
std::optional<OfferSeen> offer_seen(Services& services, const auth::Principal& who,
                                    std::string_view id_text);
http::Response offer_answer(const OfferSeen& seen);

}  // namespace hubward::server::api
