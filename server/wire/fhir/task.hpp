// SPDX-License-Identifier: Apache-2.0
//
// Referrals and offers as FHIR Tasks, in the life cycle of SDOH Clinical Care: one Task from the
// practice's side, whose id is the referral's, and a sub-Task (partOf) for each hub that was asked,
// whose id is the offer's. Hubward is the coordination platform between them.
//
// Codes and times only: who the person is stands in the ServiceRequest. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/wire/referral_json.hpp"

namespace hubward::server::wire::fhir {

// The status of the practice's Task: a FHIR task-status, never `received` or `ready`, which the
// profile leaves out.
std::string_view task_status(const ReferralFacts& facts);
// The same for the sub-Task of one offer.
std::string_view task_status(const matcher::Offer& offer);

std::string encode_task(const ReferralFacts& facts, std::string_view base_url);
// Requires an offer of facts.offers.
std::string encode_sub_task(const ReferralFacts& facts, const OfferFacts& offer,
                            std::string_view base_url);

}  // namespace hubward::server::wire::fhir
