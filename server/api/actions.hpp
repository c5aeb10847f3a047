// SPDX-License-Identifier: Apache-2.0
//
// What every command to a known referral has in common: submit, wait, and tell clashes in words.
#pragma once

#include "server/api/call.hpp"

namespace hubward::server::api {

// What the core refused, as this role may read it: a practice learns no status from it that the person does not
// share with it.
matcher::Rejection as_told(const Services& services, matcher::Role to, const matcher::ReferralId& referral,
                           matcher::Rejection rejection);

// The same as a problem, and who was first where that is why.
Problem refused_step(Services& services, const auth::Principal& who, matcher::ReferralId referral,
                     const matcher::Rejection& rejection);

// The durable outcome, or the problem to answer with. `referral` is the one acted on.
http::Task<std::expected<Done, Problem>> act(Services* services, Call call,
                                             matcher::Command command, matcher::ReferralId referral,
                                             std::string payload = {});

}  // namespace hubward::server::api
