// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/message.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/wire/calendar.hpp"
#include "server/wire/fhir/message_rules.hpp"
#include "server/wire/fhir/systems.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/referral_json.hpp"  // parse_id

namespace hubward::server::wire::fhir {
namespace {

using Checked = std::optional<Trouble>;

bool listed(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// FHIR id: 1 to 64 of letters, digits, '-' and '.'.
bool id_shaped(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    });
}

Checked read_entries(Json bundle, Message& message) {
    const auto entries = bundle.find("entry");
    if (!entries || !entries->is_array() || entries->size() == 0) {
        return breach("required", "A message has entries.", "Bundle.entry");
    }
    Checked trouble;
    entries->items([&](std::size_t i, Json entry) {
        const auto resource = entry.find("resource");
        const auto place = fmt::format("Bundle.entry[{}]", i);
        if (trouble) {
            return;
        }
        if (!resource || resource->text_at("resourceType").empty()) {
            trouble = breach("structure", "Each entry holds a resource.", place + ".resource");
        } else if (entry.text_at("fullUrl").empty()) {
            trouble = breach("required", "Each entry of a message has a fullUrl.", place + ".fullUrl");
        } else {
            message.resources.push_back(
                {resource->text_at("resourceType"), entry.text_at("fullUrl"), *resource});
        }
    });
    if (trouble) {
        return trouble;
    }
    auto urls = std::vector<std::string_view>();
    for (const auto& resource : message.resources) {
        urls.push_back(resource.full_url);
    }
    std::sort(urls.begin(), urls.end());
    if (std::adjacent_find(urls.begin(), urls.end()) != urls.end()) {
        return breach("invariant", "Each fullUrl stands once.", "Bundle.entry.fullUrl");
    }
    if (message.resources.front().type != "MessageHeader") {
        return breach("invariant", "The first entry of a message is its MessageHeader.",
                      "Bundle.entry[0]");
    }
    return std::nullopt;
}

Checked check_bundle(Json bundle, Message& message) {
    if (bundle.text_at("resourceType") != "Bundle") {
        return breach("structure", "A Bundle is expected.", "resourceType");
    }
    if (bundle.text_at("type") != "message") {
        return breach("invariant", "Bundle.type must be message.", "Bundle.type");
    }
    message.bundle_id = std::string(bundle.text_at("id"));
    if (!id_shaped(message.bundle_id)) {
        return breach("required", "Bundle.id is required: 1 to 64 letters, digits, '-' and '.'.",
                      "Bundle.id");
    }
    const auto sent = parse_instant(bundle.text_at("timestamp"));
    if (!sent) {
        return breach("required", "Bundle.timestamp must be an instant.", "Bundle.timestamp");
    }
    message.sent = *sent;
    return read_entries(bundle, message);
}

Checked check_version(Json bundle) {
    const auto meta = bundle.find("meta");
    const auto version = meta ? meta->text_at("versionId") : std::string_view();
    if (version.empty()) {
        return breach("invariant", "Bundle.meta.versionId names the version of the application.",
                      "Bundle.meta.versionId");
    }
    if (version != "1" && !version.starts_with("1.")) {
        return Trouble{422, "not-supported", "Major version 1 of the payload is served here.",
                       "Bundle.meta.versionId"};
    }
    return std::nullopt;
}

// An answer to a message of ours says to which; whether there was one its reader finds out.
Checked check_response(Message& message) {
    const auto response = message.header.find("response");
    message.responds_to = response ? response->text_at("identifier") : std::string_view();
    if (!id_shaped(message.responds_to)) {
        return breach("required", "A response names the Bundle.id of the message that it answers.",
                      "MessageHeader.response.identifier");
    }
    return std::nullopt;
}

Checked check_header(Message& message, const Served& served) {
    const auto& header = message.header;
    const auto event = header.find("eventCoding");
    const auto code = event && same_system(event->text_at("system"), event_system)
                          ? event->text_at("code")
                          : std::string_view();
    if (code == "servicerequest-response") {
        message.what = Message::What::respond;
    } else if (code != "servicerequest-request") {
        return breach("invariant",
                      "The events served here are servicerequest-request and servicerequest-response.",
                      "MessageHeader.eventCoding");
    }
    const auto destinations = header.find("destination");
    const auto destination = destinations ? destinations->front() : std::nullopt;
    const auto endpoint = destination ? destination->text_at("endpoint") : std::string_view();
    if (endpoint.empty()) {
        return breach("required", "The destination names a service.",
                      "MessageHeader.destination.endpoint");
    }
    const auto service = token_value(endpoint, service_system);
    if (!service || !listed(served.services, *service)) {
        return Trouble{404, "not-found", "The destination is not a service of this server.",
                       "MessageHeader.destination.endpoint"};
    }
    const auto source = header.find("source");
    if (!source || source->text_at("endpoint").empty()) {
        return breach("required", "The source names its endpoint.", "MessageHeader.source.endpoint");
    }
    if (header.text_at("definition").empty()) {
        return breach("required", "The message names its definition.", "MessageHeader.definition");
    }
    const auto* sender = message.resolve(header.find("sender"));
    if (sender == nullptr || sender->type != "Organization") {
        return breach("required", "The sender refers to an Organization in the message.",
                      "MessageHeader.sender");
    }
    message.sender_ods = std::string(identifier(sender->value, ods_system));
    if (!ods_shaped(message.sender_ods)) {
        return breach("required", "The sender's Organization needs an ODS code.",
                      "Organization.identifier");
    }
    if (message.what == Message::What::respond) {
        return check_response(message);
    }
    const auto focuses = header.find("focus");
    const auto* focus = message.resolve(focuses ? focuses->front() : std::nullopt);
    if (focus == nullptr || focus->type != "ServiceRequest") {
        return breach("required", "The focus refers to the ServiceRequest.", "MessageHeader.focus");
    }
    message.service_request = focus->value;
    return std::nullopt;
}

// What reason, definition and ServiceRequest.status together mean; everything else is no workflow.
Checked check_workflow(Message& message, const Served& served) {
    const auto reason = code_in(message.header.find("reason"), reason_system);
    const auto status = message.service_request.text_at("status");
    const auto definition = message.header.text_at("definition");
    const auto defined_by = [&](const std::vector<std::string>& served_definitions) {
        return std::any_of(served_definitions.begin(), served_definitions.end(),
                           [&](const auto& one) { return same_canonical(definition, one); });
    };
    const bool ends = status == "revoked" || status == "entered-in-error";
    if (reason == "new" && status == "active" && defined_by(served.referral_definitions)) {
        message.what = Message::What::refer;
    } else if ((reason == "update" || reason == "delete") && ends &&
               defined_by(served.cancel_definitions)) {
        message.what = Message::What::cancel;
        message.reason = status == "revoked" ? matcher::Reason::recalled_by_referrer
                                             : matcher::Reason::sent_in_error;
    } else {
        return breach("invariant",
                      "Served are new with status active, and update or delete with status revoked "
                      "or entered-in-error, each with its own message definition.",
                      "MessageHeader.reason");
    }
    return std::nullopt;
}

Checked check_service_request(const Message& message, const Served& served) {
    const auto& request = message.service_request;
    if (request.text_at("intent") != "plan") {
        return breach("invariant", "The intent of the ServiceRequest is plan.",
                      "ServiceRequest.intent");
    }
    const auto categories = request.find("category");
    if (code_in_any(categories, category_system) != "referral") {
        return breach("invariant", "The message category served here is referral.",
                      "ServiceRequest.category");
    }
    const auto use_case = code_in_any(categories, use_case_system);
    if (use_case.empty()) {
        return breach("invariant", "The category names a use case.", "ServiceRequest.category");
    }
    if (!listed(served.use_cases, use_case)) {
        return Trouble{served.unknown_use_case_status, "not-supported",
                       "This use case is not served here; see MessageDefinition.",
                       "ServiceRequest.category"};
    }
    const auto* subject = message.resolve(request.find("subject"));
    if (subject == nullptr || subject->type != "Patient") {
        return breach("required", "The subject refers to the Patient in the message.",
                      "ServiceRequest.subject");
    }
    return std::nullopt;
}

Checked check_cancel(Message& message) {
    const auto id = message.service_request.text_at("id");
    if (id.empty()) {
        return breach("required", "A cancellation names the id that this server gave.",
                      "ServiceRequest.id");
    }
    const auto parsed = parse_id(id);
    if (!parsed) {
        return breach("value", "The id of a ServiceRequest is a UUID here.", "ServiceRequest.id");
    }
    message.cancels = *parsed;
    return std::nullopt;
}

Checked read_all(Json bundle, const Served& served, Message& message) {
    if (auto trouble = check_bundle(bundle, message)) {
        return trouble;
    }
    if (auto trouble = check_version(bundle)) {
        return trouble;
    }
    message.header = message.resources.front().value;
    if (auto trouble = check_header(message, served)) {
        return trouble;
    }
    if (message.what == Message::What::respond) {
        return std::nullopt;  // nothing here follows from it, so nothing else of it is looked at
    }
    if (auto trouble = check_workflow(message, served)) {
        return trouble;
    }
    if (auto trouble = check_cardinalities(message)) {
        return trouble;
    }
    message.patient = *message.first("Patient");
    if (auto trouble = check_service_request(message, served)) {
        return trouble;
    }
    if (message.what == Message::What::cancel) {
        return check_cancel(message);
    }
    if (auto trouble = check_referral(message)) {
        return trouble;
    }
    return check_patient(message.patient, served);
}

}  // namespace

