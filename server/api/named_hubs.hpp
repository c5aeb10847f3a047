// SPDX-License-Identifier: Apache-2.0
//
// The hubs that a referral names: chosen, refused, trusted.
//
// A slug that no hub has would be kept and never meet one. Mistyped, a refusal would send the person to the very
// hub that they refused, so whoever wrote it is asked again. A hub that has closed is one that is known.
#pragma once

#include <optional>

#include "matcher/referral.hpp"
#include "server/api/problem.hpp"
#include "server/api/services.hpp"

namespace hubward::server::api {

// 422 with the member of each that is not known now. To be asked after answered_before(): what was taken stays taken.
std::optional<Problem> unknown_hubs(const Services& services, const matcher::Ask& ask);

}  // namespace hubward::server::api
