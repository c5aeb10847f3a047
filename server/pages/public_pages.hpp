// SPDX-License-Identifier: Apache-2.0
//
// Pages that everybody may see without a login: the documentation and the state of the server.
#pragma once

#include <string_view>

#include "server/pages/visit.hpp"

namespace hubward::server::pages {

// docs_page.cpp: GET /docs and /docs/{page}, made at build time by cmake/docs_pages.py. In English only.
http::Task<http::Response> get_docs(api::Services* services, Visit visit);
// The part of a page; empty when there is none of that name.
std::string_view docs_part(std::string_view page);

// status_page.cpp: GET /status, whether the server works and what it checked. Numbers stay with /ops.
http::Task<http::Response> get_status(api::Services* services, Visit visit);

}  // namespace hubward::server::pages
