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
// hub_page.cpp
http::Task<http::Response> get_hub(api::Services* services, Visit visit);
// person_page.cpp
http::Task<http::Response> get_person(api::Services* services, Visit visit);
http::Task<http::Response> show_details(api::Services* services, Visit visit);
// actions.cpp
http::Task<http::Response> open_offer(api::Services* services, Visit visit);
http::Task<http::Response> accept_offer(api::Services* services, Visit visit);
http::Task<http::Response> decline_offer(api::Services* services, Visit visit);
http::Task<http::Response> start_support(api::Services* services, Visit visit);
http::Task<http::Response> record_outcome(api::Services* services, Visit visit);
http::Task<http::Response> return_offer(api::Services* services, Visit visit);
http::Task<http::Response> set_capacity(api::Services* services, Visit visit);
// ops_page.cpp
http::Task<http::Response> get_ops(api::Services* services, Visit visit);

// actions.cpp: what the redirect of an action says, as a model for the layout; an empty one when
// the address says nothing.
Model flash_of(api::Services& services, const Visit& visit);
// hub_page.cpp: reasons for a select.
Model::List decline_reasons();

}  // namespace hubward::server::pages
