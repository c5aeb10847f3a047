// SPDX-License-Identifier: Apache-2.0
//
// What a hub does with a person it has taken on, before the outcome: dates, tries to reach them, its
// own list, another hub. Each answers with the offer as it is afterwards.
#include "server/api/handlers.hpp"
#include "server/api/steps.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {

using matcher::OfferRef;

http::Task<Outcome> book_appointment(Services* services, Call call) {
    return step_on_offer(
        services, std::move(call),
        decode_date,
        [](const OfferRef& ref, const AgreedDate& date) {
            return matcher::BookAppointment{ref, date.starts, date.session};
        });
}

http::Task<Outcome> record_contact(Services* services, Call call) {
    return step_on_offer(services, std::move(call), decode_contact,
                         [](const OfferRef& ref, matcher::Contact what) {
                             return matcher::RecordContact{ref, what};
                         });
}

http::Task<Outcome> waitlist_at_hub(Services* services, Call call) {
    return step_on_offer(
        services, std::move(call),
        [](std::string_view body) { return decode_time(body, "review_at"); },
        [](const OfferRef& ref, matcher::Timestamp review_at) {
            return matcher::WaitlistAtHub{ref, review_at};
        });
}

http::Task<Outcome> transfer_offer(Services* services, Call call) {
    return step_on_offer(services, std::move(call), decode_hub_choice,
                         [](const OfferRef& ref, const std::string& to) {
                             return matcher::TransferOffer{
                                 ref, to.empty() ? matcher::HubId() : wire::hub_id(to)};
                         });
}

}  // namespace hubward::server::api
