// SPDX-License-Identifier: Apache-2.0
#include "server/api/named_hubs.hpp"

#include <fmt/format.h>

namespace hubward::server::api {

std::optional<Problem> unknown_hubs(const Services& services, const matcher::Ask& ask) {
    wire::Faults faults;
    services.view.look([&](const View& view) {
        const auto must_be_known = [&](const matcher::HubId& hub, std::string pointer) {
            if (hub && !view.state().find(hub)) {
                faults.push_back({std::move(pointer), "No hub has this slug; GET /v1/hubs lists them.", "reference"});
            }
        };
        must_be_known(ask.trusted_hub, "/trusted_hub");
        must_be_known(ask.chosen_hub, "/chosen_hub");
        for (std::size_t i = 0; i < ask.refused_hubs.size(); ++i) {
            must_be_known(ask.refused_hubs[i], fmt::format("/refused_hubs/{}", i));
        }
    });
    return faults.empty() ? std::nullopt : std::optional(faulty(std::move(faults)));
}

}  // namespace hubward::server::api
