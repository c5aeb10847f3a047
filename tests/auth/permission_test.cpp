// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>

#include "server/auth/principal.hpp"

namespace hubward::server::auth {
namespace {

using matcher::Role;

constexpr Role roles[] = {Role::system, Role::practice, Role::hub, Role::place, Role::ops};

TEST(Permission, EachHasExactlyOneRow) {
    std::set<Permission> seen;
    for (const PermissionRow& row : permission_table()) {
        EXPECT_TRUE(seen.insert(row.permission).second) << row.name;
        EXPECT_FALSE(row.meaning.empty()) << row.name;
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(Permission::webhook_manage) + 1);
}

TEST(Permission, WhatHasNoRowIsForbidden) {
    for (const Role role : roles) {
        EXPECT_FALSE(allowed(role, static_cast<Permission>(200)));
    }
}

// No token can say `system`; if one did, it would open nothing but what is open to all.
TEST(Permission, TheSystemRoleOpensNothing) {
    for (const PermissionRow& row : permission_table()) {
        EXPECT_EQ(allowed(Role::system, row.permission), row.permission == Permission::open);
    }
}

// The rights that would hurt most, spelled out a second time.
TEST(Permission, KeepsOthersAwayFromDetailsAnswersAndSubmissions) {
    EXPECT_FALSE(allowed(Role::ops, Permission::details_read));
    EXPECT_FALSE(allowed(Role::place, Permission::details_read));
    EXPECT_FALSE(allowed(Role::practice, Permission::offer_answer));
    EXPECT_FALSE(allowed(Role::ops, Permission::offer_answer));
    EXPECT_FALSE(allowed(Role::hub, Permission::referral_submit));
    EXPECT_FALSE(allowed(Role::hub, Permission::referral_list));
    EXPECT_FALSE(allowed(Role::hub, Permission::referral_withdraw));
    EXPECT_FALSE(allowed(Role::hub, Permission::hub_write));
    EXPECT_FALSE(allowed(Role::practice, Permission::capacity_write));
    EXPECT_FALSE(allowed(Role::hub, Permission::metrics_read));
    EXPECT_FALSE(allowed(Role::practice, Permission::page_ops));
    EXPECT_FALSE(allowed(Role::place, Permission::operate));
}

TEST(Permission, LetsEachRoleDoItsWork) {
    EXPECT_TRUE(allowed(Role::practice, Permission::referral_submit));
    EXPECT_TRUE(allowed(Role::hub, Permission::offer_answer));
    EXPECT_TRUE(allowed(Role::place, Permission::hub_write));
    EXPECT_TRUE(allowed(Role::ops, Permission::metrics_read));
}

TEST(Subject, MustHaveTheFormOfItsRole) {
    EXPECT_TRUE(subject_fault(Role::practice, "B81001").empty());
    EXPECT_FALSE(subject_fault(Role::practice, "B8").empty());
    EXPECT_FALSE(subject_fault(Role::practice, "B81 01").empty());
    EXPECT_TRUE(subject_fault(Role::hub, "library-hub-2").empty());
    EXPECT_FALSE(subject_fault(Role::hub, "-library").empty());
    EXPECT_FALSE(subject_fault(Role::hub, "Library").empty());
    EXPECT_FALSE(subject_fault(Role::place, std::string(25, 'a')).empty());
    EXPECT_FALSE(subject_fault(Role::system, "clock").empty());
}

}  // namespace
}  // namespace hubward::server::auth
