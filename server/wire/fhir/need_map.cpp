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

}  // namespace

std::expected<void, std::string> NeedMap::add(std::string_view rule) {
    return rules_.add(rule, "the last part is no need; docs/GLOSSARY.md lists them");
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
    if (const auto own = rules_.find(system, code)) {
        return own;
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
