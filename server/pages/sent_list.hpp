// SPDX-License-Identifier: Apache-2.0
//
// What a practice has sent, as its page lists it: who still waits before who is finished, so that nobody falls
// off the page by waiting longest.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "server/api/services.hpp"
#include "server/auth/principal.hpp"
#include "server/pages/stand.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::pages {

struct Sent {
    // Whom nobody has, the oldest first; other live ones, the newest first; then the newest that are finished. At
    // most 200 live and 200 finished.
    std::vector<wire::ReferralFacts> shown;
    std::array<std::size_t, stand_count> counts{};  // of all
    std::size_t more = 0;                           // not shown; older than the newest 50,000 is never looked at
};

// `only`: of those that stand so. Any thread.
Sent sent_by(api::Services& services, const auth::Principal& who, std::optional<Stand> only);

}  // namespace hubward::server::pages
