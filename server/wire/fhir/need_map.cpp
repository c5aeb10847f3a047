// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/need_map.hpp"

#include <array>

#include "server/wire/fhir/systems.hpp"

namespace hubward::server::wire::fhir {
namespace {

using matcher::Need;

struct Row {
    std::string_view category;  // of SDOHCC-CodeSystemTemporaryCodes
    Need need;
};
// The category is coarser than a need. It is read as the need that is asked for most in it, and the
// hub reads the practice's own words once it has accepted.
constexpr std::array<Row, 6> rows{{
    {"digital-access", Need::dev_loan},
    {"digital-literacy", Need::skill_foundation},
    {"language-access", Need::lang_support},
    {"personal-health-literacy", Need::health_info},
    {"social-connection", Need::social_connect},
    {"sdoh-category-unspecified", Need::assess},
}};

constexpr const char* rule_form = "expected system|code=need, the system as an http or https address";

}  // namespace

std::expected<void, std::string> NeedMap::add(std::string_view rule) {
    const auto bar = rule.find('|');
    const auto equals = rule.rfind('=');
    if (bar == std::string_view::npos || equals == std::string_view::npos || equals < bar) {
        return std::unexpected(rule_form);
    }
    const auto system = without_scheme(rule.substr(0, bar));
    const auto code = rule.substr(bar + 1, equals - bar - 1);
    if (!system || system->empty() || code.empty()) {
        return std::unexpected(rule_form);
    }
    const auto need = matcher::parse<Need>(rule.substr(equals + 1));
    if (!need) {
        return std::unexpected("the last part is no need; docs/GLOSSARY.md lists them");
    }
    rules_.push_back({std::string(*system), std::string(code), *need});
    return {};
}

std::expected<void, std::string> NeedMap::use_by_default(std::string_view need) {
    const auto parsed = matcher::parse<Need>(need);
    if (!parsed) {
        return std::unexpected("expected a need; docs/GLOSSARY.md lists them");
    }
    default_ = *parsed;
    return {};
}

std::optional<Need> NeedMap::find(std::string_view system, std::string_view code) const {
    for (const auto& rule : rules_) {
        if (rule.code == code && same_system(system, rule.system)) {
            return rule.need;
        }
    }
    if (system.ends_with(need_system_path)) {
        return matcher::parse<Need>(code);
    }
    if (same_system(system, sdoh_system)) {
        for (const auto& row : rows) {
            if (row.category == code) {
                return row.need;
            }
        }
    }
    return std::nullopt;
}

}  // namespace hubward::server::wire::fhir
