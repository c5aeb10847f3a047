// SPDX-License-Identifier: Apache-2.0
//
// What a hub does with an offer. Each answers with the offer as it is afterwards.
#include "server/api/actions.hpp"
#include "server/api/handlers.hpp"
#include "server/api/offers.hpp"
#include "server/api/small_body.hpp"

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

http::Task<Outcome> act_on_offer(Services* services, Call call, matcher::Command command,
                           matcher::ReferralId referral) {
    const auth::Principal who = call.principal;
    const std::string id(call.request.param("id"));
    Call taken = std::move(call);
    auto done = co_await act(services, std::move(taken), command, referral);
    if (!done) {
        co_return std::unexpected(std::move(done.error()));
    }
    const auto seen = offer_seen(*services, who, id);
    if (!seen) {
        co_return fail("not-found", no_such_offer);
    }
    co_return offer_answer(*seen);
}

namespace {

// Open, accept and start say nothing but their name.
template <class Action>
http::Task<Outcome> plain(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = Action{*ref};
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

template <class Action>
http::Task<Outcome> with_reason(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto reason = decode_reason(call.request.body);
    if (!reason) {
        co_return std::unexpected(faulty(reason.error()));
    }
    const matcher::Command command = Action{*ref, *reason};
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

}  // namespace

http::Task<Outcome> open_offer(Services* services, Call call) {
    return plain<matcher::OpenOffer>(services, std::move(call));
}

http::Task<Outcome> accept_offer(Services* services, Call call) {
    return plain<matcher::AcceptOffer>(services, std::move(call));
}

http::Task<Outcome> start_support(Services* services, Call call) {
    return plain<matcher::StartSupport>(services, std::move(call));
}

http::Task<Outcome> decline_offer(Services* services, Call call) {
    return with_reason<matcher::DeclineOffer>(services, std::move(call));
}

http::Task<Outcome> return_offer(Services* services, Call call) {
    return with_reason<matcher::ReturnOffer>(services, std::move(call));
}

http::Task<Outcome> record_outcome(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto body = decode_outcome(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = matcher::RecordOutcome{*ref, body->need, body->outcome};
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

}  // namespace hubward::server::api
