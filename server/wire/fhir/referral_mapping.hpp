// SPDX-License-Identifier: Apache-2.0
//
// A BaRS referral as a command and details. What has no place in the command stays in the details:
// the whole message is kept in them, so nothing that the practice sent is dropped.
#pragma once

#include <string_view>

#include "server/wire/fhir/message.hpp"
#include "server/wire/gazetteer.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire::fhir {

// `original`: the bytes that `message` was read from. now: when they came in.
// correlation_id: of the request, kept for answers that come later. The result's
// practice_ref is the id of the bundle: two open referrals cannot come from one bundle.
Submission map_referral(const Message& message, std::string_view original, const Gazetteer& where,
                        const Served& served, matcher::Timestamp now,
                        std::string_view correlation_id = {});

// The requirement behind a reasonable-adjustment code of BaRS, "wheelchairaccess" for instance.
std::optional<matcher::Access> access_from_bars(std::string_view code);

}  // namespace hubward::server::wire::fhir
