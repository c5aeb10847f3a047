// SPDX-License-Identifier: Apache-2.0
//
// Places that a hub keeps for some (schema Reserve): as JSON, and as a sentence for staff.
#pragma once

#include <string>

#include "matcher/reserve.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/hub_json.hpp"  // Eyes
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {

// [{"count": 2, "kind": "place", "for": "urgent"}, …]: `need` comes with "needs", `referrer` and `place`
// with a member of that name.
matcher::Reserves read_reserves(Json value, const Where& at, Findings& findings);
// "kept": […]; nothing when the hub keeps none. Which referrers, only its owners read, and a practice of itself.
void write_reserves(JsonWriter& json, const matcher::Reserves& kept, const Eyes& eyes);
// "The last 2 places are kept for urgent referrals." Of referrers it names none: a practice may read it.
std::string reserve_text(const matcher::Reserve& reserve);

}  // namespace hubward::server::wire
