// SPDX-License-Identifier: Apache-2.0
//
// The coroutines behind the page routes, by the file that holds them.
#pragma once

#include "server/pages/model.hpp"
#include "server/pages/visit.hpp"

namespace hubward::server::pages {

// home_page.cpp
http::Task<http::Response> get_home(api::Services* services, Visit visit);
http::Task<http::Response> get_asset(api::Services* services, Visit visit);
// enter_page.cpp: GET and POST /enter
http::Task<http::Response> get_enter(api::Services* services, Visit visit);
http::Task<http::Response> log_in(api::Services* services, Visit visit);
// log_out.cpp
http::Task<http::Response> log_out(api::Services* services, Visit visit);
// hub_page.cpp
http::Task<http::Response> get_hub(api::Services* services, Visit visit);
// capacity_page.cpp
http::Task<http::Response> get_capacity(api::Services* services, Visit visit);
http::Task<http::Response> set_capacity(api::Services* services, Visit visit);
http::Task<http::Response> set_code_word(api::Services* services, Visit visit);
// hours_page.cpp
http::Task<http::Response> get_hours(api::Services* services, Visit visit);
http::Task<http::Response> set_hours(api::Services* services, Visit visit);
// sessions_page.cpp
http::Task<http::Response> get_sessions(api::Services* services, Visit visit);
http::Task<http::Response> make_session(api::Services* services, Visit visit);
// session_page.cpp
http::Task<http::Response> get_session(api::Services* services, Visit visit);
http::Task<http::Response> set_session_seats(api::Services* services, Visit visit);
http::Task<http::Response> ask_cancel_session(api::Services* services, Visit visit);
http::Task<http::Response> cancel_hub_session(api::Services* services, Visit visit);
// date_page.cpp
http::Task<http::Response> book_date(api::Services* services, Visit visit);
// weekly_page.cpp
http::Task<http::Response> get_weekly(api::Services* services, Visit visit);
http::Task<http::Response> set_weekly(api::Services* services, Visit visit);
// link_page.cpp
http::Task<http::Response> get_answer(api::Services* services, Visit visit);
http::Task<http::Response> answer_accept(api::Services* services, Visit visit);
http::Task<http::Response> answer_decline(api::Services* services, Visit visit);
http::Task<http::Response> answer_capacity(api::Services* services, Visit visit);
http::Task<http::Response> answer_details(api::Services* services, Visit visit);
// link_desk.cpp
http::Task<http::Response> make_hub_link(api::Services* services, Visit visit);
http::Task<http::Response> make_ops_link(api::Services* services, Visit visit);
http::Task<http::Response> get_waiting_offers(api::Services* services, Visit visit);
// letter_page.cpp
http::Task<http::Response> get_practice_letter(api::Services* services, Visit visit);
http::Task<http::Response> get_hub_letter(api::Services* services, Visit visit);
// person_page.cpp
http::Task<http::Response> get_person(api::Services* services, Visit visit);
http::Task<http::Response> show_details(api::Services* services, Visit visit);
http::Task<http::Response> show_withdrawal(api::Services* services, Visit visit);
// actions.cpp
http::Task<http::Response> open_offer(api::Services* services, Visit visit);
http::Task<http::Response> accept_offer(api::Services* services, Visit visit);
http::Task<http::Response> decline_offer(api::Services* services, Visit visit);
http::Task<http::Response> start_support(api::Services* services, Visit visit);
http::Task<http::Response> record_outcome(api::Services* services, Visit visit);
http::Task<http::Response> record_contact(api::Services* services, Visit visit);
http::Task<http::Response> return_offer(api::Services* services, Visit visit);
// practice_page.cpp
http::Task<http::Response> get_practice(api::Services* services, Visit visit);
http::Task<http::Response> follow_referral(api::Services* services, Visit visit);
http::Task<http::Response> show_said(api::Services* services, Visit visit);
http::Task<http::Response> release_referral(api::Services* services, Visit visit);
// new_referral_page.cpp
http::Task<http::Response> get_new_referral(api::Services* services, Visit visit);
http::Task<http::Response> send_referral(api::Services* services, Visit visit);
http::Task<http::Response> check_form(api::Services* services, Visit visit);
// webhooks_page.cpp
http::Task<http::Response> get_webhooks(api::Services* services, Visit visit);
http::Task<http::Response> resend_to_webhook(api::Services* services, Visit visit);
http::Task<http::Response> try_webhook(api::Services* services, Visit visit);
// place_page.cpp
http::Task<http::Response> get_place(api::Services* services, Visit visit);
// ops_page.cpp
http::Task<http::Response> get_ops(api::Services* services, Visit visit);

// actions.cpp: the word of the group "flash" for a refusal.
std::string_view word_for(matcher::Refused why);
// … and the status of a page that tells it: 503 when the server could not, 422 when what was sent cannot be, else 409.
unsigned status_for(const matcher::Rejection& rejection);
// … and what the redirect of an action says, as a model for the layout; an empty one when
// the address says nothing.
Model flash_of(const Visit& visit);
// place_page.cpp: the pages of a place; `current`: 0 operations, 1 the network, 2 waiting offers, 3 webhooks.
Model::List ops_nav(const Words& words, std::size_t current);
// hub_page.cpp: reasons for a select, why a hub does not take somebody on …
Model::List decline_reasons(const Words& words);
// … and why it gives somebody back; first the one that fits no decline.
Model::List return_reasons(const Words& words);
// actions.cpp: whether the hub may give somebody back for it.
bool may_return_with(matcher::Reason reason);
// capacity_page.cpp: carries out what the form of the capacity asks for; `word` is of the group "flash".
struct CapacityDone {
    unsigned status = 200;
    std::string_view word;
    bool good() const { return status == 200; }
};
http::Task<CapacityDone> report_capacity(api::Services* services, Visit visit, matcher::Hub hub);
// hours_page.cpp: the week and the closed days ahead, to read: `stated`, `days`, `closed`.
Model opening_of(const Words& words, const matcher::Hub& hub, matcher::Timestamp now);
// capacity_page.cpp: what the hub has of each kind.
Model::List unit_rows(const Words& words, const matcher::Hub& hub, matcher::Timestamp now);

}  // namespace hubward::server::pages
