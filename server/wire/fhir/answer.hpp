// SPDX-License-Identifier: Apache-2.0
//
// The answers to BaRS messages, made from the stored message and the durable entry alone, so that
// the same referral gives the same bytes whenever it is asked for.
#pragma once

#include <string>
#include <string_view>

#include "matcher/journal.hpp"
#include "matcher/referral.hpp"

namespace hubward::server::wire::fhir {

// `bundle`: the message as it was stored (details member "bundle"). The answer has the same
// Bundle.id and entries, each with an id of ours, the ServiceRequest with the referral's; behind
// them a planned Encounter whose identifier is the reference to be read out to the person.
// reference_system: absolute URI for that identifier.
std::string encode_referral_answer(std::string_view bundle, const matcher::ReferralId& referral,
                                   matcher::ReferralIndex index, matcher::Timestamp taken,
                                   std::string_view reference_system);
// A cancellation given back: same entries, ids of ours.
std::string encode_cancel_answer(std::string_view bundle, const matcher::ReferralId& referral);

// The stored ServiceRequest with its present status. Empty when the bundle has none. `cancelling`: the
// message that ended it, or empty; what it says of the request stands, and what it leaves out stays.
std::string encode_service_request(std::string_view bundle, const matcher::Referral& referral,
                                   std::string_view cancelling = {});

// Details of a referral from BaRS: the raw message in them; empty for other details.
std::string_view bundle_in(std::string_view details);

}  // namespace hubward::server::wire::fhir
