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
#include <vector>

#include "matcher/care.hpp"
#include "matcher/session.hpp"
#include "server/wire/fault.hpp"

namespace hubward::server::api {

std::expected<void, wire::Faults> decode_nothing(std::string_view body);

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

// {"seats": 8}: of a session; 0 calls it full.
std::expected<std::uint16_t, wire::Faults> decode_seats(std::string_view body);

// {"starts": "2026-03-02T10:00:00Z"} and the like: one time with its offset, under this name.
// A time of its own, or a seat at one of the hub's sessions.
struct AgreedDate {
    matcher::Timestamp starts{};
    matcher::SessionNumber session = matcher::no_session;
};
std::expected<AgreedDate, wire::Faults> decode_date(std::string_view body);
std::expected<matcher::Timestamp, wire::Faults> decode_time(std::string_view body,
                                                            std::string_view name);
std::expected<matcher::Contact, wire::Faults> decode_contact(std::string_view body);
std::expected<matcher::Review, wire::Faults> decode_review(std::string_view body);
// {"price": 120}: points.
std::expected<std::uint16_t, wire::Faults> decode_price(std::string_view body);
// {"hub": "a-slug"}; empty when it is left out.
std::expected<std::string, wire::Faults> decode_hub_choice(std::string_view body);
// {"owner": "duty-desk"}
std::expected<matcher::OwnerName, wire::Faults> decode_owner(std::string_view body);

struct PauseBody {
    matcher::Reason reason = matcher::Reason::none;
    matcher::Timestamp review_at{};
};
std::expected<PauseBody, wire::Faults> decode_pause(std::string_view body);

struct ReopenBody {
    std::string note;  // in a person's words; may be personal
    std::vector<matcher::Need> needs;  // empty: all that can be
};
std::expected<ReopenBody, wire::Faults> decode_reopen(std::string_view body);

wire::Faults one_fault(std::string pointer, std::string detail, std::string kind);

}  // namespace hubward::server::api
