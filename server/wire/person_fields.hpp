// SPDX-License-Identifier: Apache-2.0
//
// The person of a referral: checked here, then sealed as a whole. Nothing but the postcode's coarse
// cell and the age leaves it.
#pragma once

#include <optional>
#include <string_view>

#include "server/wire/calendar.hpp"
#include "server/wire/fields.hpp"

namespace hubward::server::wire {

struct PersonFacts {
    std::string_view postcode;  // as written; empty when not given
    std::optional<Date> born;
};
PersonFacts read_person(Json value, const Where& at, Findings& findings);

}  // namespace hubward::server::wire
