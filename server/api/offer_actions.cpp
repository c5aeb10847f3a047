// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers to an offer, and what came of it. Each answers with the offer as it is afterwards.
#include "server/api/answered.hpp"
#include "server/api/handlers.hpp"
#include "server/api/steps.hpp"
#include "server/api/word_body.hpp"

namespace hubward::server::api {
namespace {

// Open, accept and start say nothing but their name.
template <class Action>
http::Task<Outcome> plain(Services* services, Call call) {
    return step_on_offer(services, std::move(call), decode_nothing,
                         [](const matcher::OfferRef& ref) { return Action{ref}; });
}

// The words may name the person, so they are sealed like the details.
template <class Action>
http::Task<Outcome> with_reason(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto body = decode_reason_in_words(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    // A hub speaks for itself; others speak for it only when it does not speak at all.
    if (call.principal.role != matcher::Role::hub &&
        body->reason != matcher::Reason::could_not_contact_hub) {
        matcher::Rejection not_yours;
        not_yours.why = matcher::Refused::reason_invalid;
        co_return std::unexpected(refused(not_yours));
    }
    Action action;
    action.offer = *ref;
    action.reason = body->reason;
    if constexpr (requires { action.duplicate_of; }) {
        action.duplicate_of = body->duplicate_of;
    }
    std::string payload;
    if (!body->note.empty()) {
        if (const auto first = answered_before(*services, call.key, call.fingerprint)) {
            co_return offer_after(*services, call, *first);
        }
        auto sealed = services->vault.seal(ref->referral, body->note);
        if (!sealed) {
            co_return std::unexpected(sealing_failed(sealed.error()));
        }
        action.note_slot = sealed->key_slot;
        payload = std::move(sealed->bytes);
    }
    const matcher::Command command = action;
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral,
                                    std::move(payload));
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
    return step_on_offer(services, std::move(call), decode_outcome,
                         [](const matcher::OfferRef& ref, const OutcomeBody& body) {
                             return matcher::RecordOutcome{ref, body.need, body.outcome};
                         });
}

}  // namespace hubward::server::api
