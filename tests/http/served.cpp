// SPDX-License-Identifier: Apache-2.0
#include "tests/http/served.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <thread>

namespace hubward::tests {
namespace {

using namespace server::http;

Response text(unsigned status, std::string body) {
    Response response;
    response.status = status;
    response.content_type = "text/plain";
    response.body = std::move(body);
    return response;
}

Route route(Verb verb, std::string_view pattern, std::size_t body_max,
            std::function<Task<Response>(Request)> handle) {
    Route made;
    made.verb = verb;
    made.pattern = pattern;
    made.body_max = body_max;
    made.handle = std::move(handle);
    return made;
}

Task<Response> hello(Request) { co_return text(200, "hello"); }
Task<Response> item(Request request) { co_return text(200, std::string(request.param("id"))); }
Task<Response> count(Request request) {
    co_return text(201, std::to_string(request.body.size()));
}
Task<Response> closing(Request) {
    Response response = text(200, "bye");
    response.close = true;
    co_return response;
}
Task<Response> throws(Request) {
    throw std::runtime_error("a secret");
    co_return Response();
}
Task<Response> big(Request) { co_return text(200, std::string(8 * 1024 * 1024, 'b')); }
Task<Response> inject(Request request) {
    Response response = text(200, "");
    response.with("X-Reflected", std::string(request.query_value("v").value_or("")));
    co_return response;
}
Task<Response> slow(Request) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
        timer(executor);
    timer.expires_after(std::chrono::milliseconds(150));
    const boost::asio::use_awaitable_t<Executor> token;
    co_await timer.async_wait(token);
    co_return text(200, "slow");
}
Task<Response> whoami(Request request) {
    co_return text(200, request.peer + (request.loopback ? " loopback " : " remote ") +
                            std::to_string(request.thread));
}
Task<void> echo_messages(Request, std::shared_ptr<WebSocket> socket) {
    while (true) {
        const auto message = co_await socket->read();
        if (!message) {
            co_return;
        }
        if (*message == "close me") {
            socket->close(4001, "as you wish");
        } else if (*message == "leave") {
            co_return;
        } else if (*message == "three") {
            for (const char* part : {"one", "two", "three"}) {
                socket->send(text_frame(part));
            }
        } else {
            socket->send(text_frame(*message));
        }
    }
}

}  // namespace

Served::Served(Limits limits, unsigned threads) {
    Server::Options options;
    options.port = 0;
    options.threads = threads;
    options.limits = limits;
    auto made = Server::listen(
        options, routes(),
        [](const Request&, unsigned status, std::string_view why, std::string_view) {
            return text(status, std::string(why));
        });
    if (!made) {
        throw std::runtime_error(made.error());
    }
    server = *std::move(made);
    server->start();
}

Served::~Served() { server->drain(std::chrono::milliseconds(0)); }

std::pair<std::size_t, std::size_t> Served::flooded() const {
    while (!flood_done_.load()) {
        std::this_thread::yield();
    }
    return {flood_frames_.load(), flood_bytes_.load()};
}

std::vector<Route> Served::routes() {
    std::vector<Route> all;
    all.push_back(route(Verb::get, "/", 0, hello));
    all.push_back(route(Verb::get, "/v1/items/{id}", 0, item));
    all.push_back(route(Verb::post, "/echo", 64 * 1024, [this](Request request) -> Task<Response> {
        ++handled_;
        return [](Request taken) -> Task<Response> {
            co_return text(201, std::move(taken.body));
        }(std::move(request));
    }));
    all.push_back(route(Verb::post, "/count", 4 * 1024 * 1024, count));
    all.push_back(route(Verb::get, "/smuggled", 0, [this](Request request) -> Task<Response> {
        ++smuggled_;
        return hello(std::move(request));
    }));
    all.push_back(route(Verb::post, "/smuggled", 1024, [this](Request request) -> Task<Response> {
        ++smuggled_;
        return hello(std::move(request));
    }));
    all.push_back(route(Verb::get, "/closing", 0, closing));
    all.push_back(route(Verb::get, "/throws", 0, throws));
    all.push_back(route(Verb::get, "/big", 0, big));
    all.push_back(route(Verb::get, "/inject", 0, inject));
    all.push_back(route(Verb::get, "/slow", 0, slow));
    all.push_back(route(Verb::get, "/whoami", 0, whoami));
    all.push_back(route(Verb::get, "/hold", 0, [this](Request request) -> Task<Response> {
        holding_.store(true);
        while (holding_.load()) {
            std::this_thread::yield();
        }
        return hello(std::move(request));
    }));
    all.push_back(route(Verb::get, "/tick", 0, [this](Request request) -> Task<Response> {
        ++ticks_;
        return hello(std::move(request));
    }));
    all.push_back(route(Verb::get, "/ticks", 0, [this](Request) -> Task<Response> {
        return [](unsigned so_far) -> Task<Response> {
            co_return text(200, std::to_string(so_far));
        }(ticks_.load());
    }));
    Route guarded = route(Verb::post, "/guarded", 64 * 1024, count);
    guarded.admit = [](const Request& head) -> std::optional<Response> {
        if (head.header("Authorization") != "Bearer good") {
            return text(401, "who are you");
        }
        return std::nullopt;
    };
    all.push_back(guarded);

    Route ws;
    ws.pattern = "/ws";
    ws.upgrade = echo_messages;
    ws.subprotocol = "hubward.v1";
    all.push_back(ws);
    Route guarded_ws = ws;
    guarded_ws.pattern = "/ws/guarded";
    guarded_ws.admit = [](const Request& head) -> std::optional<Response> {
        if (head.header("Origin") != "http://here.example") {
            return text(403, "not from there");
        }
        return std::nullopt;
    };
    all.push_back(guarded_ws);
    Route flood;
    flood.pattern = "/ws/flood";
    flood.upgrade = [this](Request, std::shared_ptr<WebSocket> socket) -> Task<void> {
        const Frame frame = text_frame(std::string(1000, 'f'));
        std::size_t frames = 0;
        while (socket->send(frame)) {
            ++frames;
        }
        flood_frames_ = frames;
        flood_bytes_ = socket->queued_bytes();
        flood_done_ = true;
        return echo_messages(Request(), std::move(socket));
    };
    all.push_back(flood);
    return all;
}

}  // namespace hubward::tests
