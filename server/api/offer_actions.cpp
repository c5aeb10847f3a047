// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers to an offer, and what came of it. Each answers with the offer as it is afterwards.
#include "server/api/handlers.hpp"
#include "server/api/steps.hpp"

namespace hubward::server::api {
namespace {

// Open, accept and start say nothing but their name.
template <class Action>
http::Task<Outcome> plain(Services* services, Call call) {
    return step_on_offer(services, std::move(call), decode_nothing,
                         [](const matcher::OfferRef& ref) { return Action{ref}; });
}

template <class Action>
http::Task<Outcome> with_reason(Services* services, Call call) {
    return step_on_offer(services, std::move(call), decode_reason,
                         [](const matcher::OfferRef& ref, matcher::Reason reason) {
                             return Action{ref, reason};
                         });
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
