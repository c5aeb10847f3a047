// SPDX-License-Identifier: Apache-2.0
#include "server/api/steps.hpp"

#include "matcher/invariant.hpp"
#include "server/api/actions.hpp"

namespace hubward::server::api {

std::optional<matcher::OfferRef> offer_ref(const Call& call) {
    const auto name = wire::parse_offer_id(call.request.param("id"));
    if (!name) {
        return std::nullopt;
    }
    matcher::OfferRef ref;
    ref.referral = name->referral;
    ref.ordinal = name->ordinal;
    ref.expected_version = call.expected_version;
    return ref;
}

std::optional<matcher::ReferralId> own_referral(Services& services, const Call& call) {
    const auto id = wire::parse_id(call.request.param("id"));
    if (!id || !facts_for(services, call.principal, *id)) {
        return std::nullopt;
    }
    return id;
}

wire::ReferralFacts facts_after_step(Services& services, const auth::Principal& who,
                                     const matcher::ReferralId& id) {
    Copied copied = services.view.look([&](const View& view) {
        const auto index = view.state().find(id);
        matcher::invariant(index.has_value(), "a step was taken on a referral that is not there");
        return copy_for(view.state(), who, *index);
    });
    return named(services, std::move(copied));
}

http::Task<Outcome> act_on_offer(Services* services, Call call, matcher::Command command,
                                 matcher::ReferralId referral, std::string payload) {
    const auth::Principal who = call.principal;
    const std::string id(call.request.param("id"));
    Call taken = std::move(call);
    auto done = co_await act(services, std::move(taken), command, referral, std::move(payload));
    if (!done) {
        co_return std::unexpected(std::move(done.error()));
    }
    const auto seen = offer_seen(*services, who, id);
    if (!seen) {
        co_return fail("not-found", no_such_offer);
    }
    co_return offer_answer(*seen);
}

http::Task<Outcome> act_on_referral(Services* services, Call call, matcher::Command command,
                                    matcher::ReferralId referral, std::string payload) {
    const auth::Principal who = call.principal;
    Call taken = std::move(call);
    auto done = co_await act(services, std::move(taken), command, referral, std::move(payload));
    if (!done) {
        co_return std::unexpected(std::move(done.error()));
    }
    co_return referral_answer(facts_after_step(*services, who, referral), who);
}

}  // namespace hubward::server::api
