// SPDX-License-Identifier: Apache-2.0
//
// What a caller may see of a referral or a hub. One place, so that every endpoint agrees.
//
// A practice sees its own referrals; a hub those offered to it, and of their offers only its own; a
// place those that it looks after (matcher/whose.hpp, which the core asks too before it does what a
// place wants); ops all of them. Whatever is not seen does not exist (404).
#pragma once

#include <optional>

#include "server/api/services.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::api {

inline constexpr const char* no_such_referral =
    "There is no such referral, or it is not yours to see.";

inline constexpr const char* consent_has_ended =
    "The person's consent to share with a hub has ended. Delete what you copied, and do not contact "
    "the person about this referral.";

// Inside View::look only.
bool sees(const matcher::State& state, const auth::Principal& who, const matcher::Referral& it);
bool own_hub(const auth::Principal& who, const matcher::HubProfile& hub);

// The rules and the time by which stated capacity is trusted. Takes the view's lock.
wire::Judged judged_now(Services& services);

wire::Reader reader_of(const auth::Principal& who);

// A copy of the referral with those of its offers that the caller may see, without hub names.
// Inside View::look only.
struct Copied {
    wire::ReferralFacts facts;
    bool as_sent = false;  // of the ask only what the practice sent: named() reads it from the journal
    std::vector<HubKey> hubs;  // of facts.offers, in the same order
};
Copied copy_for(const matcher::State& state, const auth::Principal& who,
                matcher::ReferralIndex index);
// Fills in the hub names, and the ask where it is told as it was sent; outside View::look, because it may
// read storage. What cannot be read there is left out.
wire::ReferralFacts named(Services& services, Copied copied);

// All of it; nothing when there is none to see.
std::optional<wire::ReferralFacts> facts_for(Services& services, const auth::Principal& who,
                                             const matcher::ReferralId& id);

// The referral's document with its tag.
http::Response referral_answer(const wire::ReferralFacts& facts, const auth::Principal& who);

}  // namespace hubward::server::api
