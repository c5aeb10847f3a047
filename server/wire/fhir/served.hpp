// SPDX-License-Identifier: Apache-2.0
//
// What this installation serves to practice systems, and how strictly. All of it is configuration:
// no national use-case code or message definition for digital inclusion exists yet, and a receiver
// must be able to take messages of another use case by a change of its settings alone.
//
// Immutable once the server listens; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/wire/fhir/agreement_map.hpp"
#include "server/wire/fhir/need_map.hpp"

namespace hubward::server::wire::fhir {

inline constexpr std::string_view referral_definition =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-referral";
inline constexpr std::string_view cancel_definition =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-cancelled";

struct Served {
    std::vector<std::string> services;   // dos-service-id values
    std::vector<std::string> use_cases;  // codes of usecases-categories-bars
    // Canonical addresses, without version.
    std::vector<std::string> referral_definitions{std::string(referral_definition)};
    std::vector<std::string> cancel_definitions{std::string(cancel_definition)};
    // Official test messages carry NHS numbers whose check digit is wrong, so the default is to
    // take the referral and to warn staff.
    bool refuse_wrong_check_digit = false;
    // 400 as the conformance tool expects, or 422 as the page on content negotiation says.
    unsigned unknown_use_case_status = 400;
    NeedMap needs;
    AgreementMap agreements;
};

}  // namespace hubward::server::wire::fhir
