// SPDX-License-Identifier: Apache-2.0
//
// When a hub is open, as HealthcareService.availableTime and .notAvailable. Pure; any thread.
#pragma once

#include "matcher/hub.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

// Both members of an open object; what the hub has not stated is left out. Times are London's.
void write_availability(JsonWriter& json, const matcher::HubProfile& hub, matcher::Timestamp now);

}  // namespace hubward::server::wire::fhir
