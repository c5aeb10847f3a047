// SPDX-License-Identifier: Apache-2.0
//
// Places with a date at a hub: the list, one more, other seats, and one that does not take place.
#include <charconv>
#include <chrono>

#include "server/api/closed.hpp"
#include "server/api/handlers.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/session_json.hpp"

namespace hubward::server::api {
namespace {

constexpr const char* no_such_hub = "There is no such hub, or it is not yours.";

std::optional<matcher::Hub> hub_named(Services& services, std::string_view slug) {
    return services.view.look([&](const View& view) -> std::optional<matcher::Hub> {
        const auto index = view.hub_by_slug(slug);
        return index ? std::optional(view.state().at(*index)) : std::nullopt;
    });
}

Outcome sessions_of(Services& services, std::string_view slug, unsigned status) {
    const auto hub = hub_named(services, slug);
    if (!hub) {
        return fail("not-found", no_such_hub);
    }
    http::Response response = json(status, wire::encode_sessions(*hub, services.clock.now()));
    response.with("Cache-Control", "private, no-cache");
    return response;
}

constexpr const char* by_number = "A session is named by its number.";

std::optional<matcher::SessionNumber> session_named(const Call& call) {
    const std::string_view text = call.request.param("session");
    matcher::SessionNumber number = matcher::no_session;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return whole && number != matcher::no_session ? std::optional(number) : std::nullopt;
}

// A session has four ways of being impossible, and the core has one word for them.
wire::Faults faults_of(Services& services, std::string_view slug, const matcher::PublishSession& asked) {
    const auto hub = hub_named(services, slug);
    if (asked.ends <= asked.starts || asked.ends - asked.starts > std::chrono::hours(24)) {
        return one_fault("/ends", "A session ends after it starts, and within 24 hours.", "range");
    }
    if (hub && closed_within(*hub, asked.starts, asked.ends)) {
        return one_fault("/starts", "The hub is closed then. Name another time, or take it out of the hub's closed_days.",
                         "range");
    }
    return one_fault("/needs", "Name needs that the hub offers in person.", "range");
}

http::Task<Outcome> change(Services* services, Call call, matcher::Command command, unsigned status) {
    const std::string slug(call.request.param("slug"));
    matcher::Envelope letter = envelope(call, command);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done) {
        Problem p = refused(done.error());
        if (done.error().why == matcher::Refused::version_changed) {
            p.headers.clear();  // the tag of a hub has a second part that the core does not tell
        }
        if (done.error().why == matcher::Refused::date_invalid) {
            p.errors = one_fault("/starts", p.detail, "range");
        }
        const auto* asked = std::get_if<matcher::PublishSession>(&command);
        if (asked != nullptr && done.error().why == matcher::Refused::session_invalid) {
            p.errors = faults_of(*services, slug, *asked);
            p.detail = p.errors.front().detail;
        }
        co_return std::unexpected(std::move(p));
    }
    co_return sessions_of(*services, slug, status);
}

}  // namespace

http::Task<Outcome> list_sessions(Services* services, Call call) {
    co_return sessions_of(*services, call.request.param("slug"), 200);
}

http::Task<Outcome> publish_session(Services* services, Call call) {
    auto session = wire::decode_session(call.request.body);
    if (!session) {
        co_return std::unexpected(faulty(std::move(session.error())));
    }
    session->hub = wire::hub_id(call.request.param("slug"));
    session->expected_version = call.expected_version;
    const matcher::Command command = *session;
    Call taken = std::move(call);
    co_return co_await change(services, std::move(taken), command, 201);
}

http::Task<Outcome> cancel_session(Services* services, Call call) {
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const auto number = session_named(call);
    if (!number) {
        co_return fail("not-found", by_number);
    }
    const matcher::Command command =
        matcher::CancelSession{wire::hub_id(call.request.param("slug")), *number, call.expected_version};
    Call taken = std::move(call);
    co_return co_await change(services, std::move(taken), command, 200);
}

http::Task<Outcome> set_seats(Services* services, Call call) {
    const auto seats = decode_seats(call.request.body);
    if (!seats) {
        co_return std::unexpected(faulty(seats.error()));
    }
    const auto number = session_named(call);
    if (!number) {
        co_return fail("not-found", by_number);
    }
    const matcher::Command command = matcher::SetSeats{wire::hub_id(call.request.param("slug")), *number,
                                                       *seats, call.expected_version};
    Call taken = std::move(call);
    co_return co_await change(services, std::move(taken), command, 200);
}

}  // namespace hubward::server::api
