// SPDX-License-Identifier: Apache-2.0
//
// The end of a session, for tablets that many hands use: its token is void from here on, also for whoever
// kept a copy of it, and its open feeds end within five seconds.
#include <utility>

#include "server/auth/enter.hpp"
#include "server/auth/identify.hpp"
#include "server/auth/sessions.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/settled.hpp"

namespace hubward::server::pages {
namespace {

// The browser forgets the session, whichever of the two paths its cookie was given for. When it sent two,
// the one of the longer path came first and has ended; the other one, for all pages, is somebody else's.
void forget(http::Response& response, const http::Request& request) {
    const std::string_view path = request.path;
    response.with("Set-Cookie", auth::ended_session_cookie_value(path.substr(0, path.rfind('/'))));
    if (auth::sessions_sent(request) == 1) {
        response.with("Set-Cookie", auth::ended_session_cookie_value());
    }
}

}  // namespace

http::Task<http::Response> log_out(api::Services* services, Visit visit) {
    auth::Ending ending = auth::sessions(services->tokens).end(visit.principal, services->clock.outside());
    const auto ended = co_await settled(std::move(ending), auth::Ended::not_yet, services->answer_deadline);
    http::Response response = ended == auth::Ended::yes ? see_other("/?done=logged_out")
                                                        : error_page(visit.style, 503, "503.log_out");
    forget(response, visit.request);
    co_return response;
}

}  // namespace hubward::server::pages
