// SPDX-License-Identifier: Apache-2.0
#include "server/ops_routes.hpp"

#include <filesystem>
#include <utility>

#include <boost/json.hpp>

#include "server/auth/identify.hpp"

namespace hubward::server {
namespace {

namespace json = boost::json;

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

http::Response stopping() {
    return problem(503, "The server is stopping", "Take the backup again once it is back.");
}

http::Task<http::Response> back_up(Backups* backups, std::string target) {
    if (const auto begun = backups->begin(); !begun) {
        co_return begun.error() == Backups::Turned::stopping
            ? stopping()
            : problem(409, "A backup is under way", "Wait until it has ended.");
    }
    const auto outcome = co_await backups->take(target);
    if (!outcome) {
        co_return backups->stopping() ? stopping() : problem(507, "The backup failed", outcome.error().text);
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
    return back_up(backups, std::string(named->as_string()));
}

std::optional<http::Response> admit(const http::Request& head, const auth::Tokens& tokens,
                                    matcher::Clock& clock) {
    const auto principal = auth::identify(head, tokens, clock.outside());
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

std::vector<http::Route> ops_routes(Backups& backups, const auth::Tokens& tokens, matcher::Clock& clock) {
    constexpr std::size_t body_bytes_max = 4096;  // one path
    http::Route route;
    route.verb = http::Verb::post;
    route.pattern = "/v1/ops/backup";
    route.body_max = body_bytes_max;
    route.admit = [&tokens, &clock](const http::Request& head) { return admit(head, tokens, clock); };
    route.handle = [&backups](http::Request request) { return handle(&backups, std::move(request)); };
    return {std::move(route)};
}

}  // namespace hubward::server
