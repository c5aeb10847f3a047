// SPDX-License-Identifier: Apache-2.0
//
// The rules in force, and putting others in force: a command like any other, so each decision is made
// under exactly one policy, and the journal says from which event on.
#include "server/api/handlers.hpp"
#include "server/wire/policy_json.hpp"

namespace hubward::server::api {
namespace {

http::Response document(const matcher::Policy& policy) {
    http::Response response = json(200, wire::encode_policy(policy));
    response.with("ETag", version_tag(policy.version));
    response.with("Cache-Control", "private, no-cache");
    return response;
}

matcher::Policy in_force(Services& services) {
    return services.view.look([](const View& view) { return view.state().policy; });
}

}  // namespace

http::Task<Outcome> get_policy(Services* services, Call call) {
    const matcher::Policy policy = in_force(*services);
    http::Response response = document(policy);
    if (not_modified(call.request, version_tag(policy.version))) {
        response.status = 304;
        response.content_type = {};
        response.body.clear();
    }
    co_return response;
}

http::Task<Outcome> put_policy(Services* services, Call call) {
    auto policy = wire::decode_policy(call.request.body);
    if (!policy) {
        co_return std::unexpected(faulty(std::move(policy.error())));
    }
    const std::uint32_t present = in_force(*services).version;
    if (call.expected_version != 0 && call.expected_version != present) {
        matcher::Rejection clash;
        clash.why = matcher::Refused::version_changed;
        clash.version = present;
        co_return std::unexpected(refused(clash));
    }
    policy->version = present + 1;
    matcher::AdoptPolicy command;
    command.policy = *policy;
    matcher::Envelope letter = envelope(call, command);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done) {
        // Somebody else's rules came in between: their version is no longer above the present one.
        matcher::Rejection clash = done.error();
        if (clash.why == matcher::Refused::policy_invalid) {
            clash.why = matcher::Refused::version_changed;
            clash.version = in_force(*services).version;
        }
        co_return std::unexpected(refused(clash));
    }
    co_return document(std::get<matcher::AdoptPolicy>(done->entry->command).policy);
}

}  // namespace hubward::server::api
