// SPDX-License-Identifier: Apache-2.0
//
// The one table of who may do what. No row, no right. A handler that got a yes for an `own`
// permission still checks that the object is the caller's own, and answers 404 when it is not.
#include "server/auth/principal.hpp"

#include <array>

namespace hubward::server::auth {
namespace {

using matcher::Role;

constexpr unsigned bit(Role role) { return 1U << static_cast<unsigned>(role); }
constexpr unsigned practice = bit(Role::practice);
constexpr unsigned hub = bit(Role::hub);
constexpr unsigned place = bit(Role::place);
constexpr unsigned ops = bit(Role::ops);

constexpr auto table = std::to_array<PermissionRow>({
    {Permission::open, "open", practice | hub | place | ops, "pages and facts that are public"},
    {Permission::referral_submit, "referral_submit", practice, "submit a referral of its own"},
    {Permission::referral_read, "referral_read", practice | hub | place | ops,
     "own referral, one offered to the own hub, or of the own place; codes only"},
    {Permission::referral_list, "referral_list", practice | place | ops,
     "own referrals, or those of the own place; codes only"},
    {Permission::referral_withdraw, "referral_withdraw", practice, "withdraw an own referral"},
    {Permission::referral_steer, "referral_steer", practice | place | ops,
     "let an own referral rest, go on or open again; write down what the person chose (a hub, or no digital help); "
     "release or end a need"},
    {Permission::referral_oversee, "referral_oversee", place | ops,
     "name an owner, mark an error, have a person forgotten, end a follow-up; see the queue and the audit of orphans"},
    {Permission::details_read, "details_read", practice | hub,
     "the person's details: the own practice; the own hub after it accepted; each read is audited"},
    {Permission::offer_list, "offer_list", hub | place | ops, "offers of the own hub; make a link that answers one of them"},
    {Permission::offer_answer, "offer_answer", hub,
     "open, accept, start, book, record contacts and outcomes, transfer"},
    {Permission::offer_end, "offer_end", hub | place | ops,
     "decline or return an offer; those who look after the hub only because nobody reaches it"},
    {Permission::hub_read, "hub_read", practice | hub | place | ops, "the public profile of a hub"},
    {Permission::hub_write, "hub_write", place | ops, "add or change hubs of the own place"},
    {Permission::capacity_write, "capacity_write", hub | place | ops, "capacity of the own hub"},
    {Permission::feed_read, "feed_read", practice | hub | place | ops, "the own live streams"},
    {Permission::metrics_read, "metrics_read", place | ops, "counters and histograms"},
    {Permission::report_read, "report_read", place | ops,
     "the numbers of the network; of a place only its own"},
    {Permission::page_hub, "page_hub", hub, "the page of the own hub"},
    {Permission::page_practice, "page_practice", practice, "the pages of the own practice"},
    {Permission::page_ops, "page_ops", place | ops, "the operations page"},
    {Permission::policy_read, "policy_read", practice | hub | place | ops,
     "the rules that every decision is made under"},
    {Permission::policy_write, "policy_write", place | ops,
     "put other rules in force; a place only its own, and those of everywhere"},
    {Permission::price_write, "price_write", ops, "what planning wants asking a hub to cost"},
    {Permission::webhook_manage, "webhook_manage", practice | place | ops,
     "have the own stream sent to a URL; ops sees all webhooks"},
    {Permission::operate, "operate", ops, "take a backup, from this machine only"},
});

}  // namespace

std::span<const PermissionRow> permission_table() { return table; }

bool PermissionRow::gives(Role role) const { return (roles & bit(role)) != 0; }

bool allowed(Role role, Permission permission) {
    if (permission == Permission::open) {
        return true;  // also for those without a token
    }
    for (const PermissionRow& row : table) {
        if (row.permission == permission) {
            return row.gives(role);
        }
    }
    return false;
}

}  // namespace hubward::server::auth
