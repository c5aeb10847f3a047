// SPDX-License-Identifier: Apache-2.0
//
// The outer shell of the FHIR base: XML and gzip end here. Handlers see JSON and give JSON.
#pragma once

#include <cstddef>
#include <optional>

#include "server/api/bars_call.hpp"

namespace hubward::server::api::bars {

// How the caller wants the answer; read before the request is given away.
struct Wish {
    wire::fhir::Format format = wire::fhir::Format::json;
    bool gzip = false;
};
Wish wish_of(const http::Request& request);

// Unfolds and converts the body in place, to at most `body_max` bytes. Trouble for a coding or a
// text that cannot be read.
std::optional<Trouble> unpack(http::Request& request, std::size_t body_max);

void pack(http::Response& response, const Wish& wish);

}  // namespace hubward::server::api::bars
