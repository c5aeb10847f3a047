// SPDX-License-Identifier: Apache-2.0
//
// From the codes of a practice system to what a person agreed may give way rather than nobody be found.
//
// FHIR has no code for it. Ours are language, times and travel in any system whose address ends with
// /CodeSystem/hubward-may-relax; an installation names those of its senders, which are looked at first. Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/codes.hpp"
#include "server/wire/fhir/code_rules.hpp"

namespace hubward::server::wire::fhir {

class AgreementMap {
  public:
    // "system|code=travel". Error: what is expected.
    std::expected<void, std::string> add(std::string_view rule);
    std::optional<matcher::Requirement> find(std::string_view system, std::string_view code) const;

  private:
    CodeRules<matcher::Requirement> rules_;
};

}  // namespace hubward::server::wire::fhir
