// SPDX-License-Identifier: Apache-2.0
//
// Which hub, referral and offer an event is about. Pure; any thread.
#pragma once

#include <optional>

#include "matcher/event.hpp"

namespace hubward::server::wire {

struct About {
    matcher::HubIndex hub = matcher::no_hub;
    std::optional<matcher::ReferralIndex> referral;
    matcher::OfferIndex offer = matcher::no_offer;
};
About about(const matcher::Event& event);

}  // namespace hubward::server::wire
