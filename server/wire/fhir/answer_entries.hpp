// SPDX-License-Identifier: Apache-2.0
//
// The entries of a stored message, written again with ids of ours; shared by all answers that give
// a message back. Raw text in, raw text out, so that nothing is lost on the way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "matcher/codes.hpp"
#include "matcher/types.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

// Whose message it is: together they name each of its resources for good.
struct Origin {
    matcher::ReferralId referral;
    std::string_view bundle_id;
};

// UUID version 8 (RFC 9562: "vendor-specific"), from what it names.
std::string resource_id(std::string_view kind, const Origin& origin, std::size_t position);

// The text between the quotes of a raw JSON string.
std::string_view unquoted(std::string_view raw);
std::string_view service_request_in(std::string_view bundle);

// One entry with an id of ours; the ServiceRequest gets the referral's. status: what the
// ServiceRequest has now; empty keeps what was sent.
void write_entry(JsonWriter& json, std::string_view entry, const Origin& origin,
                 std::size_t position, std::string_view status = {});

// The Encounter that an answer adds.
struct AnswerEncounter {
    std::string id;
    matcher::Timestamp at{};
    std::string_view reference_system;
    std::string reference;             // what the person can be told
    std::string_view status = "planned";
    std::string_view hub_name;         // empty: no hub is named
    matcher::Reason reason = matcher::Reason::none;
    std::string_view base_url;         // for the code system of the reason
};
void write_encounter(JsonWriter& json, std::string_view bundle, const AnswerEncounter& encounter);

}  // namespace hubward::server::wire::fhir
