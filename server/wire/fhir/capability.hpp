// SPDX-License-Identifier: Apache-2.0
//
// What this server says it can do: the CapabilityStatement behind GET /metadata.
#pragma once

#include <string>
#include <string_view>

#include "server/wire/fhir/served.hpp"

namespace hubward::server::wire::fhir {

// The version of BaRS Core that is spoken here.
inline constexpr std::string_view core_version = "1.1.0";
// The day on which statement or definitions were last changed.
inline constexpr std::string_view statement_date = "2026-11-26";

// `base_url` is the address of this server, without a slash at the end.
std::string encode_capability(const Served& served, std::string_view base_url);

}  // namespace hubward::server::wire::fhir
