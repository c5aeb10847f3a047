// SPDX-License-Identifier: Apache-2.0
//
// Pages of a FHIR search: _count, and an opaque _page that the `next` link carries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/bars_call.hpp"

namespace hubward::server::api::bars {

inline constexpr std::size_t fhir_count_default = 20;
inline constexpr std::size_t fhir_count_max = 100;

struct FhirPage {
    std::size_t count = fhir_count_default;
    std::optional<std::uint64_t> after;
    std::string kept;  // the other parameters, encoded, each with '&' behind it
};
std::expected<FhirPage, Trouble> fhir_page(const http::Request& request);

// Address of the next page; empty on the last.
std::string next_page(std::string_view path, const FhirPage& page,
                      const std::optional<std::uint64_t>& next);

}  // namespace hubward::server::api::bars
