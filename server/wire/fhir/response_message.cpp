// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/response_message.hpp"

#include <variant>

#include <fmt/format.h>

#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/answer_entries.hpp"
#include "server/wire/fhir/capability.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/reasons.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire::fhir {
namespace {

constexpr std::string_view short_definition =
    "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-response-referral-short";

std::string_view encounter_status(Response what) {
    switch (what) {
        case Response::accepted: return "planned";
        case Response::rejected: return "cancelled";
        case Response::completed: return "finished";
    }
    return "planned";
}

bool helped(const matcher::Referral& referral) {
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if (is_help(referral.needs[i].outcome)) {
            return true;
        }
    }
    return false;
}

struct Original {
    std::string_view bundle;
    std::string_view header;     // the MessageHeader resource
    std::string header_url;
    std::string request_url;
};

Original original_of(std::string_view bundle) {
    Original original;
    original.bundle = bundle;
    for (const auto entry : raw_items(raw_member(bundle, "entry"))) {
        const auto resource = raw_member(entry, "resource");
        const auto type = unquoted(raw_member(resource, "resourceType"));
        if (type == "MessageHeader") {
            original.header = resource;
            original.header_url = json_text(raw_member(entry, "fullUrl"));
        } else if (type == "ServiceRequest") {
            original.request_url = json_text(raw_member(entry, "fullUrl"));
        }
    }
    return original;
}

void raw_unless_empty(JsonWriter& json, std::string_view name, std::string_view raw) {
    if (!raw.empty()) {
        json.raw(name, raw);
    }
}

// Sender and receiver change places.
void write_header(JsonWriter& json, const Original& original, const ResponseFacts& facts,
                  const Origin& origin) {
    const auto destinations = raw_items(raw_member(original.header, "destination"));
    const auto destination = destinations.empty() ? std::string_view("{}") : destinations.front();
    json.open_object();
    json.text("fullUrl", original.header_url);
    json.open_object("resource");
    json.text("resourceType", "MessageHeader");
    json.text("id", resource_id("response-header", origin, static_cast<std::size_t>(facts.practice_seq)));
    json.open_object("meta");
    json.text("lastUpdated", time_text(facts.at));
    json.close_object();
    json.open_object("eventCoding");
    json.text("system", "https://fhir.nhs.uk/CodeSystem/message-events-bars");
    json.text("code", "servicerequest-response");
    json.close_object();
    json.open_array("destination");
    json.open_object();
    raw_unless_empty(json, "endpoint", raw_member(raw_member(original.header, "source"), "endpoint"));
    raw_unless_empty(json, "receiver", raw_member(original.header, "sender"));
    json.close_object();
    json.close_array();
    raw_unless_empty(json, "sender", raw_member(destination, "receiver"));
    json.open_object("source");
    json.text("name", "Hubward");
    raw_unless_empty(json, "endpoint", raw_member(destination, "endpoint"));
    json.close_object();
    json.open_object("reason");
    json.open_array("coding");
    json.open_object();
    json.text("system", "https://fhir.nhs.uk/CodeSystem/message-reason-bars");
    json.text("code", "new");
    json.close_object();
    json.close_array();
    json.close_object();
    json.open_object("response");
    raw_unless_empty(json, "identifier", raw_member(original.bundle, "id"));
    json.text("code", "ok");
    json.close_object();
    json.open_array("focus");
    json.open_object();
    json.text("reference", original.request_url);
    json.close_object();
    json.close_array();
    json.text("definition", short_definition);
    json.close_object();
    json.close_object();
}

void write_entries(JsonWriter& json, const Original& original, const ResponseFacts& facts,
                   const Origin& origin, std::string_view base_url) {
    json.open_array("entry");
    write_header(json, original, facts, origin);
    std::size_t position = 0;
    for (const auto entry : raw_items(raw_member(original.bundle, "entry"))) {
        const auto type = unquoted(raw_member(raw_member(entry, "resource"), "resourceType"));
        if (type != "MessageHeader") {
            write_entry(json, entry, origin, position, matcher::name(facts.referral.status));
        }
        ++position;
    }
    AnswerEncounter encounter;
    // The Encounter that the first answer announced, in its present status.
    encounter.id = resource_id("planned", {facts.referral.id, {}}, 0);
    encounter.at = facts.at;
    const auto system = std::string(base_url) + "/Id/referral-reference";
    encounter.reference_system = system;
    encounter.reference = readable_reference(facts.index);
    encounter.status = encounter_status(facts.what);
    encounter.hub_name = facts.hub_name;
    encounter.reason = facts.reason;
    encounter.base_url = base_url;
    write_encounter(json, original.bundle, encounter);
    json.close_array();
}

}  // namespace

std::optional<Response> response_of(const matcher::Event& event, const matcher::Referral& now) {
    if (std::holds_alternative<matcher::Accepted>(event)) {
        return Response::accepted;
    }
    if (std::holds_alternative<matcher::AllNeedsResolved>(event)) {
        return helped(now) ? Response::completed : Response::rejected;
    }
    if (const auto* withdrawn = std::get_if<matcher::Withdrawn>(&event)) {
        // What the practice itself did it knows.
        return withdrawn->reason == matcher::Reason::recalled_by_referrer ||
                       withdrawn->reason == matcher::Reason::sent_in_error
                   ? std::nullopt
                   : std::optional(Response::rejected);
    }
    return std::nullopt;
}

std::string response_id(std::string_view details, const ResponseFacts& facts) {
    const auto bundle = bundle_in(details);
    if (bundle.empty()) {
        return {};
    }
    return resource_id("response", {facts.referral.id, unquoted(raw_member(bundle, "id"))},
                       static_cast<std::size_t>(facts.practice_seq));
}

std::string encode_response(std::string_view details, const ResponseFacts& facts,
                            std::string_view base_url) {
    std::string out;
    const auto original = original_of(bundle_in(details));
    if (original.header.empty()) {
        return out;
    }
    const Origin origin{facts.referral.id, unquoted(raw_member(original.bundle, "id"))};
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Bundle");
    json.text("id", response_id(details, facts));
    json.open_object("meta");
    json.text("versionId", core_version);
    json.text("lastUpdated", time_text(facts.at));
    json.open_array("profile");
    json.text("https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage");
    json.close_array();
    json.close_object();
    if (const auto correlation = raw_member(details, "correlation_id"); !correlation.empty()) {
        // For the header X-Correlation-Id of whoever carries the message on.
        json.open_object("identifier");
        json.text("system", std::string(base_url) + "/Id/correlation-id");
        json.raw("value", correlation);
        json.close_object();
    }
    json.text("type", "message");
    json.text("timestamp", time_text(facts.at));
    write_entries(json, original, facts, origin, base_url);
    json.close_object();
    return out;
}

std::string encode_outbox(const std::vector<std::string>& messages, std::string_view base_url,
                          std::string_view next) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Bundle");
    json.text("type", "collection");
    json.open_array("link");
    json.open_object();
    json.text("relation", "next");
    json.text("url", std::string(base_url) + std::string(next));
    json.close_object();
    json.close_array();
    if (!messages.empty()) {
        json.open_array("entry");
        for (const auto& message : messages) {
            json.open_object();
            json.text("fullUrl", "urn:uuid:" + std::string(unquoted(raw_member(message, "id"))));
            json.raw("resource", message);
            json.close_object();
        }
        json.close_array();
    }
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
