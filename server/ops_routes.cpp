// SPDX-License-Identifier: Apache-2.0
#include "server/ops_routes.hpp"

#include <atomic>
#include <exception>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "server/auth/identify.hpp"
#include "storage/upkeep.hpp"

namespace hubward::server {
namespace {

namespace net = boost::asio;
namespace json = boost::json;
using storage::BackupReport;
using storage::StoreFailure;

using Outcome = std::expected<BackupReport, StoreFailure>;

http::Response answer(unsigned status, const json::object& body) {
    http::Response response;
    response.status = status;
    response.content_type = status < 400 ? "application/json" : "application/problem+json";
    response.body = json::serialize(body);
    response.with("Cache-Control", "no-store");
    return response;
}

http::Response problem(unsigned status, std::string_view title, std::string_view detail) {
    json::object body;
    body["title"] = title;
    body["status"] = status;
    body["detail"] = detail;
    return answer(status, body);
}

// The thread that copies; the route owns it and the last one to leave waits for it.
struct Backups {
    storage::Store& store;
    // Taken by handle(), given back by the copying thread: acquire and release, so whoever takes it
    // may replace `thread`.
    std::atomic<bool> running{false};
    std::jthread thread;
};

// Whatever a copy ends by, the server goes on: nothing may leave the thread that copies.
Outcome copy_to(storage::Store& store, const std::string& target) {
    try {
        return storage::backup(store, target, {});
    } catch (const std::exception&) {
        return std::unexpected(StoreFailure{storage::StoreError::io,
                                            "the copy broke off; see that there is memory and room, and try again"});
    }
}

// A coroutine's frame keeps its parameters, so everything it needs comes in as one.
http::Task<http::Response> back_up(Backups* backups, std::string target) {
    const http::Executor executor = co_await net::this_coro::executor;
    auto initiate = [backups, target, executor](auto handler) {
        // Held by pointer: a thread's function must be copyable until C++23's own library has more.
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        auto copy = [backups, target, executor, resume, work = net::make_work_guard(executor)] {
            Outcome outcome = copy_to(backups->store, target);
            backups->running.store(false, std::memory_order_release);
            net::post(executor, [resume, outcome = std::move(outcome)]() mutable {
                std::move (*resume)(std::move(outcome));
            });
        };
        try {
            backups->thread = std::jthread(std::move(copy));
        } catch (const std::system_error&) {  // no thread to be had; the next one may have one
            backups->running.store(false, std::memory_order_release);
            throw;
        }
    };
    constexpr net::use_awaitable_t<http::Executor> token;
    Outcome outcome =
        co_await net::async_initiate<const net::use_awaitable_t<http::Executor>, void(Outcome)>(
            initiate, token);
    if (!outcome) {
        co_return problem(507, "The backup failed", outcome.error().text);
    }
    json::object body;
    body["target"] = target;
    body["number"] = outcome->number;
    body["bytes"] = outcome->bytes;
    co_return answer(201, body);
}

http::Task<http::Response> at_once(http::Response response) { co_return response; }

http::Task<http::Response> handle(Backups* backups, http::Request request) {
    boost::system::error_code error;
    const json::value body = json::parse(request.body, error);
    const json::value* named =
        !error && body.is_object() ? body.as_object().if_contains("target") : nullptr;
    if (named == nullptr || !named->is_string() ||
        !std::filesystem::path(std::string(named->as_string())).is_absolute()) {
        return at_once(problem(422, "The target is missing",
                               "Send {\"target\": \"/absolute/folder\"} that does not exist yet."));
    }
    if (backups->running.exchange(true, std::memory_order_acquire)) {
        return at_once(problem(409, "A backup is under way", "Wait until it has ended."));
    }
    return back_up(backups, std::string(named->as_string()));
}

std::optional<http::Response> admit(const http::Request& head, const auth::Tokens& tokens,
                                    matcher::Clock& clock) {
    const auto principal = auth::identify(head, tokens, clock.now());
    if (!principal) {
        auto response = problem(401, "No access", auth::explain(principal.error()));
        response.with("WWW-Authenticate", "Bearer");
        return response;
    }
    if (!head.loopback || auth::came_by_cookie(head) ||
        !auth::allowed(principal->role, auth::Permission::operate)) {
        return problem(403, "Not allowed", "A backup is taken on the server's own machine, with an ops token.");
    }
    return std::nullopt;
}

}  // namespace

std::vector<http::Route> ops_routes(storage::Store& store, const auth::Tokens& tokens,
                                    matcher::Clock& clock) {
    constexpr std::size_t body_bytes_max = 4096;  // one path
    auto backups = std::make_shared<Backups>(store);
    http::Route route;
    route.verb = http::Verb::post;
    route.pattern = "/v1/ops/backup";
    route.body_max = body_bytes_max;
    route.admit = [&tokens, &clock](const http::Request& head) { return admit(head, tokens, clock); };
    route.handle = [backups](http::Request request) { return handle(backups.get(), std::move(request)); };
    return {std::move(route)};
}

}  // namespace hubward::server
