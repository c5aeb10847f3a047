// SPDX-License-Identifier: Apache-2.0
//
// What the person agreed may give way: permitted actions in the provisions of their Consent. Pure.
#pragma once

#include "server/wire/fhir/message.hpp"

namespace hubward::server::wire::fhir {

// Of all active Consents of the message. A provision of type deny takes back what another one permits.
matcher::RequirementSet agreed_in(const Message& message, const AgreementMap& map);

}  // namespace hubward::server::wire::fhir
