// SPDX-License-Identifier: Apache-2.0
//
// FHIR XML to FHIR JSON and back, for every resource of R4, by one table made from its definitions.
//
// What differs between the two forms is only rules: values in an attribute `value`, arrays by
// repetition, extensions of primitives under "_name", a wrapper around resources. Decimals keep
// their digits as written. Elements that R4 does not know are carried over by their shape, so that
// nothing is dropped. Pure; any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "server/wire/fhir/operation_outcome.hpp"

namespace hubward::server::wire::fhir {

// 400 `structure` for what is no FHIR XML, 400 `value` for a number or boolean that is none.
std::expected<std::string, Trouble> json_from_xml(std::string_view xml);

// Requires a resource that read_json() has accepted. Members whose names XML cannot have are left
// out; a narrative that is no XML is given as its text.
std::string xml_from_json(std::string_view json);

}  // namespace hubward::server::wire::fhir
