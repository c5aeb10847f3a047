// SPDX-License-Identifier: Apache-2.0
//
// Fresh ids from the kernel's random source. Any thread; never fails (the process ends when the
// kernel cannot give random bytes, because guessable ids would let people read others' referrals).
#pragma once

#include <string>

#include "matcher/types.hpp"

namespace hubward::server::api {

// UUID version 7 (RFC 9562): 48 bits of `at`, then 74 random bits. Sorts by time.
matcher::ReferralId new_referral_id(matcher::Timestamp at);
matcher::TraceId new_trace_id();  // never zero
std::uint64_t new_span_id();      // never zero

// UUID version 4 text, for a request that brought no X-Request-Id.
std::string new_request_id();

}  // namespace hubward::server::api
