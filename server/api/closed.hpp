// SPDX-License-Identifier: Apache-2.0
//
// Why a session cannot be: the core has one word for a date on a closed day and for needs that do not fit
// (Refused::session_invalid), and people and systems want to know which. Pure.
#pragma once

#include "matcher/hub.hpp"

namespace hubward::server::api {

// The hub has stated that it is closed for at least a part of this time.
inline bool closed_within(const matcher::Hub& hub, matcher::Timestamp from, matcher::Timestamp to) {
    return hub.profile.closures.outside(from, to) != to - from;
}

}  // namespace hubward::server::api
