// SPDX-License-Identifier: Apache-2.0
//
// From the codes of a practice system to needs of ours.
//
// The built-in rows are the categories of SDOH Clinical Care and the need codes of Hubward itself;
// an installation adds its own, which are looked at first. A message without any known code asks
// for the default need: the hub finds out together with the person. Pure; any thread.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/codes.hpp"
#include "server/wire/fhir/code_rules.hpp"

namespace hubward::server::wire::fhir {

class NeedMap {
  public:
    // "system|code=need", "http://snomed.info/sct|871731000000106=assess". Error: what is expected.
    std::expected<void, std::string> add(std::string_view rule);
    // A need code. Error: what is expected.
    std::expected<void, std::string> use_by_default(std::string_view need);

    std::optional<matcher::Need> find(std::string_view system, std::string_view code) const;
    matcher::Need by_default() const { return default_; }

  private:
    CodeRules<matcher::Need> rules_;
    matcher::Need default_ = matcher::Need::assess;
};

}  // namespace hubward::server::wire::fhir
