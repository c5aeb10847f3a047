// SPDX-License-Identifier: Apache-2.0
//
// "What would happen now": what the router would do with the referral that is being written, and how many
// hubs could help. Only what matching needs is read; nothing is stored.
#pragma once

#include <string>

#include "server/api/services.hpp"
#include "server/pages/visit.hpp"

namespace hubward::server::pages {

// HTML of web/templates/check.html, in the language of the visit. Without a need chosen it asks for one.
std::string check_part(api::Services& services, const Visit& visit);

}  // namespace hubward::server::pages
