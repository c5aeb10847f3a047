// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers to an offer, and what came of it. Each answers with the offer as it is afterwards.
#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>

#include "server/api/actions.hpp"
#include "server/api/answered.hpp"
#include "server/api/handlers.hpp"
#include "server/api/offers.hpp"
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

// What has ended takes no words any more. A key goes with every note that is sealed, so it is asked before.
std::optional<matcher::Rejection> has_ended(const OfferSeen& seen) {
    using enum matcher::OfferStatus;
    const auto at = std::ranges::find(seen.facts.offers, seen.name.ordinal,
                                      [](const wire::OfferFacts& one) { return one.offer.ordinal; });
    if (at == seen.facts.offers.end()) {
        return matcher::Rejection{};  // no such offer
    }
    const matcher::Offer& offer = at->offer;
    constexpr std::array open = {requested, received, accepted, in_progress, on_hold};
    if (std::ranges::find(open, offer.status) != open.end()) {
        return std::nullopt;
    }
    return matcher::Rejection{.why = matcher::Refused::state_forbids, .offer_status = offer.status,
                              .ended_with = offer.reason};
}

// The words may name the person, so they are sealed like the details.
template <class Action>
http::Task<Outcome> with_reason(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    constexpr bool declines = std::is_same_v<Action, matcher::DeclineOffer>;
    const auto body = declines ? decode_reason_in_words(call.request.body) : decode_return(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    // A hub speaks for itself; others speak for it only when it does not speak at all.
    if (call.principal.role != matcher::Role::hub &&
        body->reason != matcher::Reason::could_not_contact_hub) {
        co_return std::unexpected(faulty(one_fault(
            "/reason", "Only could-not-contact-hub; a hub gives other reasons itself.", "code")));
    }
    Action action;
    action.offer = *ref;
    action.reason = body->reason;
    if constexpr (declines) {
        action.duplicate_of = body->duplicate_of;
    }
    std::string payload;
    if (!body->note.empty()) {
        if (const auto first = answered_before(*services, call.key, call.fingerprint)) {
            co_return offer_after(*services, call, *first);
        }
        const auto seen = offer_seen(*services, call.principal, call.request.param("id"));
        if (!seen) {
            co_return fail("not-found", no_such_offer);
        }
        if (const auto over = has_ended(*seen)) {
            co_return std::unexpected(refused_step(*services, call.principal, ref->referral, *over));
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
