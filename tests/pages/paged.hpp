// SPDX-License-Identifier: Apache-2.0
//
// The rig of the API with the pages beside it: what somebody does on a page, and what is so afterwards.
#pragma once

#include <memory>
#include <string>

#include "server/pages/pages.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {

inline std::vector<server::http::Route> page_routes(server::api::Services& services) {
    static const auto brand =
        std::make_shared<const server::pages::Brand>(*server::pages::make_brand("Hubward", "#0b5156", {}));
    return server::pages::routes(services, brand, nullptr);
}

struct PagedRig : Rig {
    PagedRig() : Rig(2, page_routes) {}

    static Answer send(Caller who, const std::string& path, std::string_view form) {
        return who.send("POST", path, {{"Content-Type", "application/x-www-form-urlencoded"}}, form);
    }
};

// What a redirect leads to: the part of it behind `before`, up to the next sign of an address.
inline std::string behind(const Answer& answer, std::string_view before) {
    const std::string to(answer.header("Location"));
    const auto at = to.find(before);
    if (at == to.npos) {
        return {};
    }
    const std::string rest = to.substr(at + before.size());
    return rest.substr(0, rest.find_first_of("?&/"));
}

}  // namespace hubward::tests
