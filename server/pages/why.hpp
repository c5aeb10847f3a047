// SPDX-License-Identifier: Apache-2.0
//
// Why an offer went to its hub: the points of each factor, as they stand in the event that made the
// offer. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/policy.hpp"
#include "server/api/referral_events.hpp"
#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

// Sections `considered` (a sentence) and `factors` (label, points, most, said); empty when the events
// hold no such offer. A factor that the rules of then gave no weight is left out; how much it could
// have been is only known while those rules are in force, else the points stand alone.
Model why_this_hub(const Words& words, const std::vector<api::Told>& told, std::uint8_t ordinal,
                   const matcher::Policy& now);

}  // namespace hubward::server::pages
