// SPDX-License-Identifier: Apache-2.0
//
// Whose a webhook is. For everybody else it does not exist; ops sees all of them.
#pragma once

#include "matcher/codes.hpp"
#include "server/auth/principal.hpp"
#include "server/outbound/webhook_message.hpp"  // webhook_kind
#include "storage/outbound_book.hpp"

namespace hubward::server::api {

inline bool sees_webhook(const auth::Principal& who, const storage::OutboundTarget& target) {
    return target.kind == outbound::webhook_kind &&
           (who.role == matcher::Role::ops ||
            (target.role == matcher::name(who.role) && target.subject == who.subject));
}

}  // namespace hubward::server::api
