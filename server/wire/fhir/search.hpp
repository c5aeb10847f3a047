// SPDX-License-Identifier: Apache-2.0
//
// A search for ServiceRequests, by what stands in the message that each came in.
//
// Names are compared like FHIR strings: the beginning of a part, without case. All parameters that
// are given must fit. Parameters that are not known are ignored, as FHIR asks by default.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/referral.hpp"
#include "server/wire/fhir/operation_outcome.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::wire::fhir {

struct Token {
    std::string system;  // empty: any
    std::string value;
};

struct Question {
    std::optional<matcher::ReferralId> id;
    std::optional<matcher::ReferralStatus> status;
    std::string nhs_number;             // ten digits; empty: not asked
    std::optional<Token> patient;       // another identifier of the patient
    std::optional<Token> identifier;    // of the ServiceRequest
    std::string name;
    std::string birthdate;              // YYYY, YYYY-MM or YYYY-MM-DD
    std::string postcode;               // upper case, no blanks
};

// The decoded query. 400 `required` when no parameter narrows the search to a person or a request,
// 400 `value` for a malformed one.
std::expected<Question, Trouble> read_question(
    const std::vector<std::pair<std::string, std::string>>& query);

// Whether the bundle of a referral is meant; id and status are the caller's to compare.
bool fits(const Question& question, Json bundle);

// The first resource of that type in a bundle.
std::optional<Json> resource_of(Json bundle, std::string_view type);

// A Bundle of type searchset. Each entry: the resource as JSON text, its type and id.
struct Found {
    std::string_view type;
    std::string id;
    std::string resource;
};
// total: of all pages; nothing when it was not counted. self: the address that was asked, without
// the query, because that may hold personal details. next: of the following page, or empty.
std::string encode_searchset(const std::vector<Found>& found, std::optional<std::size_t> total,
                             std::string_view base_url, std::string_view self,
                             std::string_view next = {});

}  // namespace hubward::server::wire::fhir
