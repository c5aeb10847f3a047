// SPDX-License-Identifier: Apache-2.0
#include "server/pages/restate.hpp"

#include "server/api/public_profile.hpp"

namespace hubward::server::pages {

http::Task<std::optional<matcher::Refused>> restate(api::Services* services, Visit visit, matcher::Hub hub) {
    matcher::UpsertHub command;
    command.profile = hub.profile;
    command.expected_version = visit.form.number("version").value_or(0);
    matcher::Envelope letter = envelope(*services, visit, command, {});
    letter.payload = api::public_profile(services->events, hub);
    if (letter.payload == "{}") {  // it cannot be read just now, and must not be overwritten by nothing
        co_return matcher::Refused::busy;
    }
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    co_return done ? std::nullopt : std::optional(done.error().why);
}

}  // namespace hubward::server::pages
