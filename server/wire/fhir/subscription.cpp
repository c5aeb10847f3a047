// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/subscription.hpp"

#include <set>

#include <fmt/format.h>

#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::wire::fhir {
namespace {

constexpr std::string_view backport =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

std::string_view word(Content content) {
    switch (content) {
        case Content::empty: return "empty";
        case Content::id_only: return "id-only";
        case Content::full_resource: return "full-resource";
    }
    return "empty";
}

std::string_view word(NotificationType type) {
    switch (type) {
        case NotificationType::handshake: return "handshake";
        case NotificationType::heartbeat: return "heartbeat";
        case NotificationType::event: return "event-notification";
        case NotificationType::query_status: return "query-status";
        case NotificationType::query_event: return "query-event";
    }
    return "query-status";
}

void write_meta(JsonWriter& json, std::string_view profile) {
    json.open_object("meta");
    json.open_array("profile");
    json.text(std::string(backport) + std::string(profile));
    json.close_array();
    json.close_object();
}

void open_extension(JsonWriter& json, std::string_view name) {
    json.open_object();
    json.text("url", std::string(backport) + std::string(name));
}

void write_parameter(JsonWriter& json, std::string_view name, std::string_view type,
                     std::string_view value) {
    json.open_object();
    json.text("name", name);
    json.text(type, value);
    json.close_object();
}

void write_reference(JsonWriter& json, std::string_view name, std::string_view target) {
    json.open_object();
    json.text("name", name);
    json.open_object("valueReference");
    json.text("reference", target);
    json.close_object();
    json.close_object();
}

std::string address(std::string_view base_url, std::string_view rest) {
    return fmt::format("{}/FHIR/R4/{}", base_url, rest);
}

void write_event(JsonWriter& json, const SubscriptionFacts& facts, const NotifiedEvent& event,
                 std::string_view base_url) {
    json.open_object();
    json.text("name", "notification-event");
    json.open_array("part");
    write_parameter(json, "event-number", "valueString", std::to_string(event.number));
    write_parameter(json, "timestamp", "valueInstant", time_text(event.at));
    if (facts.wish.content != Content::empty) {
        std::string_view name = "focus";
        for (const NotifiedTask& task : event.tasks) {
            write_reference(json, name, address(base_url, "Task/" + task.id));
            name = "additional-context";
        }
    }
    json.close_array();
    json.close_object();
}

void write_exchange(JsonWriter& json, std::string_view method, std::string_view url) {
    json.open_object("request");
    json.text("method", method);
    json.text("url", url);
    json.close_object();
    json.open_object("response");
    json.text("status", "200");
    json.close_object();
}

}  // namespace

std::string encode_subscription(const SubscriptionFacts& facts) {
    const SubscriptionWish& wish = facts.wish;
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Subscription");
    json.text("id", facts.id);
    write_meta(json, "backport-subscription");
    json.text("status", facts.status);
    if (wish.until_ms != 0) {
        json.text("end", time_text(matcher::Timestamp{wish.until_ms}));
    }
    json.text("reason", wish.reason);
    json.text("criteria", task_topic);
    if (!wish.owner.empty()) {
        json.open_object("_criteria");
        json.open_array("extension");
        open_extension(json, "backport-filter-criteria");
        json.text("valueString", "Task?owner=HealthcareService/" + wish.owner);
        json.close_object();
        json.close_array();
        json.close_object();
    }
    json.text_unless_empty("error", facts.error);
    json.open_object("channel");
    if (wish.heartbeat_s != 0) {
        json.open_array("extension");
        open_extension(json, "backport-heartbeat-period");
        json.integer("valueUnsignedInt", wish.heartbeat_s);
        json.close_object();
        json.close_array();
    }
    json.text("type", wish.websocket ? "websocket" : "rest-hook");
    json.text_unless_empty("endpoint", wish.endpoint);
    json.text("payload", "application/fhir+json");
    json.open_object("_payload");
    json.open_array("extension");
    open_extension(json, "backport-payload-content");
    json.text("valueCode", word(wish.content));
    json.close_object();
    json.close_array();
    json.close_object();
    json.close_object();
    json.close_object();
    return out;
}

std::string encode_status(const SubscriptionFacts& facts, NotificationType type,
                          const std::vector<NotifiedEvent>& events, std::string_view base_url) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Parameters");
    write_meta(json, "backport-subscription-status-r4");
    json.open_array("parameter");
    write_reference(json, "subscription", address(base_url, "Subscription/" + facts.id));
    write_parameter(json, "topic", "valueCanonical", task_topic);
    write_parameter(json, "status", "valueCode", facts.status);
    write_parameter(json, "type", "valueCode", word(type));
    write_parameter(json, "events-since-subscription-start", "valueString",
                    std::to_string(facts.events));
    for (const NotifiedEvent& event : events) {
        write_event(json, facts, event, base_url);
    }
    json.close_array();
    json.close_object();
    return out;
}

std::string encode_binding(std::string_view subscription, std::string_view token,
                           matcher::Timestamp expires, std::string_view base_url,
                           std::string_view websocket_url) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Parameters");
    json.open_array("parameter");
    write_parameter(json, "token", "valueString", token);
    write_parameter(json, "expiration", "valueDateTime", time_text(expires));
    write_parameter(json, "subscription", "valueString",
                    address(base_url, fmt::format("Subscription/{}", subscription)));
    write_parameter(json, "websocket-url", "valueUrl", websocket_url);
    json.close_array();
    json.close_object();
    return out;
}

std::string encode_notification(std::string_view id, const SubscriptionFacts& facts,
                                NotificationType type, const std::vector<NotifiedEvent>& events,
                                matcher::Timestamp now, std::string_view base_url) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Bundle");
    json.text("id", id);
    write_meta(json, "backport-subscription-notification-r4");
    json.text("type", "history");
    json.text("timestamp", time_text(now));
    json.open_array("entry");
    json.open_object();
    json.text("fullUrl", fmt::format("urn:uuid:{}", id));
    json.raw("resource", encode_status(facts, type, events, base_url));
    write_exchange(json, "GET", fmt::format("Subscription/{}/$status", facts.id));
    json.close_object();
    std::set<std::string_view> shown;  // two events of one Task show it once, as it is now
    for (const NotifiedEvent& event : events) {
        for (const NotifiedTask& task : event.tasks) {
            if (facts.wish.content == Content::empty || !shown.insert(task.id).second) {
                continue;
            }
            json.open_object();
            json.text("fullUrl", address(base_url, "Task/" + task.id));
            if (!task.resource.empty()) {
                json.raw("resource", task.resource);
            }
            write_exchange(json, "PUT", "Task/" + task.id);
            json.close_object();
        }
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
