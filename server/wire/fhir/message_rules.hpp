// SPDX-License-Identifier: Apache-2.0
//
// The data rules of a new referral that go beyond the shape of the message.
#pragma once

#include <optional>

#include "server/wire/fhir/message.hpp"

namespace hubward::server::wire::fhir {

// Nothing when the rule holds.
std::optional<Trouble> check_cardinalities(const Message& message);
std::optional<Trouble> check_referral(const Message& message);  // CarePlan, Encounter, Consent
std::optional<Trouble> check_patient(const Json& patient, const Served& served);

Trouble breach(std::string issue, std::string diagnostics, std::string expression = {});

}  // namespace hubward::server::wire::fhir
