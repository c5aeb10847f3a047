// SPDX-License-Identifier: Apache-2.0
//
// The end of a session, for tablets that many hands use: its token is void from here on, also for whoever
// kept a copy of it, and its open feeds end within five seconds.
#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/auth/enter.hpp"
#include "server/auth/identify.hpp"
#include "server/auth/log_out.hpp"
#include "server/pages/handlers.hpp"

namespace hubward::server::pages {
namespace {

namespace net = boost::asio;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>,
                                        http::Executor>;

// The browser forgets the session, whichever of the two paths its cookie was given for. When it sent two,
// the one of the longer path came first and has ended; the other one, for all pages, is somebody else's.
void forget(http::Response& response, const http::Request& request) {
    const std::string_view path = request.path;
    response.with("Set-Cookie", auth::ended_session_cookie_value(path.substr(0, path.rfind('/'))));
    if (auth::sessions_sent(request) == 1) {
        response.with("Set-Cookie", auth::ended_session_cookie_value());
    }
}

// Whether it is on disk, at the latest at the deadline of every other answer. Looks now and then: whoever writes
// the list must not need a thread of ours, which may be gone when a disk comes back.
http::Task<bool> is_on_disk(auth::Ending ending, std::chrono::milliseconds deadline) {
    constexpr std::chrono::milliseconds look_again{5};
    constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});
    Timer timer(co_await net::this_coro::executor);
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (*ending == auth::Ended::not_yet && std::chrono::steady_clock::now() < until) {
        timer.expires_after(look_again);
        co_await timer.async_wait(completion);
    }
    co_return *ending == auth::Ended::yes;
}

}  // namespace

http::Task<http::Response> log_out(api::Services* services, Visit visit) {
    auth::Ending ending = auth::sessions(services->tokens).end(visit.principal.token_id);
    const bool ended = co_await is_on_disk(std::move(ending), services->answer_deadline);
    http::Response response = ended ? see_other("/?done=logged_out")
                                    : error_page(visit.style, 503, "503.log_out");
    forget(response, visit.request);
    co_return response;
}

}  // namespace hubward::server::pages
