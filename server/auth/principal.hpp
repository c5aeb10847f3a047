// SPDX-License-Identifier: Apache-2.0
//
// Who is calling, and what that allows. Deny by default; the table in permission.cpp is the only
// place that says otherwise, and the tests and docs/PERMISSIONS.md are made from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "matcher/command.hpp"

namespace hubward::server::auth {

struct Principal {
    matcher::Role role = matcher::Role::system;
    std::string subject;             // ODS code, hub slug, place code, or a name for ops
    std::string token_id;            // for the audit trail
    matcher::Timestamp expires = matcher::never;

    matcher::Actor actor() const;
};

// One per kind of action on one kind of object. `own_…`: the object must be the principal's own;
// handlers answer 404 when it is not.
enum class Permission : std::uint8_t {
    open,               // everybody, also without a token
    referral_submit,
    referral_read,
    referral_list,
    referral_withdraw,
    referral_steer,     // rest, go on, reopen, choose, release, end a need
    referral_oversee,   // owners, errors, the queue, the audit
    details_read,       // the person's details
    offer_list,
    offer_answer,       // open, accept, start, dates, transfer, outcome
    offer_end,          // decline, return
    hub_read,
    hub_write,
    capacity_write,
    feed_read,
    metrics_read,
    report_read,
    page_hub, page_practice,
    page_ops,
    operate,            // back up
    policy_read,
    policy_write,       // put rules in force
    price_write,        // what planning says of a hub
    webhook_manage,     // webhooks of the own stream
};

bool allowed(matcher::Role role, Permission permission);

// One row of the table, for docs and tests.
struct PermissionRow {
    Permission permission;
    std::string_view name;
    unsigned roles = 0;
    std::string_view meaning;
    bool gives(matcher::Role role) const;
};
std::span<const PermissionRow> permission_table();

// Whether `subject` has the form that the role asks for: an ODS code, a slug, a short name. Text
// says what is expected; empty when it is right.
std::string_view subject_fault(matcher::Role role, std::string_view subject);

}  // namespace hubward::server::auth
