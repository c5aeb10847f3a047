// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "server/wire/calendar.hpp"
#include "server/wire/fhir/subscription.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::wire::fhir {
namespace {

constexpr std::string_view extensions =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";
constexpr std::size_t reason_bytes_max = 200;
constexpr std::uint32_t heartbeat_min_s = 10;
constexpr std::uint32_t heartbeat_max_s = 24 * 3'600;

std::unexpected<Trouble> wrong(std::string issue, std::string text, std::string where) {
    return std::unexpected(Trouble{400, std::move(issue), std::move(text), std::move(where)});
}
std::unexpected<Trouble> not_done(std::string text, std::string where) {
    return std::unexpected(Trouble{422, "not-supported", std::move(text), std::move(where)});
}

// The extension of the backport with this name; nothing when it is not there.
std::optional<Json> extension(std::optional<Json> element, std::string_view name) {
    std::optional<Json> found;
    const auto all = element ? element->find("extension") : std::nullopt;
    if (all) {
        all->items([&](std::size_t, Json item) {
            const std::string_view url = item.text_at("url");
            if (url.starts_with(extensions) && url.substr(extensions.size()) == name) {
                found = item;
            }
        });
    }
    return found;
}

std::expected<void, Trouble> read_content(std::optional<Json> payload, SubscriptionWish& wish) {
    const auto asked = extension(payload, "payload-content");
    if (!asked) {
        return {};
    }
    const std::string_view code = asked->text_at("valueCode");
    if (code == "empty") {
        wish.content = Content::empty;
    } else if (code == "id-only") {
        wish.content = Content::id_only;
    } else if (code == "full-resource") {
        wish.content = Content::full_resource;
    } else {
        return wrong("value", "The payload content is empty, id-only or full-resource.",
                     "Subscription.channel.payload.extension");
    }
    return {};
}

std::expected<void, Trouble> read_heartbeat(Json channel, SubscriptionWish& wish) {
    const auto asked = extension(channel, "heartbeat-period");
    if (!asked) {
        return {};
    }
    const auto value = asked->find("valueUnsignedInt");
    const auto seconds = value ? value->integer() : std::nullopt;
    if (!seconds || *seconds < heartbeat_min_s || *seconds > heartbeat_max_s) {
        return wrong("value", "The heartbeat period is between 10 and 86400 seconds.",
                     "Subscription.channel.extension");
    }
    wish.heartbeat_s = static_cast<std::uint32_t>(*seconds);
    return {};
}

std::expected<void, Trouble> read_channel(Json channel, SubscriptionWish& wish) {
    const std::string where = "Subscription.channel";
    const std::string_view type = channel.text_at("type");
    if (type.empty()) {
        return wrong("required", "The type of the channel is missing.", where + ".type");
    }
    wish.websocket = type == "websocket";
    if (!wish.websocket && type != "rest-hook") {
        return not_done("The channels served are rest-hook and websocket.", where + ".type");
    }
    if (channel.find("header")) {
        return not_done("Headers are not kept: put what names the sender into the path of the endpoint.",
                        where + ".header");
    }
    wish.endpoint = channel.text_at("endpoint");
    if (wish.endpoint.empty() != wish.websocket) {
        return wrong(wish.websocket ? "value" : "required",
                     wish.websocket ? "A websocket has no endpoint: you connect to us."
                                    : "The endpoint is missing.",
                     where + ".endpoint");
    }
    const std::string_view mime = channel.text_at("payload");
    if (!mime.empty() && mime != "application/fhir+json") {
        return not_done("Notifications are application/fhir+json.", where + ".payload");
    }
    if (auto read = read_content(channel.find("_payload"), wish); !read) {
        return read;
    }
    return read_heartbeat(channel, wish);
}

// The only filter that is done: whose sub-Tasks.
std::expected<void, Trouble> read_filter(Json document, SubscriptionWish& wish) {
    const auto asked = extension(document.find("_criteria"), "filter-criteria");
    if (!asked) {
        return {};
    }
    std::string_view text = asked->text_at("valueString");
    constexpr std::string_view owner = "Task?owner=HealthcareService/";
    if (text == "Task" || text == "Task?") {
        return {};
    }
    if (!text.starts_with(owner) || text.find_first_of("&,;\t\n", owner.size()) != text.npos ||
        text.size() == owner.size() || text.size() > owner.size() + 64) {
        return not_done("The filter is Task?owner=HealthcareService/ and the id of one hub, or none.",
                        "Subscription.criteria.extension");
    }
    wish.owner = text.substr(owner.size());
    return {};
}

std::optional<std::uint32_t> number_of(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                    : std::nullopt;
}

}  // namespace

std::expected<SubscriptionWish, Trouble> read_subscription(std::string_view body) {
    const auto document = read_json(body, fhir_depth_max);
    if (!document) {
        return wrong("structure", "The body is no readable JSON.", {});
    }
    if (document->text_at("resourceType") != "Subscription") {
        return wrong("structure", "A Subscription is expected.", "Subscription");
    }
    SubscriptionWish wish;
    const std::string_view status = document->text_at("status");
    if (status != "requested") {
        return wrong("value", "A new Subscription has the status requested.", "Subscription.status");
    }
    wish.reason = document->text_at("reason");
    if (wish.reason.empty()) {
        return wrong("required", "The reason is missing.", "Subscription.reason");
    }
    if (wish.reason.size() > reason_bytes_max || wish.reason.find_first_of("\t\r\n") != wish.reason.npos) {
        return wrong("too-long", "The reason is one line of at most 200 bytes.", "Subscription.reason");
    }
    if (document->text_at("criteria") != task_topic) {
        return not_done(fmt::format("The only topic is {}.", task_topic), "Subscription.criteria");
    }
    if (const std::string_view end = document->text_at("end"); !end.empty()) {
        const auto until = parse_instant(end);
        if (!until) {
            return wrong("value", "The end is no instant.", "Subscription.end");
        }
        wish.until_ms = until->ms;
    }
    if (auto read = read_filter(*document, wish); !read) {
        return std::unexpected(read.error());
    }
    const auto channel = document->find("channel");
    if (!channel || !channel->is_object()) {
        return wrong("required", "The channel is missing.", "Subscription.channel");
    }
    if (auto read = read_channel(*channel, wish); !read) {
        return std::unexpected(read.error());
    }
    return wish;
}

// content ; owner ; reason. The reason comes last, because it may hold anything but a line break or a tab.
std::string options_text(const SubscriptionWish& wish) {
    return fmt::format("{};{};{}", static_cast<unsigned>(wish.content), wish.owner, wish.reason);
}

SubscriptionWish wish_of(std::string_view options) {
    SubscriptionWish wish;
    const std::size_t first = options.find(';');
    const std::size_t second = options.find(';', first + 1);
    if (first == options.npos || second == options.npos) {
        return wish;
    }
    const auto content = number_of(options.substr(0, first));
    if (content && *content <= static_cast<unsigned>(Content::full_resource)) {
        wish.content = static_cast<Content>(*content);
    }
    wish.owner = options.substr(first + 1, second - first - 1);
    wish.reason = options.substr(second + 1);
    return wish;
}

}  // namespace hubward::server::wire::fhir
