// SPDX-License-Identifier: Apache-2.0
#include "server/api/outlook.hpp"

#include "matcher/decide.hpp"
#include "server/api/candidates.hpp"
#include "server/api/new_id.hpp"

namespace hubward::server::api {
namespace {

// The router itself is asked: decide() changes nothing.
Outlook decided(const matcher::State& state, const matcher::SubmitReferral& command,
                const matcher::Actor& actor, matcher::Timestamp at) {
    Outlook outlook;
    std::vector<matcher::Event> events;
    const auto done = matcher::decide(state, command, actor, at, events);
    if (!done) {
        outlook.refused = done.error();
        return outlook;
    }
    for (const matcher::Event& event : events) {
        if (const auto* offered = std::get_if<matcher::Offered>(&event)) {
            outlook.places.push_back({*offered, hub_key(state.at(offered->on.hub), offered->on.hub)});
        } else if (const auto* gap = std::get_if<matcher::GapRecorded>(&event)) {
            outlook.gaps.push_back(*gap);
        }
    }
    return outlook;
}

}  // namespace

Outlook outlook_for(Services& services, matcher::SubmitReferral command, const auth::Principal& who) {
    command.id = new_referral_id(services.clock.now());
    command.practice = matcher::PracticeCode(who.subject);
    return services.view.look([&](const View& view) {
        return decided(view.state(), command, who.actor(), not_before(services, view.state()));
    });
}

}  // namespace hubward::server::api
