// SPDX-License-Identifier: Apache-2.0
//
// The person in a BaRS message, in the form that hub staff see for every referral.
#pragma once

#include <string>
#include <string_view>

#include "server/wire/fhir/message.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

void write_person(JsonWriter& json, const Message& message);
// What tells two people apart; empty where it is not known.
struct Identity {
    std::string nhs_number;  // ten digits
    std::string birth_date;
};
Identity identity_of(const Json& patient);
// Nothing known of both differs.
bool may_be_same(const Identity& a, const Identity& b);
// Of the home or temporary address, else of any; empty when there is none.
std::string_view postcode_of(const Json& patient);

}  // namespace hubward::server::wire::fhir
