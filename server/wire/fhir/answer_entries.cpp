// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/answer_entries.hpp"

#include <fmt/format.h>

#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/reasons.hpp"
#include "server/wire/hash.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire::fhir {
namespace {

// The resource with this id in place of its own.
void write_resource(JsonWriter& json, std::string_view resource, std::string_view id,
                    std::string_view status) {
    json.open_object();
    for (const auto& [key, value] : raw_members(resource)) {
        if (key == "id") {
            continue;
        }
        if (key == "status" && !status.empty()) {
            json.text(key, status);
            continue;
        }
        json.raw(key_text(key), value);
        if (key == "resourceType") {
            json.text("id", id);
        }
    }
    json.close_object();
}

// https://fhir.nhs.uk/CodeSystem/rejected-reasons-bars has two codes.
std::string_view short_rejection(matcher::Reason reason) {
    return reason == matcher::Reason::no_capacity || reason == matcher::Reason::no_slot ||
                   reason == matcher::Reason::offer_expired
               ? "RRNA"
               : "OTH";
}

}  // namespace

std::string resource_id(std::string_view kind, const Origin& origin, std::size_t position) {
    const auto hash =
        hash128("hubward.bars.resource", fmt::format("{}/{}/{}/{}", kind, id_text(origin.referral),
                                                     origin.bundle_id, position));
    matcher::ReferralId id{hash.high, hash.low};
    id.high = (id.high & ~0xF000ULL) | 0x8000;
    id.low = (id.low & ~(3ULL << 62)) | (2ULL << 62);
    return id_text(id);
}

std::string_view unquoted(std::string_view raw) {
    return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : raw;
}

std::string_view service_request_in(std::string_view bundle) {
    for (const auto entry : raw_items(raw_member(bundle, "entry"))) {
        const auto resource = raw_member(entry, "resource");
        if (unquoted(raw_member(resource, "resourceType")) == "ServiceRequest") {
            return resource;
        }
    }
    return {};
}

void write_entry(JsonWriter& json, std::string_view entry, const Origin& origin,
                 std::size_t position, std::string_view status) {
    json.open_object();
    for (const auto& [key, value] : raw_members(entry)) {
        if (key != "resource") {
            json.raw(key_text(key), value);
            continue;
        }
        const bool main = unquoted(raw_member(value, "resourceType")) == "ServiceRequest";
        json.key(key);
        if (main) {
            write_resource(json, value, id_text(origin.referral), status);
        } else {
            write_resource(json, value, resource_id("entry", origin, position), {});
        }
    }
    json.close_object();
}

void write_encounter(JsonWriter& json, std::string_view bundle, const AnswerEncounter& encounter) {
    json.open_object();
    json.text("fullUrl", "urn:uuid:" + encounter.id);
    json.open_object("resource");
    json.text("resourceType", "Encounter");
    json.text("id", encounter.id);
    json.open_object("meta");
    json.text("lastUpdated", time_text(encounter.at));
    json.close_object();
    json.open_array("identifier");
    json.open_object();
    json.text("system", encounter.reference_system);
    json.text("value", encounter.reference);
    json.close_object();
    json.close_array();
    json.text("status", encounter.status);
    json.open_object("class");
    json.text("system", "http://terminology.hl7.org/CodeSystem/v3-ActCode");
    json.text("code", "AMB");
    json.text("display", "ambulatory");
    json.close_object();
    if (const auto subject = raw_member(service_request_in(bundle), "subject"); !subject.empty()) {
        json.raw("subject", subject);
    }
    if (encounter.status == "cancelled") {
        json.open_array("reasonCode");
        json.open_object();
        json.open_array("coding");
        json.open_object();
        json.text("system", "https://fhir.nhs.uk/CodeSystem/rejected-reasons-bars");
        json.text("code", short_rejection(encounter.reason));
        json.close_object();
        if (encounter.reason != matcher::Reason::none) {
            json.open_object();
            json.text("system", std::string(encounter.base_url) + "/CodeSystem/hubward-reason");
            json.text("code", matcher::name(encounter.reason));
            json.close_object();
        }
        json.close_array();
        json.text("text", encounter.reason == matcher::Reason::none ? "No help could be given."
                                                                    : words(encounter.reason));
        json.close_object();
        json.close_array();
    }
    if (!encounter.hub_name.empty()) {
        json.open_object("serviceProvider");
        json.text("display", encounter.hub_name);
        json.close_object();
    }
    json.close_object();
    json.close_object();
}

}  // namespace hubward::server::wire::fhir
