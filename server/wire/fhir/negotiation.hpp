// SPDX-License-Identifier: Apache-2.0
//
// In which form a body comes and an answer is wanted: JSON or XML, BaRS of major version 1. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "server/wire/fhir/headers.hpp"
#include "server/wire/fhir/operation_outcome.hpp"

namespace hubward::server::wire::fhir {

enum class Format : std::uint8_t { json, xml };

// _format beats Accept; of several the one with the highest q, of equals the first. 406 when none
// is served. JSON when nothing is asked.
std::expected<Format, Trouble> answer_format(const Headers& headers);
std::optional<Trouble> check_accept(const Headers& headers);

// By Content-Type; 415 for another.
std::expected<Format, Trouble> body_format(const Headers& headers);
std::optional<Trouble> check_content_type(const Headers& headers);

}  // namespace hubward::server::wire::fhir
