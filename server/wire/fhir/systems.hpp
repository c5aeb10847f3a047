// SPDX-License-Identifier: Apache-2.0
//
// Names of code and identifier systems, and how codings are looked up.
#pragma once

#include <optional>
#include <string_view>

#include "server/wire/json_reader.hpp"

namespace hubward::server::wire::fhir {

// Without the scheme: official files write http and https, /id/ and /Id/ for the same system.
inline constexpr std::string_view ods_system = "fhir.nhs.uk/Id/ods-organization-code";
inline constexpr std::string_view service_system = "fhir.nhs.uk/Id/dos-service-id";
inline constexpr std::string_view nhs_number_system = "fhir.nhs.uk/Id/nhs-number";
inline constexpr std::string_view event_system = "fhir.nhs.uk/CodeSystem/message-events-bars";
inline constexpr std::string_view reason_system = "fhir.nhs.uk/CodeSystem/message-reason-bars";
inline constexpr std::string_view category_system =
    "fhir.nhs.uk/CodeSystem/message-category-servicerequest";
inline constexpr std::string_view use_case_system = "fhir.nhs.uk/CodeSystem/usecases-categories-bars";
inline constexpr std::string_view consent_system = "fhir.nhs.uk/CodeSystem/consent-categories-bars";
inline constexpr std::string_view language_system = "fhir.hl7.org.uk/CodeSystem/UKCore-HumanLanguage";
inline constexpr std::string_view snomed_system = "snomed.info/sct";
inline constexpr std::string_view sdoh_system =
    "hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";
// Senders that know Hubward may name a need exactly; any host, this path.
inline constexpr std::string_view need_system_path = "/CodeSystem/hubward-need";
// … and what the person agreed may give way.
inline constexpr std::string_view may_relax_system_path = "/CodeSystem/hubward-may-relax";

// `named` is one of the above. Scheme and case make no difference.
bool same_system(std::string_view uri, std::string_view named);
// The address behind http:// or https://; nothing for another scheme.
std::optional<std::string_view> without_scheme(std::string_view uri);
// A canonical address, with or without "|version", compared like a system.
bool same_canonical(std::string_view canonical, std::string_view address);
// "system|value" with this system; gives the value.
std::optional<std::string_view> token_value(std::string_view token, std::string_view named);
// The code of this system in a CodeableConcept; empty when there is none.
std::string_view code_in(const std::optional<Json>& codeable_concept, std::string_view named);
// … in a list of CodeableConcepts; the first that has one.
std::string_view code_in_any(const std::optional<Json>& concepts, std::string_view named);
// The value of the first identifier with this system.
std::string_view identifier(Json resource, std::string_view named);
// The first extension whose url ends with `tail`.
std::optional<Json> extension(Json element, std::string_view tail);

}  // namespace hubward::server::wire::fhir
