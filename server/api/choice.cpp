// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/referrals/{id}/choice: the person has chosen a hub, or no digital help.
#include "server/api/handlers.hpp"
#include "server/api/steps.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {

http::Task<Outcome> choose_hub(Services* services, Call call) {
    return step_on_referral(
        services, std::move(call), decode_choice,
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
