// SPDX-License-Identifier: Apache-2.0
//
// An organisation's webhooks: its stream of events, sent to a URL of its own.
//
// A practice gets what its feed has, a place what the feeds of its hubs have, ops everything. Whose a
// webhook is not, for them it does not exist; ops sees all of them.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/handlers.hpp"
#include "server/api/own_stream.hpp"
#include "server/api/seen_webhook.hpp"
#include "server/api/small_body.hpp"
#include "server/api/webhook_json.hpp"

namespace hubward::server::api {
namespace {

using outbound::Refusal;
using outbound::TargetNow;

constexpr const char* no_such_webhook = "There is no such webhook, or it is not yours.";

storage::RequestMark mark_of(const Call& call) {
    return {call.key.high, call.key.low, call.fingerprint};
}

Problem refused_by(Refusal why) {
    switch (why) {
        case Refusal::not_found:
            return problem("not-found", no_such_webhook);
        case Refusal::too_many:
            return problem("too-many-webhooks",
                           "The organisation, or the installation, has as many webhooks as it may.");
        case Refusal::key_reused:
            return refused({.why = matcher::Refused::key_reused});
        case Refusal::switched_off:
            return problem("webhook-off", "The webhook is switched off. Resume it first.");
        case Refusal::not_sent_yet:
            return problem("invalid-content", "Name an event that was dealt with already.",
                           {{"/sequence", "Must be at most the webhook's done, and still kept.", "range"}});
        case Refusal::busy:
            return problem("busy", "Sixteen resends wait already. Nothing was done.");
        case Refusal::not_written:
            return problem("storage-unavailable", "The disk did not take it. Nothing was done.");
    }
    return problem("internal", "A refusal without a name.");
}

http::Response document(const TargetNow& now, std::string_view secret = {}, unsigned status = 200) {
    http::Response response = json(status, encode_webhook(now, secret));
    // A secret must not stay in anybody's cache; the rest changes with every event.
    response.with("Cache-Control", "no-store");
    return response;
}

// The webhook of the path, when it is the caller's.
http::Task<std::optional<TargetNow>> own(Services* services, const Call* call) {
    std::string id(call->request.param("id"));
    auto found = co_await services->outbound.find(std::move(id));
    if (found && !sees_webhook(call->principal, found->target)) {
        found.reset();
    }
    co_return found;
}

}  // namespace

http::Task<Outcome> create_webhook(Services* services, Call call) {
    const auto body = decode_webhook(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const auto url = outbound::https_url(body->url);
    if (!url) {
        co_return std::unexpected(problem("invalid-content", url.error(), {{"/url", url.error(), "url"}}));
    }
    if (!services->outbound.may_send_to(*url)) {
        const std::string why = "Must not be an address of a private network or of this machine.";
        co_return std::unexpected(problem("invalid-content", why, {{"/url", why, "address"}}));
    }
    outbound::NewTarget wanted;
    wanted.kind = outbound::webhook_kind;
    wanted.role = matcher::name(call.principal.role);
    wanted.subject = call.principal.subject;
    wanted.stream = own_stream(call.principal);
    wanted.url = body->url;
    wanted.types = body->types;
    wanted.mark = mark_of(call);
    const auto made = co_await services->outbound.create(std::move(wanted));
    if (!made) {
        co_return std::unexpected(refused_by(made.error()));
    }
    http::Response response = document(*made, services->outbound.secret(made->target), 201);
    response.with("Location", fmt::format("/v1/webhooks/{}", made->target.id));
    co_return response;
}

http::Task<Outcome> list_webhooks(Services* services, Call call) {
    const auto all = co_await services->outbound.list();
    std::string body = R"({"items":[)";
    bool first = true;
    for (const TargetNow& now : all) {
        if (sees_webhook(call.principal, now.target)) {
            body.append(first ? "" : ",").append(encode_webhook(now, {}));
            first = false;
        }
    }
    http::Response response = json(200, body + "]}");
    response.with("Cache-Control", "no-store");
    co_return response;
}

http::Task<Outcome> get_webhook(Services* services, Call call) {
    const Call* mine = &call;
    const auto found = co_await own(services, mine);
    if (!found) {
        co_return fail("not-found", no_such_webhook);
    }
    co_return document(*found);
}

http::Task<Outcome> delete_webhook(Services* services, Call call) {
    const Call* mine = &call;
    const auto found = co_await own(services, mine);
    if (!found) {
        co_return fail("not-found", no_such_webhook);
    }
    std::string id = found->target.id;
    const auto removed = co_await services->outbound.remove(std::move(id));
    if (!removed) {
        co_return std::unexpected(refused_by(removed.error()));
    }
    http::Response response;
    response.status = 204;
    co_return response;
}

http::Task<Outcome> rotate_webhook(Services* services, Call call) {
    const Call* mine = &call;
    const auto found = co_await own(services, mine);
    if (!found) {
        co_return fail("not-found", no_such_webhook);
    }
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    std::string id = found->target.id;
    const storage::RequestMark mark = mark_of(call);
    const auto now = co_await services->outbound.rotate(std::move(id), mark);
    if (!now) {
        co_return std::unexpected(refused_by(now.error()));
    }
    co_return document(*now, services->outbound.secret(now->target));
}

http::Task<Outcome> resume_webhook(Services* services, Call call) {
    const Call* mine = &call;
    const auto found = co_await own(services, mine);
    if (!found) {
        co_return fail("not-found", no_such_webhook);
    }
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    std::string id = found->target.id;
    const auto now = co_await services->outbound.resume(std::move(id));
    if (!now) {
        co_return std::unexpected(refused_by(now.error()));
    }
    co_return document(*now);
}

http::Task<Outcome> resend_webhook(Services* services, Call call) {
    const Call* mine = &call;
    const auto found = co_await own(services, mine);
    if (!found) {
        co_return fail("not-found", no_such_webhook);
    }
    const auto sequence = decode_resend(call.request.body);
    if (!sequence) {
        co_return std::unexpected(faulty(sequence.error()));
    }
    std::string id = found->target.id;
    const storage::RequestMark mark = mark_of(call);
    const std::uint64_t seq = *sequence;
    const auto now = co_await services->outbound.resend(std::move(id), seq, mark);
    if (!now) {
        co_return std::unexpected(refused_by(now.error()));
    }
    co_return document(*now, {}, 202);
}

http::Task<Outcome> list_deliveries(Services* services, Call call) {
    const Call* mine = &call;
    const auto found = co_await own(services, mine);
    if (!found) {
        co_return fail("not-found", no_such_webhook);
    }
    std::string id = found->target.id;
    const bool only_failed = call.request.query_value("failed") == "true";
    auto attempts = co_await services->outbound.attempts(std::move(id));
    if (only_failed) {
        std::erase_if(attempts, [](const auto& it) { return it.result == "delivered"; });
    }
    http::Response response = json(200, encode_deliveries(*found, attempts));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
