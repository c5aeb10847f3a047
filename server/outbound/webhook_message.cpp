// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/webhook_message.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "server/outbound/limits.hpp"
#include "server/outbound/signature.hpp"

namespace hubward::server::outbound {
namespace {

constexpr std::int64_t ms_per_s = 1'000;
constexpr std::int64_t overlap_ms = std::chrono::milliseconds(rotation_overlap).count();

// `timestamp` in seconds, by the receivers' clock: they refuse what is too old or too new.
std::string signatures(const Services& services, const storage::OutboundTarget& target,
                       std::string_view id, std::int64_t timestamp, std::string_view body) {
    std::string all = signature(secret_of(services.vault, target.id, target.secret_generation), id,
                                timestamp, body);
    if (target.secret_generation > 1 && services.clock.now().ms - target.rotated_ms < overlap_ms) {
        all += ' ';
        all += signature(secret_of(services.vault, target.id, target.secret_generation - 1), id,
                         timestamp, body);
    }
    return all;
}

}  // namespace

std::string message_id(std::string_view epoch, std::string_view stream, std::uint64_t seq) {
    std::string id = fmt::format("{}_{}_{}", stream, epoch, seq);
    // A full stop would end the id in the signed text.
    std::ranges::replace_if(
        id, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; }, '_');
    return id;
}

bool wants(const storage::OutboundTarget& target, std::size_t type) {
    std::string_view rest = target.types;
    if (rest.empty()) {
        return true;
    }
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (rest.substr(0, end) == wire::event_types()[type]) {
            return true;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

Render webhook_messages(const Services& services) {
    return [&services](const storage::OutboundTarget& target, const storage::StreamEvent& event,
                       std::uint64_t) -> std::optional<Outgoing> {
        // Who asks for a type would learn it from getting anything at all.
        if (!wants(target, event.event->index()) ||
            (!target.types.empty() && services.veiled(*event.event, target.stream))) {
            return std::nullopt;
        }
        Outgoing message;
        message.body = services.encode(event, target.stream, wire::Detail::summary);
        if (message.body.size() > limits::body_bytes_max) {
            message.body = services.encode(event, target.stream, wire::Detail::id);
        }
        const std::int64_t timestamp = services.clock.outside().ms / ms_per_s;
        const std::string id =
            message_id(services.events.epoch(), target.stream, event.seq);
        message.headers = {
            {"Content-Type", "application/cloudevents+json; charset=utf-8"},
            {"webhook-id", id},
            {"webhook-timestamp", std::to_string(timestamp)},
            {"webhook-signature", signatures(services, target, id, timestamp, message.body)}};
        return message;
    };
}

}  // namespace hubward::server::outbound
