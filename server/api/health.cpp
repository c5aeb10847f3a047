// SPDX-License-Identifier: Apache-2.0
//
// For operators and newcomers: alive, ready, counters, the contract, the problem pages.
#include "server/api/handlers.hpp"
#include "server/api/openapi_document.hpp"

namespace hubward::server::api {

// The process answers; nothing else is asked, so a full disk does not get it killed.
http::Task<Outcome> get_livez(Services*, Call) {
    http::Response response = json(200, R"({"status":"alive"})");
    response.with("Cache-Control", "no-store");
    co_return response;
}

http::Task<Outcome> get_readyz(Services* services, Call call) {
    bool ready = true;
    std::string checks = services->readiness ? services->readiness(ready) : std::string("{}");
    const auto verbose = call.request.query_value("verbose");
    http::Response response = json(
        ready ? 200 : 503, verbose ? std::move(checks)
                                   : std::string(ready ? R"({"status":"ready"})"
                                                       : R"({"status":"not-ready"})"));
    response.with("Cache-Control", "no-store");
    if (!ready) {
        response.with("Retry-After", std::to_string(problem_type("not-ready").retry_after_s));
    }
    co_return response;
}

http::Task<Outcome> get_metrics(Services* services, Call) {
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = services->metrics ? services->metrics() : std::string();
    response.with("Cache-Control", "no-store");
    co_return response;
}

http::Task<Outcome> get_openapi(Services*, Call call) {
    http::Response response = json(200, std::string(openapi_document()));
    response.with("ETag", std::string(openapi_tag()));
    response.with("Cache-Control", "no-cache");
    if (not_modified(call.request, openapi_tag())) {
        response.status = 304;
        response.content_type = {};
        response.body.clear();
    }
    co_return response;
}

http::Task<Outcome> get_problem_page(Services*, Call call) {
    auto page = problem_page(call.request.param("slug"));
    if (!page) {
        co_return fail("not-found", "There is no such type of problem.");
    }
    http::Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body = *std::move(page);
    response.with("Cache-Control", "public, max-age=3600");
    response.with("Content-Security-Policy", "default-src 'none'");
    co_return response;
}

}  // namespace hubward::server::api
