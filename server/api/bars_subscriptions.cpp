// SPDX-License-Identifier: Apache-2.0
//
// /FHIR/R4/Subscription: make, look at, end; $status and $events. Each role has those of its own stream;
// what is somebody else's does not exist.
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "server/api/bars_handlers.hpp"
#include "server/api/bars_stored.hpp"
#include "server/api/bars_subscription.hpp"
#include "server/api/new_id.hpp"
#include "server/api/own_stream.hpp"
#include "server/wire/fhir/search.hpp"

namespace hubward::server::api::bars {
namespace {

using outbound::TargetNow;

Trouble no_such_subscription() {
    return {404, "not-found", "There is no such Subscription of yours here.", {}};
}

using Rule = bool (*)(const auth::Principal& who, const storage::OutboundTarget& target);

bool is_subscription(const storage::OutboundTarget& target) {
    return target.kind == subscription_kind || target.kind == socket_kind;
}

bool is_own(const auth::Principal& who, const storage::OutboundTarget& target) {
    return is_subscription(target) && target.role == matcher::name(who.role) &&
           target.subject == who.subject;
}

// Ops too: what somebody made with a token that was stolen must be found and ended, as with webhooks.
bool may_end(const auth::Principal& who, const storage::OutboundTarget& target) {
    return is_own(who, target) || (who.role == matcher::Role::ops && is_subscription(target));
}

http::Task<OwnSubscription> subscription_by(Services* services, const http::Request* request,
                                            Rule rule) {
    OwnSubscription found;
    const auto who = principal_of(*request, *services);
    if (!who) {
        found.trouble = who.error();
        co_return found;
    }
    std::string id(request->param("id"));
    auto now = co_await services->outbound.find(std::move(id));
    if (now && rule(*who, now->target)) {
        found.now = std::move(now);
    } else {
        found.trouble = no_such_subscription();
    }
    co_return found;
}

Trouble refused_by(outbound::Refusal why) {
    switch (why) {
        case outbound::Refusal::too_many:
            return {422, "too-costly", "There are as many Subscriptions and webhooks as there may be.", {}};
        case outbound::Refusal::key_reused:
            return {400, "invariant", "This X-Request-Id was used for another Subscription.", {}};
        case outbound::Refusal::not_found:
            return no_such_subscription();
        case outbound::Refusal::switched_off:
        case outbound::Refusal::not_sent_yet:
        case outbound::Refusal::busy:
        case outbound::Refusal::not_written:
            break;
    }
    return {503, "transient", "Nothing was stored. Send it again with the same X-Request-Id.", {}};
}

http::Response document(const Services& services, const TargetNow& now, unsigned status) {
    auto response = fhir(status, wire::fhir::encode_subscription(subscription_facts(now.target, now.delivered)));
    if (status == 201) {
        response.with("Location", fmt::format("{}/FHIR/R4/Subscription/{}", services.base_url,
                                              now.target.id));
    }
    return response;
}

// A number out of the query, or out of the Parameters of the body; `otherwise` when it is in neither.
std::expected<std::uint64_t, Trouble> number_in(const http::Request& request, std::string_view name,
                                                std::uint64_t otherwise) {
    std::string text(request.query_value(name).value_or(""));
    if (text.empty() && !request.body.empty()) {
        const auto body = wire::read_json(request.body, wire::fhir_depth_max);
        if (!body || body->text_at("resourceType") != "Parameters") {
            return std::unexpected(Trouble{400, "structure", "A Parameters is expected.", "Parameters"});
        }
        if (const auto all = body->find("parameter")) {
            all->items([&](std::size_t, wire::Json item) {
                if (item.text_at("name") == name) {
                    text = item.text_at("valueString");
                }
            });
        }
    }
    if (text.empty()) {
        return otherwise;
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::unexpected(
            Trouble{400, "value", fmt::format("{}: a whole number is expected.", name), {}});
    }
    return number;
}

Trouble too_costly() {
    return {422, "too-costly",
            fmt::format("One request looks at {} events of your stream at most. Ask for later numbers with "
                        "eventsSinceNumber, or search for Tasks instead.",
                        events_looked_max),
            {}};
}

std::optional<Trouble> check_endpoint(const Services& services,
                                      const wire::fhir::SubscriptionWish& wish) {
    const std::string where = "Subscription.channel.endpoint";
    if (wish.websocket) {
        return std::nullopt;
    }
    const auto url = outbound::https_url(wish.endpoint);
    if (!url) {
        return Trouble{400, "value", url.error(), where};
    }
    if (!services.outbound.may_send_to(*url)) {
        return Trouble{422, "not-supported", "The endpoint is an address that is not sent to.", where};
    }
    return std::nullopt;
}

}  // namespace

http::Task<OwnSubscription> own_subscription(Services* services, const http::Request* request) {
    return subscription_by(services, request, is_own);
}

http::Task<http::Response> create_subscription(Services* services, http::Request request) {
    const auto who = principal_of(request, *services);
    if (!who) {
        co_return told(who.error());
    }
    if (auto trouble = check_content_type(headers_of(request))) {
        co_return told(*trouble);
    }
    const auto wish = wire::fhir::read_subscription(request.body);
    if (!wish) {
        co_return told(wish.error());
    }
    if (auto trouble = check_endpoint(*services, *wish)) {
        co_return told(*trouble);
    }
    outbound::NewTarget wanted;
    wanted.kind = wish->websocket ? socket_kind : subscription_kind;
    wanted.role = matcher::name(who->role);
    wanted.subject = who->subject;
    wanted.stream = own_stream(*who);
    wanted.url = wish->endpoint;
    wanted.options = wire::fhir::options_text(*wish);
    wanted.greeted = wish->websocket;  // a socket is greeted when it is bound
    wanted.until_ms = wish->until_ms;
    wanted.beat_s = wish->heartbeat_s;
    std::string id(request.header("X-Request-Id"));
    if (id.empty()) {
        id = new_request_id();  // nobody can ask for the same again
    }
    const auto key = services->vault.blind("fhir-subscription",
                                           fmt::format("{}/{}", wanted.stream, id));
    wanted.mark = {key.high, key.low, services->vault.blind("fhir-subscription-body", request.body).low};
    const auto made = co_await services->outbound.create(std::move(wanted));
    if (!made) {
        co_return told(refused_by(made.error()));
    }
    co_return document(*services, *made, 201);
}

http::Task<http::Response> search_subscriptions(Services* services, http::Request request) {
    const auto who = principal_of(request, *services);
    if (!who) {
        co_return told(who.error());
    }
    const auto all = co_await services->outbound.list();
    std::vector<wire::fhir::Found> found;
    for (const TargetNow& now : all) {
        if (may_end(*who, now.target)) {
            found.push_back({"Subscription", now.target.id,
                             wire::fhir::encode_subscription(subscription_facts(now.target, now.delivered))});
        }
    }
    const std::size_t total = found.size();
    co_return fhir(200, wire::fhir::encode_searchset(found, total, services->base_url,
                                                     "/FHIR/R4/Subscription"));
}

http::Task<http::Response> read_subscription(Services* services, http::Request request) {
    const http::Request* asked = &request;
    const OwnSubscription mine = co_await subscription_by(services, asked, may_end);
    co_return mine.now ? document(*services, *mine.now, 200) : told(mine.trouble);
}

http::Task<http::Response> delete_subscription(Services* services, http::Request request) {
    const http::Request* asked = &request;
    const OwnSubscription mine = co_await subscription_by(services, asked, may_end);
    if (!mine.now) {
        co_return told(mine.trouble);
    }
    std::string id = mine.now->target.id;
    const auto removed = co_await services->outbound.remove(std::move(id));
    if (!removed) {
        co_return told(refused_by(removed.error()));
    }
    http::Response response;
    response.status = 204;
    co_return response;
}

http::Task<http::Response> subscription_status(Services* services, http::Request request) {
    const http::Request* asked = &request;
    const OwnSubscription mine = co_await own_subscription(services, asked);
    if (!mine.now) {
        co_return told(mine.trouble);
    }
    const bool over = mine.now->target.off_reason == outbound::off_restored;
    constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();  // only how many there are
    const outbound::TargetNow* now = &*mine.now;
    std::optional<Reread> counted;
    if (!over) {
        counted = co_await reread(services, now, none, none, events_looked_max);
        if (!counted) {
            co_return told(too_costly());
        }
    }
    const auto facts =
        subscription_facts(mine.now->target, counted ? counted->all : mine.now->delivered);
    const std::vector<wire::fhir::Found> found{
        {"Subscription", facts.id + "/$status",
         wire::fhir::encode_status(facts, wire::fhir::NotificationType::query_status, {},
                                   services->base_url)}};
    co_return fhir(200, wire::fhir::encode_searchset(found, found.size(), services->base_url,
                                                     fmt::format("/FHIR/R4/Subscription/{}/$status",
                                                                 facts.id)));
}

http::Task<http::Response> subscription_events(Services* services, http::Request request) {
    const http::Request* asked = &request;
    const OwnSubscription mine = co_await own_subscription(services, asked);
    if (!mine.now) {
        co_return told(mine.trouble);
    }
    const auto first = number_in(request, "eventsSinceNumber", 1);
    if (!first) {
        co_return told(first.error());
    }
    const auto last =
        number_in(request, "eventsUntilNumber", std::numeric_limits<std::uint64_t>::max());
    if (!last) {
        co_return told(last.error());
    }
    if (mine.now->target.off_reason == outbound::off_restored) {
        co_return fhir(200, notification(*services, subscription_facts(mine.now->target, mine.now->delivered),
                                         wire::fhir::NotificationType::query_event, {}));
    }
    const outbound::TargetNow* now = &*mine.now;
    const auto found = co_await reread(services, now, *first, *last, events_looked_max);
    if (!found) {
        co_return told(too_costly());
    }
    co_return fhir(200, notification(*services, subscription_facts(mine.now->target, found->all),
                                     wire::fhir::NotificationType::query_event, found->events));
}

}  // namespace hubward::server::api::bars
