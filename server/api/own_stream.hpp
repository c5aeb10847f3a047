// SPDX-License-Identifier: Apache-2.0
//
// The stream of an organisation's own events: what its feed has, and what is sent out for it.
#pragma once

#include <string>

#include "matcher/codes.hpp"
#include "server/auth/principal.hpp"

namespace hubward::server::api {

// "practice/A12345", "hub/{slug}", "place/{code}"; "ops", which has everything.
inline std::string own_stream(const auth::Principal& who) {
    if (who.role == matcher::Role::ops) {
        return "ops";
    }
    return std::string(matcher::name(who.role)).append("/").append(who.subject);
}

}  // namespace hubward::server::api
