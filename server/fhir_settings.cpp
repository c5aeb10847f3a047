// SPDX-License-Identifier: Apache-2.0
#include "server/fhir_settings.hpp"

#include <fmt/format.h>

#include "server/wire/fhir/systems.hpp"

namespace hubward::server {

std::expected<wire::fhir::Served, std::string> fhir_settings(const Config& config) {
    wire::fhir::Served served;
    served.services = config.dos_services;
    served.use_cases = config.fhir_use_cases;
    served.referral_definitions = config.fhir_referral_definitions;
    served.cancel_definitions = config.fhir_cancel_definitions;
    for (const auto* list : {&served.referral_definitions, &served.cancel_definitions}) {
        for (const auto& address : *list) {
            if (!wire::fhir::without_scheme(address)) {
                return std::unexpected(
                    "fhir.referral_definitions and fhir.cancel_definitions: expected addresses "
                    "that begin with http:// or https://");
            }
        }
    }
    for (const auto& rule : config.fhir_needs) {
        if (auto added = served.needs.add(rule); !added) {
            return std::unexpected(fmt::format("fhir.needs: \"{}\": {}", rule, added.error()));
        }
    }
    for (const auto& rule : config.fhir_may_relax) {
        if (auto added = served.agreements.add(rule); !added) {
            return std::unexpected(fmt::format("fhir.may_relax: \"{}\": {}", rule, added.error()));
        }
    }
    if (auto set = served.needs.use_by_default(config.fhir_default_need); !set) {
        return std::unexpected("fhir.default_need: " + set.error());
    }
    served.refuse_wrong_check_digit = config.fhir_wrong_check_digit == "refuse";
    served.unknown_use_case_status = config.fhir_unknown_use_case == "422" ? 422 : 400;
    return served;
}

}  // namespace hubward::server