std::optional<Json> Message::first(std::string_view type) const {
    for (const auto& resource : resources) {
        if (resource.type == type) {
            return resource.value;
        }
    }
    return std::nullopt;
}

const Resource* Message::resolve(const std::optional<Json>& reference) const {
    const auto target = reference ? reference->text_at("reference") : std::string_view();
    if (target.empty()) {
        return nullptr;
    }
    for (const auto& resource : resources) {
        if (resource.full_url == target) {
            return &resource;
        }
        // "Patient/123", for senders that keep their ids.
        const auto slash = target.find('/');
        if (slash != std::string_view::npos && target.substr(0, slash) == resource.type &&
            !resource.value.text_at("id").empty() &&
            target.substr(slash + 1) == resource.value.text_at("id")) {
            return &resource;
        }
    }
    return nullptr;
}

std::expected<Message, Trouble> read_message(std::string_view body, const Served& served) {
    const auto bundle = read_json(body, fhir_depth_max);
    if (!bundle) {
        const auto& fault = bundle.error().front();
        return std::unexpected(Trouble{400, fault.kind == "duplicate" ? "structure" : "invalid",
                                       fault.detail, fault.pointer});
    }
    Message message;
    if (auto trouble = read_all(*bundle, served, message)) {
        return std::unexpected(*std::move(trouble));
    }
    return message;
}

}  // namespace hubward::server::wire::fhir
