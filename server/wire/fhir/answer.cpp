// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/answer.hpp"

#include <fmt/format.h>

#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/hash.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire::fhir {
namespace {

// UUID version 8 (RFC 9562: "vendor-specific"), from what it names.
std::string id_of(std::string_view kind, const matcher::ReferralId& referral, std::size_t position,
                  std::string_view bundle_id) {
    const auto hash = hash128("hubward.bars.resource",
                              fmt::format("{}/{}/{}/{}", kind, id_text(referral), bundle_id, position));
    matcher::ReferralId id{hash.high, hash.low};
    id.high = (id.high & ~0xF000ULL) | 0x8000;
    id.low = (id.low & ~(3ULL << 62)) | (2ULL << 62);
    return id_text(id);
}

std::string_view unquoted(std::string_view raw) {
    return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : raw;
}

// The resource with this id in place of its own.
void write_resource(JsonWriter& json, std::string_view resource, std::string_view id) {
    json.open_object();
    for (const auto& [key, value] : raw_members(resource)) {
        if (key == "id") {
            continue;
        }
        json.raw(key, value);
        if (key == "resourceType") {
            json.text("id", id);
        }
    }
    json.close_object();
}

void write_entry(JsonWriter& json, std::string_view entry, const matcher::ReferralId& referral,
                 std::size_t position, std::string_view bundle_id) {
    json.open_object();
    for (const auto& [key, value] : raw_members(entry)) {
        if (key != "resource") {
            json.raw(key, value);
            continue;
        }
        const bool main = unquoted(raw_member(value, "resourceType")) == "ServiceRequest";
        json.key(key);
        write_resource(json, value,
                       main ? id_text(referral) : id_of("entry", referral, position, bundle_id));
    }
    json.close_object();
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

void write_planned(JsonWriter& json, std::string_view bundle, const matcher::ReferralId& referral,
                   matcher::ReferralIndex index, matcher::Timestamp taken,
                   std::string_view reference_system) {
    const auto id = id_of("planned", referral, 0, {});
    json.open_object();
    json.text("fullUrl", "urn:uuid:" + id);
    json.open_object("resource");
    json.text("resourceType", "Encounter");
    json.text("id", id);
    json.open_object("meta");
    json.text("lastUpdated", time_text(taken));
    json.close_object();
    json.open_array("identifier");
    json.open_object();
    json.text("system", reference_system);
    json.text("value", readable_reference(index));
    json.close_object();
    json.close_array();
    json.text("status", "planned");
    json.open_object("class");
    json.text("system", "http://terminology.hl7.org/CodeSystem/v3-ActCode");
    json.text("code", "AMB");
    json.text("display", "ambulatory");
    json.close_object();
    if (const auto subject = raw_member(service_request_in(bundle), "subject"); !subject.empty()) {
        json.raw("subject", subject);
    }
    json.close_object();
    json.close_object();
}

template <class More>
std::string answer(std::string_view bundle, const matcher::ReferralId& referral, More&& more) {
    std::string out;
    out.reserve(bundle.size() + 2048);
    JsonWriter json(out);
    const auto bundle_id = unquoted(raw_member(bundle, "id"));
    json.open_object();
    for (const auto& [key, value] : raw_members(bundle)) {
        if (key != "entry") {
            json.raw(key, value);
            continue;
        }
        json.open_array(key);
        std::size_t position = 0;
        for (const auto entry : raw_items(value)) {
            write_entry(json, entry, referral, position++, bundle_id);
        }
        more(json);
        json.close_array();
    }
    json.close_object();
    return out;
}

std::string_view status_of(matcher::ReferralStatus status) { return matcher::name(status); }

}  // namespace

std::string encode_referral_answer(std::string_view bundle, const matcher::ReferralId& referral,
                                   matcher::ReferralIndex index, matcher::Timestamp taken,
                                   std::string_view reference_system) {
    return answer(bundle, referral, [&](JsonWriter& json) {
        write_planned(json, bundle, referral, index, taken, reference_system);
    });
}

std::string encode_cancel_answer(std::string_view bundle, const matcher::ReferralId& referral) {
    return answer(bundle, referral, [](JsonWriter&) {});
}

std::string encode_service_request(std::string_view bundle, const matcher::Referral& referral) {
    const auto resource = service_request_in(bundle);
    std::string out;
    if (resource.empty()) {
        return out;
    }
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "ServiceRequest");
    json.text("id", id_text(referral.id));
    for (const auto& [key, value] : raw_members(resource)) {
        if (key == "status") {
            json.text("status", status_of(referral.status));
        } else if (key != "resourceType" && key != "id") {
            json.raw(key, value);
        }
    }
    json.close_object();
    return out;
}

std::string_view bundle_in(std::string_view details) {
    return unquoted(raw_member(details, "format")) == "bars" ? raw_member(details, "bundle")
                                                             : std::string_view();
}

}  // namespace hubward::server::wire::fhir
