// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/definitions.hpp"

#include <algorithm>

#include "server/wire/fhir/capability.hpp"
#include "server/wire/fhir/systems.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {
namespace {

struct Definition {
    std::string_view url;
    bool referral = false;  // else: a cancellation

    // The last part of the address.
    std::string_view id() const { return url.substr(url.rfind('/') + 1); }
};
std::vector<Definition> definitions_of(const Served& served) {
    std::vector<Definition> all;
    for (const auto& url : served.referral_definitions) {
        all.push_back({url, true});
    }
    for (const auto& url : served.cancel_definitions) {
        all.push_back({url, false});
    }
    return all;
}

void write_coding(JsonWriter& json, std::string_view system, std::string_view code) {
    json.open_object();
    json.text("system", system);
    json.text("code", code);
    json.close_object();
}

void write_use(JsonWriter& json, std::string_view code_system, std::string_view code,
               std::string_view value_system, std::string_view value) {
    json.open_object();
    json.key("code");
    write_coding(json, code_system, code);
    json.open_object("valueCodeableConcept");
    json.open_array("coding");
    write_coding(json, value_system, value);
    json.close_array();
    json.close_object();
    json.close_object();
}

// Conformance tools look for the service both in the older form and in the newer one.
void write_uses(JsonWriter& json, const Served& served) {
    constexpr std::string_view dos = "https://fhir.nhs.uk/Id/dos-service-id";
    constexpr std::string_view context = "http://terminology.hl7.org/CodeSystem/usage-context-type";
    json.open_array("useContext");
    for (const auto& service : served.services) {
        write_use(json, dos, service, "http://hl7.org/fhir/variant-state", "positive");
        write_use(json, context, "workflow", dos, service);
    }
    for (const auto& use_case : served.use_cases) {
        write_use(json, context, "workflow",
                  "https://fhir.nhs.uk/CodeSystem/usecases-categories-bars", use_case);
    }
    json.close_array();
}

void write_focus(JsonWriter& json, std::string_view type, int min, std::string_view max) {
    json.open_object();
    json.text("code", type);
    json.integer("min", min);
    json.text("max", max);
    json.close_object();
}

void write_focuses(JsonWriter& json, const Definition& definition) {
    json.open_array("focus");
    write_focus(json, "MessageHeader", 1, "1");
    write_focus(json, "ServiceRequest", 1, "1");
    write_focus(json, "Patient", 1, "1");
    write_focus(json, "Organization", 2, "*");
    if (definition.referral) {
        for (const std::string_view type : {"Encounter", "CarePlan", "HealthcareService"}) {
            write_focus(json, type, 1, "1");
        }
        for (const std::string_view type : {"Practitioner", "PractitionerRole", "Consent"}) {
            write_focus(json, type, 1, "*");
        }
        for (const std::string_view type : {"Task", "Condition", "Flag", "Location"}) {
            write_focus(json, type, 0, "*");
        }
    }
    json.close_array();
}

void write_definition(JsonWriter& json, const Definition& definition, const Served& served) {
    json.open_object();
    json.text("resourceType", "MessageDefinition");
    json.text("id", definition.id());
    json.text("url", definition.url);
    json.text("version", core_version);
    json.text("name", definition.referral ? "BARSMessageServiceRequestRequestReferral"
                                          : "BARSMessageServiceRequestRequestCancelled");
    json.text("title", definition.referral ? "Service Request - Request - Referral"
                                            : "Service Request - Request - Cancelled");
    json.text("status", "active");
    json.text("date", statement_date);
    write_uses(json, served);
    json.open_object("eventCoding");
    json.text("system", "https://fhir.nhs.uk/CodeSystem/message-events-bars");
    json.text("code", "servicerequest-request");
    json.close_object();
    json.text("category", "consequence");
    write_focuses(json, definition);
    json.text("responseRequired", "always");
    json.close_object();
}

bool listed(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::optional<Trouble> check_context(std::string_view context, const Served& served) {
    const auto bar = context.find('|');
    if (bar == std::string_view::npos || bar == 0 || bar + 1 == context.size()) {
        return Trouble{400, "value", "context must be system|value.", {}};
    }
    const auto service = token_value(context, service_system);
    const auto use_case = token_value(context, use_case_system);
    if (!service && !use_case) {
        return Trouble{400, "value", "context names a service id or a use case.", {}};
    }
    if ((service && !listed(served.services, *service)) ||
        (use_case && !listed(served.use_cases, *use_case))) {
        return Trouble{404, "not-found", "This service or use case is not served here.", {}};
    }
    return std::nullopt;
}

}  // namespace

std::expected<std::string, Trouble> encode_definitions(
    const std::vector<std::string_view>& contexts, const Served& served,
    std::string_view base_url) {
    std::size_t asked = 0;
    for (auto context : contexts) {
        // The conformance tool packs two contexts into one value.
        constexpr std::string_view joint = "&context=";
        while (!context.empty()) {
            const auto end = context.find(joint);
            if (auto trouble = check_context(context.substr(0, end), served)) {
                return std::unexpected(*std::move(trouble));
            }
            ++asked;
            context = end == std::string_view::npos ? std::string_view()
                                                    : context.substr(end + joint.size());
        }
    }
    if (asked == 0) {
        return std::unexpected(Trouble{400, "required", "The query parameter context is missing.", {}});
    }
    const auto definitions = definitions_of(served);
    std::string out;
    out.reserve(4096);
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Bundle");
    json.text("type", "searchset");
    json.integer("total", definitions.size());
    json.open_array("link");
    json.open_object();
    json.text("relation", "self");
    json.text("url", std::string(base_url) + "/FHIR/R4/MessageDefinition");
    json.close_object();
    json.close_array();
    json.open_array("entry");
    for (const auto& definition : definitions) {
        json.open_object();
        json.text("fullUrl",
                  std::string(base_url) + "/FHIR/R4/MessageDefinition/" + std::string(definition.id()));
        json.key("resource");
        write_definition(json, definition, served);
        json.open_object("search");
        json.text("mode", "match");
        json.close_object();
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
