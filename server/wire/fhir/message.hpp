// SPDX-License-Identifier: Apache-2.0
//
// A BaRS message as it must be: bundle shape, versions, header, workflow, cardinalities and data
// rules of the referral and cancel definitions (BaRS Core 1.1, application 5). A message that
// breaks one is refused whole, with the first breach.
//
// The rules of the standard are checked in its order: shape, versions, header, cardinalities,
// workflow, data. Pure; the result points into the thread's JSON parser (see json_reader.hpp).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/codes.hpp"
#include "matcher/types.hpp"
#include "server/wire/fhir/operation_outcome.hpp"
#include "server/wire/fhir/served.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::wire::fhir {

struct Resource {
    std::string_view type;
    std::string_view full_url;
    Json value;
};

struct Message {
    enum class What : std::uint8_t { refer, cancel, respond } what = What::refer;
    std::string bundle_id;
    std::vector<Resource> resources;  // in order of the bundle
    Json header;
    Json service_request;
    Json patient;
    std::string sender_ods;           // ODS code of the sending organisation
    matcher::Timestamp sent{};        // Bundle.timestamp
    std::string responds_to;          // respond only: Bundle.id of a message of ours
    // cancel only
    matcher::ReferralId cancels;
    matcher::Reason reason = matcher::Reason::none;

    std::optional<Json> first(std::string_view type) const;
    // What a Reference points at inside this bundle.
    const Resource* resolve(const std::optional<Json>& reference) const;
};

std::expected<Message, Trouble> read_message(std::string_view body, const Served& served);

}  // namespace hubward::server::wire::fhir
