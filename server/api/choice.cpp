// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/referrals/{id}/choice: the person has chosen a hub, or no digital help.
#include "server/api/actions.hpp"
#include "server/api/handlers.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {

http::Task<Outcome> choose_hub(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    if (!id) {
        co_return fail("not-found", "There is no such referral, or it is not yours to see.");
    }
    const auto choice = decode_choice(call.request.body);
    if (!choice) {
        co_return std::unexpected(faulty(choice.error()));
    }
    matcher::ChooseHub command;
    command.referral = *id;
    command.hub = choice->hub.empty() ? matcher::HubId{} : wire::hub_id(choice->hub);
    command.no_digital = choice->no_digital;
    command.expected_version = call.expected_version;
    const matcher::Command wish = command;
    const auth::Principal who = call.principal;
    Call taken = std::move(call);
    auto done = co_await act(services, std::move(taken), wish, *id);
    if (!done) {
        co_return std::unexpected(std::move(done.error()));
    }
    const auto facts = facts_for(*services, who, *id);
    if (!facts) {
        co_return fail("not-found", "There is no such referral, or it is not yours to see.");
    }
    http::Response response = json(200, wire::encode_referral(*facts, reader_of(who)));
    response.with("ETag", version_tag(facts->referral.version));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
