// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/agreement_map.hpp"

namespace hubward::server::wire::fhir {

std::expected<void, std::string> AgreementMap::add(std::string_view rule) {
    return rules_.add(rule, "the last part must be language, times or travel");
}

std::optional<matcher::Requirement> AgreementMap::find(std::string_view system,
                                                       std::string_view code) const {
    if (const auto own = rules_.find(system, code)) {
        return own;
    }
    return system.ends_with(may_relax_system_path) ? matcher::parse<matcher::Requirement>(code) : std::nullopt;
}

}  // namespace hubward::server::wire::fhir
