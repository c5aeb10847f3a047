// SPDX-License-Identifier: Apache-2.0
//
// The message definitions that this installation serves, as a practice system looks them up before
// it sends: which resources a message must hold, for which service and use case.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire/fhir/operation_outcome.hpp"
#include "server/wire/fhir/served.hpp"

namespace hubward::server::wire::fhir {

// Query values of `context`, in order, decoded. 400 for none or a malformed one, 404 for a service
// or use case that is not served.
std::expected<std::string, Trouble> encode_definitions(
    const std::vector<std::string_view>& contexts, const Served& served, std::string_view base_url);

}  // namespace hubward::server::wire::fhir
