// SPDX-License-Identifier: Apache-2.0
//
// One offer as JSON (schema Offer): what the hub needs to decide. Codes, distance and deadline;
// never who the person is. Pure.
#pragma once

#include <string>

#include "server/wire/referral_json.hpp"

namespace hubward::server::api {

// Requires: the facts hold an offer with this ordinal.
std::string encode_offer(const wire::ReferralFacts& facts, std::uint8_t ordinal);

}  // namespace hubward::server::api
