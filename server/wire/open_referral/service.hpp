// SPDX-License-Identifier: Apache-2.0
//
// One Open Referral UK 3.0 / HSDS 3.0 service as a record. Unknown and missing properties are fine:
// the profile drops many, and local ones are allowed. Pure.
#pragma once

#include "server/wire/json_reader.hpp"
#include "server/wire/open_referral/record.hpp"

namespace hubward::server::wire::open_referral {

// `service` is a service, or a service_at_location with its service inside.
Record record_of_service(Json service);

}  // namespace hubward::server::wire::open_referral
