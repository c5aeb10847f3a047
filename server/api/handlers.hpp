// SPDX-License-Identifier: Apache-2.0
//
// The coroutines behind the table of endpoints.hpp, by the file that holds them. Each runs on the
// I/O thread of its request and reads like the story of one request.
#pragma once

#include "server/api/call.hpp"

namespace hubward::server::api {

// submit.cpp
http::Task<Outcome> submit_referral(Services* services, Call call);
// policies.cpp
http::Task<Outcome> get_policy(Services* services, Call call);
http::Task<Outcome> put_policy(Services* services, Call call);
http::Task<Outcome> list_policies(Services* services, Call call);
http::Task<Outcome> get_place_policy(Services* services, Call call);
http::Task<Outcome> put_place_policy(Services* services, Call call);
// preview.cpp
http::Task<Outcome> match_preview(Services* services, Call call);
http::Task<Outcome> check_referral(Services* services, Call call);
// explanation.cpp
http::Task<Outcome> get_explanation(Services* services, Call call);
http::Task<Outcome> get_options(Services* services, Call call);
// choice.cpp
http::Task<Outcome> choose_hub(Services* services, Call call);
// referrals.cpp
http::Task<Outcome> get_referral(Services* services, Call call);
http::Task<Outcome> list_referrals(Services* services, Call call);
http::Task<Outcome> list_gaps(Services* services, Call call);
http::Task<Outcome> list_worklist(Services* services, Call call);
// withdrawal.cpp
http::Task<Outcome> withdraw_referral(Services* services, Call call);
http::Task<Outcome> get_withdrawal(Services* services, Call call);
// history.cpp
http::Task<Outcome> get_history(Services* services, Call call);
// details.cpp
http::Task<Outcome> get_details(Services* services, Call call);
// offers.cpp
http::Task<Outcome> list_offers(Services* services, Call call);
http::Task<Outcome> get_offer(Services* services, Call call);
// offer_actions.cpp
http::Task<Outcome> open_offer(Services* services, Call call);
http::Task<Outcome> accept_offer(Services* services, Call call);
http::Task<Outcome> decline_offer(Services* services, Call call);
http::Task<Outcome> start_support(Services* services, Call call);
http::Task<Outcome> record_outcome(Services* services, Call call);
http::Task<Outcome> return_offer(Services* services, Call call);
// hubs.cpp
http::Task<Outcome> list_hubs(Services* services, Call call);
http::Task<Outcome> get_hub(Services* services, Call call);
http::Task<Outcome> put_hub(Services* services, Call call);
http::Task<Outcome> get_capacity(Services* services, Call call);
http::Task<Outcome> put_capacity(Services* services, Call call);
http::Task<Outcome> confirm_capacity(Services* services, Call call);
http::Task<Outcome> get_service_capacity(Services* services, Call call);
// report.cpp
http::Task<Outcome> get_report(Services* services, Call call);
// offer_dates.cpp
http::Task<Outcome> book_appointment(Services* services, Call call);
http::Task<Outcome> record_contact(Services* services, Call call);
http::Task<Outcome> waitlist_at_hub(Services* services, Call call);
http::Task<Outcome> transfer_offer(Services* services, Call call);
// referral_life.cpp
http::Task<Outcome> pause_referral(Services* services, Call call);
http::Task<Outcome> resume_referral(Services* services, Call call);
http::Task<Outcome> reopen_referral(Services* services, Call call);
http::Task<Outcome> release_needs(Services* services, Call call);
http::Task<Outcome> close_need(Services* services, Call call);
http::Task<Outcome> assign_owner(Services* services, Call call);
http::Task<Outcome> mark_error(Services* services, Call call);
// words.cpp
http::Task<Outcome> give_consent(Services* services, Call call);
http::Task<Outcome> withdraw_consent(Services* services, Call call);
http::Task<Outcome> erase_referral(Services* services, Call call);
http::Task<Outcome> record_person_word(Services* services, Call call);
http::Task<Outcome> close_follow_up(Services* services, Call call);
http::Task<Outcome> move_person(Services* services, Call call);
http::Task<Outcome> record_measure(Services* services, Call call);
http::Task<Outcome> add_need(Services* services, Call call);
http::Task<Outcome> get_measures(Services* services, Call call);
// hub_oversight.cpp
http::Task<Outcome> close_hub(Services* services, Call call);
http::Task<Outcome> set_price(Services* services, Call call);
http::Task<Outcome> close_review(Services* services, Call call);
// sessions.cpp
http::Task<Outcome> list_sessions(Services* services, Call call);
http::Task<Outcome> publish_session(Services* services, Call call);
http::Task<Outcome> cancel_session(Services* services, Call call);
http::Task<Outcome> set_seats(Services* services, Call call);
// audit.cpp
http::Task<Outcome> list_waiting(Services* services, Call call);
http::Task<Outcome> audit_orphans(Services* services, Call call);
// webhooks.cpp
http::Task<Outcome> create_webhook(Services* services, Call call);
http::Task<Outcome> list_webhooks(Services* services, Call call);
http::Task<Outcome> get_webhook(Services* services, Call call);
http::Task<Outcome> delete_webhook(Services* services, Call call);
http::Task<Outcome> rotate_webhook(Services* services, Call call);
http::Task<Outcome> resume_webhook(Services* services, Call call);
http::Task<Outcome> resend_webhook(Services* services, Call call);
http::Task<Outcome> list_deliveries(Services* services, Call call);
// health.cpp
http::Task<Outcome> get_livez(Services* services, Call call);
http::Task<Outcome> get_readyz(Services* services, Call call);
http::Task<Outcome> get_metrics(Services* services, Call call);
http::Task<Outcome> get_openapi(Services* services, Call call);
http::Task<Outcome> get_asyncapi(Services* services, Call call);
http::Task<Outcome> get_schema(Services* services, Call call);

}  // namespace hubward::server::api
