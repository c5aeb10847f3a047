// SPDX-License-Identifier: Apache-2.0
//
// Who may hear which stream. Pure but for a look at the view; any thread.
#pragma once

#include <string_view>

#include "server/auth/principal.hpp"
#include "server/view.hpp"

namespace hubward::server::feed {

// A hub: hub/{its slug}. A practice: practice/{its code}. A place: place/{its code} and the hubs of
// the place. Ops: all.
bool may_hear(const auth::Principal& principal, std::string_view stream, const View& view);

}  // namespace hubward::server::feed
