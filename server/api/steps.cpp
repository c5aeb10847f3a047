// SPDX-License-Identifier: Apache-2.0
#include "server/api/steps.hpp"

#include "matcher/invariant.hpp"
#include "server/api/actions.hpp"
#include "server/api/answered.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::api {
namespace {

Outcome offer_now(Services& services, const auth::Principal& who, std::string_view id) {
    const auto seen = offer_seen(services, who, id);
    if (!seen) {
        return fail("not-found", no_such_offer);
    }
    return offer_answer(*seen);
}

// That the step was taken, and of what: neither ever changes.
http::Response left_answer(matcher::ReferralId referral, matcher::ReferralIndex index) {
    std::string body;
    wire::JsonWriter writer(body);
    writer.open_object();
    writer.text("id", wire::id_text(referral));
    writer.text("reference", wire::readable_reference(index));
    writer.close_object();
    http::Response response = json(200, std::move(body));
    response.with("Cache-Control", "no-store");
    return response;
}

// When the core has just taken the step from this caller, they are told what came of it, though by that
// very step the referral may have passed to another place. Whoever asks again once it has is told that the
// step was taken, and nothing of what happened there since.
Outcome referral_now(Services& services, const auth::Principal& who, matcher::ReferralId referral,
                     const Done& done) {
    matcher::ReferralIndex at{};
    std::optional<Copied> copied = services.view.look([&](const View& view) -> std::optional<Copied> {
        const matcher::State& state = view.state();
        const auto index = state.find(referral);
        matcher::invariant(index.has_value(), "a step was taken on a referral that is not there");
        at = *index;
        return done.resend && !sees(state, who, state.at(at)) ? std::nullopt
                                                              : std::optional(copy_for(state, who, at));
    });
    return copied ? referral_answer(named(services, *std::move(copied)), who) : left_answer(referral, at);
}

}  // namespace

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
    // Whoever asks again is told that it was done, though by that very step the referral may have passed to
    // another place.
    const bool theirs = id && (facts_for(services, call.principal, *id) ||
                               answered_before(services, call.key, call.fingerprint));
    return theirs ? id : std::nullopt;
}

Outcome offer_after(Services& services, const Call& call, const Settled& done) {
    if (!done) {
        return std::unexpected(refused(done.error()));
    }
    return offer_now(services, call.principal, call.request.param("id"));
}

Outcome referral_after(Services& services, const Call& call, matcher::ReferralId referral,
                       const Settled& done) {
    if (!done) {
        return std::unexpected(refused_step(services, call.principal, referral, done.error()));
    }
    return referral_now(services, call.principal, referral, *done);
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
    co_return offer_now(*services, who, id);
}

http::Task<Outcome> act_on_referral(Services* services, Call call, matcher::Command command,
                                    matcher::ReferralId referral, std::string payload) {
    const auth::Principal who = call.principal;
    Call taken = std::move(call);
    auto done = co_await act(services, std::move(taken), command, referral, std::move(payload));
    if (!done) {
        co_return std::unexpected(std::move(done.error()));
    }
    co_return referral_now(*services, who, referral, *done);
}

}  // namespace hubward::server::api
