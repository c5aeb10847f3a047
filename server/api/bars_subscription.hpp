// SPDX-License-Identifier: Apache-2.0
//
// What a FHIR Subscription sends: which events of its owner's stream change a Task, and what is told of
// them. The number of an event is its place among those that could be told when they happened, so it follows
// from the journal alone and has no gaps, whoever asks and whenever. What the person took back since keeps
// its number and loses its content.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/api/consent_histories.hpp"
#include "server/api/services.hpp"
#include "server/wire/fhir/subscription.hpp"

namespace hubward::server::api::bars {

// By rest-hook: the outbound room sends. By websocket: subscription_socket.cpp does, and the outbound room
// only keeps it.
inline constexpr std::string_view subscription_kind = "subscription";
inline constexpr std::string_view socket_kind = "subscription-socket";

wire::fhir::SubscriptionFacts subscription_facts(const storage::OutboundTarget& target,
                                                 std::uint64_t events);

// Whether the event changes a Task that this subscription is about. `histories`: of this request. Any thread.
bool is_told(const Services& services, const storage::OutboundTarget& target,
             const storage::StreamEvent& event, ConsentHistories& histories);
// Requires is_told(). The Tasks as they are now, when the subscription wants them whole. Any thread.
wire::fhir::NotifiedEvent told_of(Services& services, const storage::OutboundTarget& target,
                                  const storage::StreamEvent& event, std::uint64_t number);

// The message of a channel.
std::string notification(const Services& services, const wire::fhir::SubscriptionFacts& facts,
                         wire::fhir::NotificationType type,
                         const std::vector<wire::fhir::NotifiedEvent>& events);

// Of one answer to $events.
inline constexpr std::size_t events_shown_max = 100;
// Events of the stream that one request may have looked at, a page at a time with others between. Who asks for
// older ones is told (422).
inline constexpr std::size_t events_looked_max = 2'048;
// … and that binding a socket may, once a connection: it has no book that says how far it was. A practice has
// some hundreds a year, so this is decades of them; beyond it the socket is closed with the reason.
inline constexpr std::size_t events_counted_max = 20'000;

// The events of a subscription with numbers in [first, last], and how many there are in all.
struct Reread {
    std::vector<wire::fhir::NotifiedEvent> events;
    std::uint64_t all = 0;
    std::uint64_t looked_to = 0;  // number in the stream
};
// A rest-hook's book says which number its newest delivery had, so what is newer is counted from there and
// what is older backwards; a socket's are counted from its beginning. Nothing when that takes more than `most`
// events of the stream. On an I/O thread; `now` outlives it.
http::Task<std::optional<Reread>> reread(Services* services, const outbound::TargetNow* now, std::uint64_t first,
                                         std::uint64_t last, std::size_t most);

// The Subscription of the path, when it is the caller's.
struct OwnSubscription {
    std::optional<outbound::TargetNow> now;
    wire::fhir::Trouble trouble;  // when there is none
};
http::Task<OwnSubscription> own_subscription(Services* services, const http::Request* request);

// For Outbound::add_kind. `services` must outlive it.
outbound::Kind subscription_messages(Services& services);

}  // namespace hubward::server::api::bars
