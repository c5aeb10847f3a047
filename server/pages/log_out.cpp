// SPDX-License-Identifier: Apache-2.0
//
// The end of a session, for tablets that many hands use: its token is void from here on, also for whoever
// kept a copy of it, and its open feeds end within five seconds.
#include "server/auth/enter.hpp"
#include "server/auth/log_out.hpp"
#include "server/pages/handlers.hpp"

namespace hubward::server::pages {
namespace {

// The browser forgets the session, whichever of the two paths its cookie was given for.
void forget(http::Response& response, std::string_view log_out_path) {
    response.with("Set-Cookie", auth::ended_session_cookie_value());
    response.with("Set-Cookie",
                  auth::ended_session_cookie_value(log_out_path.substr(0, log_out_path.rfind('/'))));
}

}  // namespace

http::Task<http::Response> log_out(api::Services* services, Visit visit) {
    const auto ended = auth::sessions(services->tokens).end(visit.principal.token_id);
    http::Response response = ended ? see_other("/?done=logged_out")
                                    : error_page(visit.style, 503, "503.log_out");
    forget(response, visit.request.path);
    co_return response;
}

}  // namespace hubward::server::pages
