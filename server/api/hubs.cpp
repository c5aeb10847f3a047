// SPDX-License-Identifier: Apache-2.0
//
// Hubs: what they state about themselves, and their capacity.
//
// A PUT without If-Match is taken: the import of a directory owns its rows and has no version to
// name. With If-Match it is refused (412) when somebody else was faster.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/handlers.hpp"
#include "server/api/paging.hpp"
#include "server/api/public_profile.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {
namespace {

// How often a directory's row is tried again because somebody changed the hub in between.
constexpr int overtaken_most = 5;

constexpr const char* no_such_hub = "There is no such hub, or it is not yours.";

std::optional<matcher::Hub> hub_at(Services& services, std::string_view slug) {
    return services.view.look([&](const View& view) -> std::optional<matcher::Hub> {
        const auto index = view.hub_by_slug(slug);
        if (!index) {
            return std::nullopt;
        }
        return view.state().at(*index);
    });
}

// The version, and behind it what the document shows beside the version: units held and used move
// with every event of the hub, and confidence with time. If-Match reads only the first part.
std::string hub_tag(const matcher::Hub& hub, const wire::Judged& by) {
    std::string tag = fmt::format("\"{}-{}", hub.version, hub.feed_head);
    for (const matcher::Capacity& units : hub.capacity) {
        tag += fmt::format("-{}", matcher::confidence(units, by.rules, by.now));
    }
    return tag + '"';
}

http::Response tagged(std::string body, const matcher::Hub& hub, const wire::Judged& by,
                      const http::Request& request) {
    http::Response response = json(200, std::move(body));
    const std::string tag = hub_tag(hub, by);
    response.with("ETag", tag);
    response.with("Cache-Control", "private, no-cache");
    if (request.verb != http::Verb::put && not_modified(request, tag)) {
        response.status = 304;
        response.content_type = {};
        response.body.clear();
    }
    return response;
}

wire::Eyes eyes_of(const auth::Principal& who, const matcher::Hub& hub) {
    return {.owner = own_hub(who, hub.profile),
            .practice = matcher::PracticeCode(who.role == matcher::Role::practice ? who.subject : std::string())};
}

Problem hub_refused(const matcher::Rejection& rejection) {
    Problem p = refused(rejection);
    if (rejection.why == matcher::Refused::version_changed) {
        p.headers.clear();  // the tag of a hub has a second part that the core does not tell
    }
    if (rejection.why == matcher::Refused::units_out_of_range) {
        p.errors = one_fault("/total", p.detail, "range");
    }
    return p;
}

}  // namespace

http::Task<Outcome> get_hub(Services* services, Call call) {
    const auto hub = hub_at(*services, call.request.param("slug"));
    if (!hub) {
        co_return fail("not-found", no_such_hub);
    }
    const wire::Judged by = judged_now(*services);
    co_return tagged(wire::encode_hub(*hub, public_profile(services->events, *hub), by, eyes_of(call.principal, *hub)),
                     *hub, by, call.request);
}

http::Task<Outcome> list_hubs(Services* services, Call call) {
    const auto page = page_of(call.request, 'h');
    if (!page) {
        co_return std::unexpected(page.error());
    }
    std::vector<matcher::Hub> hubs;
    std::optional<std::uint64_t> next;
    services->view.look([&](const View& view) {
        const auto& all = view.state().hubs;
        const std::size_t from =
            page->after ? std::min(static_cast<std::size_t>(*page->after), all.size()) : 0;
        const std::size_t to = std::min(from + page->limit, all.size());
        hubs.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                    all.begin() + static_cast<std::ptrdiff_t>(to));
        next = to < all.size() ? std::optional<std::uint64_t>(to) : std::nullopt;
    });
    const wire::Judged by = judged_now(*services);
    PageWriter writer;
    for (const matcher::Hub& hub : hubs) {
        writer.add(wire::encode_hub(hub, public_profile(services->events, hub), by, eyes_of(call.principal, hub)));
    }
    co_return writer.finish(call.request, page->limit,
                            next ? std::optional(cursor_text('h', *next)) : std::nullopt);
}

