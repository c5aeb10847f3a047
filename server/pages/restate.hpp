// SPDX-License-Identifier: Apache-2.0
//
// A hub says again what it says about itself, with something changed: its hours, its weekly slots.
#pragma once

#include <optional>

#include "matcher/hub.hpp"
#include "matcher/rejection.hpp"
#include "server/pages/visit.hpp"

namespace hubward::server::pages {

// `hub` is a copy of the hub as it stands, with another profile. The form's `version` guards it. Nothing when
// it is durable; else why not, and nothing was done. I/O threads.
http::Task<std::optional<matcher::Refused>> restate(api::Services* services, Visit visit, matcher::Hub hub);

}  // namespace hubward::server::pages
