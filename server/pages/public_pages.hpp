// SPDX-License-Identifier: Apache-2.0
//
// Pages that everybody may see without a login: the documentation and the state of the server.
#pragma once

#include <string>
#include <string_view>

#include "server/pages/visit.hpp"

namespace hubward::server::pages {

// docs_page.cpp: GET /docs and /docs/{page}, made at build time by cmake/docs_pages.py. In English only.
http::Task<http::Response> get_docs(api::Services* services, Visit visit);
// The part of a page; empty when there is none of that name.
std::string_view docs_part(std::string_view page);
// A whole answer with the menu of the documentation, where `current` names the part ("problems" too).
http::Response docs_answer(const Visit& visit, unsigned status, std::string_view current,
                           std::string_view title, std::string part);

// problem_pages.cpp: GET /problems and /problems/{slug}, where the `type` of each problem leads.
http::Task<http::Response> get_problems(api::Services* services, Visit visit);
http::Task<http::Response> get_problem(api::Services* services, Visit visit);
// The part of such a page, empty for an unknown slug; and of the list. `base_url` stands in the example.
std::string problem_part(std::string_view slug, std::string_view base_url);
std::string problems_part();

// The part of a page as a server tells it: without the links to "Try it" unless it runs as a demo.
std::string docs_told(std::string_view page, bool demo);
// try_page.cpp: GET and POST /docs/try/{operation}, a form for one operation and what came of it. Routed in
// the demo alone, and answered to callers on this machine alone, who may be anybody there.
http::Task<http::Response> get_try(api::Services* services, Visit visit);
http::Task<http::Response> do_try(api::Services* services, Visit visit);

// status_page.cpp: GET /status, whether the server works and what it checked. Numbers stay with /ops.
http::Task<http::Response> get_status(api::Services* services, Visit visit);

}  // namespace hubward::server::pages
