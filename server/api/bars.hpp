// SPDX-License-Identifier: Apache-2.0
//
// The FHIR R4 base of BaRS: $process-message, ServiceRequest, metadata, MessageDefinition. All
// answers are FHIR, also the refusals.
//
// A message is acknowledged only when it is durable, and its X-Request-Id is then remembered: a
// resend is 409 duplicate, also after a crash. A message that failed may be sent again under the
// same id. The referral's UUID is the id of the ServiceRequest.
//
// One bundle makes one open referral: its Bundle.id stands where the practice's own reference would.
// After that referral has ended, the same Bundle.id would be taken again.
#pragma once

#include <vector>

#include "server/api/services.hpp"

namespace hubward::server::api {

std::vector<http::Route> bars_routes(Services& services);

}  // namespace hubward::server::api
