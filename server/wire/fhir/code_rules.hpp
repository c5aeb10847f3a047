// SPDX-License-Identifier: Apache-2.0
//
// Rules of an installation: which code of a practice system means which code of ours. Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/codes.hpp"
#include "server/wire/fhir/systems.hpp"

namespace hubward::server::wire::fhir {

template <class Code>
class CodeRules {
  public:
    // "system|code=word", "http://snomed.info/sct|871731000000106=assess". `unknown_word` is the error when
    // the last part is no code of ours; every error says what is expected.
    std::expected<void, std::string> add(std::string_view rule, std::string_view unknown_word) {
        const auto bar = rule.find('|');
        const auto equals = rule.rfind('=');
        if (bar == std::string_view::npos || equals == std::string_view::npos || equals < bar) {
            return std::unexpected(shape);
        }
        const auto system = without_scheme(rule.substr(0, bar));
        const auto code = rule.substr(bar + 1, equals - bar - 1);
        if (!system || system->empty() || code.empty()) {
            return std::unexpected(shape);
        }
        const auto meant = matcher::parse<Code>(rule.substr(equals + 1));
        if (!meant) {
            return std::unexpected(std::string(unknown_word));
        }
        rules_.push_back({std::string(*system), std::string(code), *meant});
        return {};
    }

    std::optional<Code> find(std::string_view system, std::string_view code) const {
        for (const auto& rule : rules_) {
            if (rule.code == code && same_system(system, rule.system)) {
                return rule.meant;
            }
        }
        return std::nullopt;
    }

  private:
    static constexpr const char* shape =
        "expected system|code=word, the system as an http or https address";
    struct Rule {
        std::string system;  // without the scheme
        std::string code;
        Code meant{};
    };
    std::vector<Rule> rules_;
};

}  // namespace hubward::server::wire::fhir
