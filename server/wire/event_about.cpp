// SPDX-License-Identifier: Apache-2.0
#include "server/wire/event_about.hpp"

namespace hubward::server::wire {

About about(const matcher::Event& event) {
    return std::visit(
        [](const auto& e) {
            About found;
            if constexpr (requires { e.on.offer; }) {
                found.hub = e.on.hub;
                found.referral = e.on.referral;
                found.offer = e.on.offer;
            } else if constexpr (requires { e.on.referral; }) {
                found.referral = e.on.referral;
            } else if constexpr (requires { e.referral; }) {
                found.referral = e.referral;
            } else if constexpr (requires { e.hub; }) {
                found.hub = e.hub;
            }
            return found;
        },
        event);
}

}  // namespace hubward::server::wire
