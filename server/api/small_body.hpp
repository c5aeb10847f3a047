// SPDX-License-Identifier: Apache-2.0
//
// Bodies of one or two codes: {"reason": "no-capacity"}, {"need": 0, "outcome": "need-met"}.
//
// As strict as every other document: one flat object, no unknown or repeated field. An empty body
// counts as {}. Pure; any thread.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "matcher/codes.hpp"
#include "server/wire/fault.hpp"

namespace hubward::server::api {

std::expected<void, wire::Faults> decode_nothing(std::string_view body);
std::expected<matcher::Reason, wire::Faults> decode_reason(std::string_view body);

struct OutcomeBody {
    std::uint8_t need = 0;
    matcher::Outcome outcome = matcher::Outcome::none;
};
std::expected<OutcomeBody, wire::Faults> decode_outcome(std::string_view body);

struct ChoiceBody {
    std::string hub;  // slug; empty with no_digital
    bool no_digital = false;
};
// Exactly one of {"hub": "…"} and {"no_digital": true}.
std::expected<ChoiceBody, wire::Faults> decode_choice(std::string_view body);

struct CapacityBody {
    matcher::UnitKind kind = matcher::UnitKind::place;
    std::uint16_t total = 0;
};
std::expected<CapacityBody, wire::Faults> decode_capacity(std::string_view body);

wire::Faults one_fault(std::string pointer, std::string detail, std::string kind);

}  // namespace hubward::server::api
