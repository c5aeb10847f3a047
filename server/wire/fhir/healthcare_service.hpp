// SPDX-License-Identifier: Apache-2.0
//
// A hub as a FHIR HealthcareService with the capacity status of SDOH Clinical Care, so that a
// practice system can see before it refers whether there is room. Public facts only. Pure.
#pragma once

#include <string>
#include <string_view>

#include "matcher/hub.hpp"

namespace hubward::server::wire::fhir {

// `capacity` when a place is free, or a seat at a session that has not begun; else
// `additional-assessment-required` while what the hub stated is doubted: ask before sending; `waitlist`
// when the hub says how long the wait is; else `no-capacity`.
std::string_view capacity_status(const matcher::Hub& hub, matcher::Timestamp now);

// name: for people. The id of the resource is the hub's slug.
std::string encode_healthcare_service(const matcher::Hub& hub, std::string_view name,
                                      std::string_view base_url, matcher::Timestamp now);

}  // namespace hubward::server::wire::fhir
