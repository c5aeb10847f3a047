// SPDX-License-Identifier: Apache-2.0
//
// One step on an offer or on a referral, as a story that is told once: whose is it, what does the body
// say, which command is that, and how does the thing stand afterwards.
//
// `decode` reads the body, `make` turns it into the command; neither may hold on to anything. What is
// not the caller's to see does not exist for them, whatever the body says.
#pragma once

#include <expected>
#include <optional>
#include <type_traits>
#include <utility>

#include "server/api/call.hpp"
#include "server/api/offers.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"

namespace hubward::server::api {

// The offer of the path with the version that If-Match named; empty when it is no name of an offer.
std::optional<matcher::OfferRef> offer_ref(const Call& call);
// The referral of the path, when the caller may see it or has had this very request answered. Whose practice it is,
// the core asks too.
std::optional<matcher::ReferralId> own_referral(Services& services, const Call& call);

// The offer or the referral as it is now, after this outcome. Whoever seals words asks answered_before() first
// and answers a known request so, for then no key is needed.
using Settled = std::expected<Done, matcher::Rejection>;
Outcome offer_after(Services& services, const Call& call, const Settled& done);
Outcome referral_after(Services& services, const Call& call, matcher::ReferralId referral,
                       const Settled& done);

// Submit, wait, and answer with the offer or the referral as it is afterwards.
http::Task<Outcome> act_on_offer(Services* services, Call call, matcher::Command command,
                                 matcher::ReferralId referral, std::string payload = {});
http::Task<Outcome> act_on_referral(Services* services, Call call, matcher::Command command,
                                    matcher::ReferralId referral, std::string payload = {});

// A step that says nothing but its name has no body to hand on.
template <class Make, class Body, class... Head>
matcher::Command command_of(Make make, const Body& body, const Head&... head) {
    if constexpr (std::is_void_v<typename Body::value_type>) {
        return make(head...);
    } else {
        return make(head..., *body);
    }
}

// make(OfferRef[, body]) gives the command.
template <class Decode, class Make>
http::Task<Outcome> step_on_offer(Services* services, Call call, Decode decode, Make make) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto body = decode(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = command_of(make, body, *ref);
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

// make(ReferralId, expected version[, body]) gives the command.
template <class Decode, class Make>
http::Task<Outcome> step_on_referral(Services* services, Call call, Decode decode, Make make) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", no_such_referral);
    }
    const auto body = decode(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = command_of(make, body, *id, call.expected_version);
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id);
}

}  // namespace hubward::server::api
