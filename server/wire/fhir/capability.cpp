// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/capability.hpp"

#include <initializer_list>

#include "server/wire/fhir/subscription.hpp"  // task_topic
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {
namespace {

struct Parameter {
    std::string_view name;
    std::string_view type;
};
struct Readable {
    std::string_view type;
    bool by_id = false;
    std::initializer_list<Parameter> parameters;
};

void write_parameters(JsonWriter& json, std::initializer_list<Parameter> parameters) {
    json.open_array("searchParam");
    for (const auto& parameter : parameters) {
        json.open_object();
        json.text("name", parameter.name);
        json.text("type", parameter.type);
        json.close_object();
    }
    json.close_array();
}

void write_readable(JsonWriter& json, const Readable& resource) {
    json.open_object();
    json.text("type", resource.type);
    json.open_array("interaction");
    if (resource.by_id) {
        json.open_object();
        json.text("code", "read");
        json.close_object();
    }
    json.open_object();
    json.text("code", "search-type");
    json.close_object();
    json.close_array();
    write_parameters(json, resource.parameters);
    json.close_object();
}

// Which topic is told of, as the backport of topics to R4 wants it said.
void write_subscription(JsonWriter& json) {
    constexpr std::string_view backport = "http://hl7.org/fhir/uv/subscriptions-backport/";
    json.open_object();
    json.open_array("extension");
    json.open_object();
    json.text("url", std::string(backport) +
                         "StructureDefinition/capabilitystatement-subscriptiontopic-canonical");
    json.text("valueCanonical", task_topic);
    json.close_object();
    json.close_array();
    json.text("type", "Subscription");
    json.open_array("supportedProfile");
    json.text(std::string(backport) + "StructureDefinition/backport-subscription");
    json.close_array();
    json.open_array("interaction");
    for (const std::string_view code : {"read", "create", "delete", "search-type"}) {
        json.open_object();
        json.text("code", code);
        json.close_object();
    }
    json.close_array();
    json.open_array("operation");
    for (const std::string_view name : {"status", "events"}) {
        json.open_object();
        json.text("name", name);
        json.text("definition", std::string(backport) +
                                    "OperationDefinition/backport-subscription-" + std::string(name));
        json.close_object();
    }
    json.close_array();
    json.close_object();
}

void write_rest(JsonWriter& json, std::string_view base_url) {
    json.open_array("rest");
    json.open_object();
    json.text("mode", "server");
    json.open_array("resource");
    write_readable(json, {"ServiceRequest", true,
                          {{"_id", "token"},
                           {"identifier", "token"},
                           {"status", "token"},
                           {"patient:identifier", "token"},
                           {"patient:name", "string"},
                           {"patient:birthdate", "date"},
                           {"patient:address-postalcode", "string"}}});
    write_readable(json, {"MessageDefinition", false, {{"context", "token"}}});
    write_readable(json, {"Task", true,
                          {{"_id", "token"},
                           {"status", "token"},
                           {"part-of", "reference"},
                           {"focus", "reference"},
                           {"owner", "reference"}}});
    write_readable(json, {"HealthcareService", true,
                          {{"_id", "token"},
                           {"active", "token"},
                           {"service-type", "token"},
                           {"capacity-status", "token"}}});
    write_subscription(json);
    json.close_array();
    json.open_array("operation");
    json.open_object();
    json.text("name", "process-message");
    json.text("definition", "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message");
    json.close_object();
    json.open_object();
    json.text("name", "outbox");
    json.text("definition", std::string(base_url) + "/FHIR/R4/OperationDefinition/outbox");
    json.close_object();
    json.close_array();
    json.close_object();
    json.close_array();
}

void write_messaging(JsonWriter& json, const Served& served) {
    json.open_array("messaging");
    json.open_object();
    json.open_array("supportedMessage");
    for (const auto* list : {&served.referral_definitions, &served.cancel_definitions}) {
        for (const auto& url : *list) {
            json.open_object();
            json.text("mode", "receiver");
            json.text("definition", url);
            json.close_object();
        }
    }
    json.close_array();
    json.close_object();
    json.close_array();
}

}  // namespace

std::string encode_capability(const Served& served, std::string_view base_url) {
    std::string out;
    out.reserve(4096);
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "CapabilityStatement");
    json.text("url", std::string(base_url) + "/FHIR/R4/metadata");
    json.text("version", core_version);
    json.text("name", "Hubward");
    json.text("title", "Referrals to community hubs by BaRS");
    json.text("status", "active");
    json.text("date", statement_date);
    json.text("kind", "instance");
    json.open_object("software");
    json.text("name", "Hubward");
    json.close_object();
    json.open_object("implementation");
    json.text("description", "Routes referrals of digitally excluded people to community hubs");
    json.text("url", std::string(base_url) + "/FHIR/R4");
    json.close_object();
    json.text("fhirVersion", "4.0.1");
    json.open_array("format");
    json.text("application/fhir+json");
    json.text("application/fhir+xml");
    json.close_array();
    write_rest(json, base_url);
    write_messaging(json, served);
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
