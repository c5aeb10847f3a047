// SPDX-License-Identifier: Apache-2.0
//
// What a place does with a hub of its own: close it for good, and say that its statements were checked;
// and what planning says of one.
#include "server/api/handlers.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {
namespace {

constexpr const char* no_such_hub = "There is no such hub, or it is not yours.";

http::Task<Outcome> oversee(Services* services, Call call, matcher::Command command) {
    const std::string slug(call.request.param("slug"));
    matcher::Envelope letter = envelope(call, command);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done) {
        Problem p = refused(done.error());
        p.headers.clear();  // the tag of a hub has a second part that the core does not tell
        co_return std::unexpected(std::move(p));
    }
    const auto hub = services->view.look([&](const View& view) -> std::optional<matcher::Hub> {
        const auto index = view.hub_by_slug(slug);
        return index ? std::optional(view.state().at(*index)) : std::nullopt;
    });
    if (!hub) {
        co_return fail("not-found", no_such_hub);
    }
    http::Response response = json(200, wire::encode_capacity(*hub));
    response.with("Cache-Control", "private, no-cache");
    co_return response;
}

}  // namespace

http::Task<Outcome> close_hub(Services* services, Call call) {
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command =
        matcher::CloseHub{wire::hub_id(call.request.param("slug")), call.expected_version};
    Call taken = std::move(call);
    co_return co_await oversee(services, std::move(taken), command);
}

http::Task<Outcome> close_review(Services* services, Call call) {
    const auto what = decode_review(call.request.body);
    if (!what) {
        co_return std::unexpected(faulty(what.error()));
    }
    const matcher::Command command =
        matcher::CloseReview{wire::hub_id(call.request.param("slug")), *what};
    Call taken = std::move(call);
    co_return co_await oversee(services, std::move(taken), command);
}

http::Task<Outcome> set_price(Services* services, Call call) {
    const auto price = decode_price(call.request.body);
    if (!price) {
        co_return std::unexpected(faulty(price.error()));
    }
    const matcher::Command command =
        matcher::SetPrice{wire::hub_id(call.request.param("slug")), *price};
    Call taken = std::move(call);
    co_return co_await oversee(services, std::move(taken), command);
}

}  // namespace hubward::server::api
