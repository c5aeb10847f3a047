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
// A HumanName as people write it; the name to call somebody by, of a Patient or Practitioner.
std::string name_text(const Json& name);
std::string display_name(const Json& who);
// The pseudo-postcode that the NHS gives to people without a fixed address.
bool no_fixed_address(std::string_view postcode);
// What is wrong and what is asked for, in the practice's words.
std::string note_of(const Message& message);
// Of the home or temporary address, else of any; empty when there is none.
std::string_view postcode_of(const Json& patient);

}  // namespace hubward::server::wire::fhir
