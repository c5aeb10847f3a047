// SPDX-License-Identifier: Apache-2.0
//
// What the router would do with a referral that nobody has sent yet. Reads the view on the thread of the
// request; stores nothing.
#pragma once

#include <optional>
#include <vector>

#include "server/api/services.hpp"
#include "server/auth/principal.hpp"

namespace hubward::server::api {

struct Outlook {
    std::optional<matcher::Rejection> refused;
    struct Place {
        matcher::Offered made;
        HubKey hub;
    };
    std::vector<Place> places;  // the hubs that would be asked at once
    std::vector<matcher::GapRecorded> gaps;
};
// `command` needs neither id nor practice: they are the caller's.
Outlook outlook_for(Services& services, matcher::SubmitReferral command, const auth::Principal& who);

}  // namespace hubward::server::api