http::Task<Outcome> put_hub(Services* services, Call call) {
    const std::string slug(call.request.param("slug"));
    if (!wire::valid_slug(slug)) {
        co_return fail("not-found", "A hub's name in the path is 1 to 64 of a-z, 0-9 and inner '-'.");
    }
    auto document = wire::decode_hub(slug, call.request.body, services->gazetteer, services->clock.now());
    if (!document) {
        co_return std::unexpected(faulty(std::move(document.error())));
    }
    bool known = false;
    for (int tries = 1;; ++tries) {
        const auto before = hub_at(*services, slug);
        known = before.has_value();
        // The version sees to it that what stays is not of a moment ago.
        const bool keeps = known && document->silent.any();
        if (keeps) {
            wire::keep_unsaid(*document, before->profile);
        }
        matcher::UpsertHub command = document->command;
        command.expected_version =
            keeps && call.expected_version == 0 ? before->version : call.expected_version;
        // Nothing to journal, and no news for the hub's feed. Only for one who may write this hub, and
        // only without If-Match: a version clash must still be told.
        if (known && call.expected_version == 0 && own_hub(call.principal, before->profile) &&
            wire::says_nothing_new(*document, *before, public_profile(services->events, *before))) {
            const wire::Judged by = judged_now(*services);
            co_return tagged(wire::encode_hub(*before, document->profile, by, wire::owners_eyes), *before, by, call.request);
        }
        matcher::Envelope letter = envelope(call, command);
        letter.payload = document->profile;
        const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
        if (done) {
            break;
        }
        const bool overtaken = keeps && call.expected_version == 0 &&
                               done.error().why == matcher::Refused::version_changed;
        if (!overtaken || tries == overtaken_most) {
            co_return std::unexpected(hub_refused(done.error()));
        }
    }
    const auto hub = hub_at(*services, slug);
    if (!hub) {
        co_return fail("not-found", no_such_hub);
    }
    const wire::Judged by = judged_now(*services);
    http::Response response =
        tagged(wire::encode_hub(*hub, public_profile(services->events, *hub), by, wire::owners_eyes), *hub, by, call.request);
    if (!known) {
        response.status = 201;
        response.with("Location", fmt::format("/v1/hubs/{}", slug));
    }
    co_return response;
}

http::Task<Outcome> get_capacity(Services* services, Call call) {
    const auto hub = hub_at(*services, call.request.param("slug"));
    if (!hub) {
        co_return fail("not-found", no_such_hub);
    }
    const wire::Judged by = judged_now(*services);
    co_return tagged(wire::encode_capacity(*hub, by), *hub, by, call.request);
}

http::Task<Outcome> get_service_capacity(Services* services, Call call) {
    const auto hub = hub_at(*services, call.request.param("slug"));
    if (!hub) {
        co_return fail("not-found", no_such_hub);
    }
    http::Response response = json(200, wire::encode_service_capacity(*hub, services->clock.now()));
    response.with("Cache-Control", "private, no-cache");
    co_return response;
}

http::Task<Outcome> put_capacity(Services* services, Call call) {
    const std::string slug(call.request.param("slug"));
    const auto before = hub_at(*services, slug);
    if (!before || !own_hub(call.principal, before->profile)) {
        co_return fail("not-found", no_such_hub);
    }
    const auto body = decode_capacity(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    matcher::SetCapacity command;
    command.hub = before->profile.id;
    command.kind = body->kind;
    command.total = body->total;
    command.expected_version = call.expected_version;
    matcher::Envelope letter = envelope(call, command);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done) {
        co_return std::unexpected(hub_refused(done.error()));
    }
    const auto after = hub_at(*services, slug);
    if (!after) {
        co_return fail("not-found", no_such_hub);
    }
    const wire::Judged by = judged_now(*services);
    co_return tagged(wire::encode_capacity(*after, by), *after, by, call.request);
}

}  // namespace hubward::server::api
