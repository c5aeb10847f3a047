// SPDX-License-Identifier: Apache-2.0
//
// FHIR Subscriptions as the backport of topics to R4 has them (subscriptions-backport 1.1): what a client
// asks for, the resource it gets back, and the notifications, whose first entry is a Parameters.
//
// One topic: a Task was made or changed. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/types.hpp"
#include "server/wire/fhir/operation_outcome.hpp"

namespace hubward::server::wire::fhir {

inline constexpr std::string_view task_topic =
    "http://hl7.org/fhir/us/sdoh-clinicalcare/SubscriptionTopic/Task";

enum class Content : std::uint8_t { empty, id_only, full_resource };

// What a client asks for.
struct SubscriptionWish {
    bool websocket = false;  // else rest-hook
    std::string endpoint;    // of a rest-hook
    std::string reason;
    Content content = Content::id_only;
    std::uint32_t heartbeat_s = 0;  // 0: none
    std::int64_t until_ms = 0;      // 0: for good
    std::string owner;              // slug of a hub whose sub-Tasks are meant; empty: all
};
// The body of POST /Subscription. Whatever is asked that is not done is refused, never ignored.
std::expected<SubscriptionWish, Trouble> read_subscription(std::string_view body);

// The wish without its endpoint as one short text, and back; for the book of targets.
std::string options_text(const SubscriptionWish& wish);
SubscriptionWish wish_of(std::string_view options);

// How one stands.
struct SubscriptionFacts {
    std::string id;
    std::string_view status;  // requested, active, error, off
    std::string error;        // why, in words; empty for none
    SubscriptionWish wish;    // with its endpoint
    std::uint64_t events = 0;  // since it was made
    matcher::Timestamp made{};
};
std::string encode_subscription(const SubscriptionFacts& facts);

enum class NotificationType : std::uint8_t { handshake, heartbeat, event, query_status, query_event };

// One event: the Task that changed and what belongs to it; resource empty: only its name is told.
struct NotifiedTask {
    std::string id;
    std::string resource;
};
struct NotifiedEvent {
    std::uint64_t number = 0;  // 1 for the first since the subscription was made
    matcher::Timestamp at{};
    std::vector<NotifiedTask> tasks;  // the first is the focus
};

// Parameters of a Subscription's status, as it stands.
std::string encode_status(const SubscriptionFacts& facts, NotificationType type,
                          const std::vector<NotifiedEvent>& events, std::string_view base_url);
// What $get-ws-binding-token gives.
std::string encode_binding(std::string_view subscription, std::string_view token,
                           matcher::Timestamp expires, std::string_view base_url,
                           std::string_view websocket_url);
// A Bundle of type history: the status, then every Task once. id: a UUID.
std::string encode_notification(std::string_view id, const SubscriptionFacts& facts,
                                NotificationType type, const std::vector<NotifiedEvent>& events,
                                matcher::Timestamp now, std::string_view base_url);

}  // namespace hubward::server::wire::fhir
