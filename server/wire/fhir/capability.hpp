// SPDX-License-Identifier: Apache-2.0
//
// What this server says it can do: the CapabilityStatement and its message definitions.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/types.hpp"
#include "server/wire/fhir/message.hpp"
#include "server/wire/fhir/operation_outcome.hpp"

namespace hubward::server::wire::fhir {

// The version of BaRS Core that is spoken here.
inline constexpr std::string_view core_version = "1.1.0";

// `base_url` is the address of this server, without a slash at the end.
std::string encode_capability(std::string_view base_url);

// Query values of `context`, in order, decoded. 400 for none or a malformed one, 404 for a service
// or use case that is not served.
std::expected<std::string, Trouble> encode_definitions(
    const std::vector<std::string_view>& contexts, const Served& served, std::string_view base_url);

}  // namespace hubward::server::wire::fhir
