// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/referrals/{id}/choice: the person has chosen a hub, or no digital help.
#include "server/api/handlers.hpp"
#include "server/api/steps.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {

namespace {

// The core would say "not found", which reads as if it were the referral that is not there.
std::expected<ChoiceBody, wire::Faults> known_choice(const Services& services, std::string_view body) {
    auto choice = decode_choice(body);
    if (!choice || choice->hub.empty()) {
        return choice;
    }
    const bool known = services.view.look(
        [&](const View& view) { return view.state().find(wire::hub_id(choice->hub)).has_value(); });
    if (!known) {
        return std::unexpected(
            one_fault("/hub", "No hub has this slug; GET …/options lists hubs that can help.", "reference"));
    }
    return choice;
}

}  // namespace

http::Task<Outcome> choose_hub(Services* services, Call call) {
    return step_on_referral(
        services, std::move(call), [services](std::string_view body) { return known_choice(*services, body); },
        [](matcher::ReferralId id, std::uint32_t version, const ChoiceBody& choice) {
            matcher::ChooseHub command;
            command.referral = id;
            command.hub = choice.hub.empty() ? matcher::HubId{} : wire::hub_id(choice.hub);
            command.no_digital = choice.no_digital;
            command.expected_version = version;
            return command;
        });
}

}  // namespace hubward::server::api
