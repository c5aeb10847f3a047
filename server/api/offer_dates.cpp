// SPDX-License-Identifier: Apache-2.0
//
// What a hub does with a person it has taken on, before the outcome: dates, tries to reach them, its
// own list, another hub. Each answers with the offer as it is afterwards.
#include "server/api/handlers.hpp"
#include "server/api/offers.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {

http::Task<Outcome> book_appointment(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto starts = decode_time(call.request.body, "starts");
    if (!starts) {
        co_return std::unexpected(faulty(starts.error()));
    }
    const matcher::Command command = matcher::BookAppointment{*ref, *starts};
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

http::Task<Outcome> record_contact(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto what = decode_contact(call.request.body);
    if (!what) {
        co_return std::unexpected(faulty(what.error()));
    }
    const matcher::Command command = matcher::RecordContact{*ref, *what};
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

http::Task<Outcome> waitlist_at_hub(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto review_at = decode_time(call.request.body, "review_at");
    if (!review_at) {
        co_return std::unexpected(faulty(review_at.error()));
    }
    const matcher::Command command = matcher::WaitlistAtHub{*ref, *review_at};
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

http::Task<Outcome> transfer_offer(Services* services, Call call) {
    const auto ref = offer_ref(call);
    if (!ref) {
        co_return fail("not-found", no_such_offer);
    }
    const auto to = decode_hub_choice(call.request.body);
    if (!to) {
        co_return std::unexpected(faulty(to.error()));
    }
    const matcher::HubId hub = to->empty() ? matcher::HubId() : wire::hub_id(*to);
    const matcher::Command command = matcher::TransferOffer{*ref, hub};
    Call taken = std::move(call);
    co_return co_await act_on_offer(services, std::move(taken), command, ref->referral);
}

}  // namespace hubward::server::api
