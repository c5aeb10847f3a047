// SPDX-License-Identifier: Apache-2.0
//
// The person in a BaRS message, in the form that hub staff see for every referral.
#pragma once

#include <string_view>

#include "server/wire/fhir/message.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

void write_person(JsonWriter& json, const Message& message);
// Of the home or temporary address, else of any; empty when there is none.
std::string_view postcode_of(const Json& patient);

}  // namespace hubward::server::wire::fhir
