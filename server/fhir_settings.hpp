// SPDX-License-Identifier: Apache-2.0
//
// The settings of the FHIR base as the rooms want them.
#pragma once

#include <expected>
#include <string>

#include "server/config.hpp"
#include "server/wire/fhir/served.hpp"

namespace hubward::server {

// Error: the key and what is expected there.
std::expected<wire::fhir::Served, std::string> fhir_settings(const Config& config);

}  // namespace hubward::server
