// SPDX-License-Identifier: Apache-2.0
//
// For operators and newcomers: alive, ready, counters, the contract, the problem pages.
#include "server/api/handlers.hpp"
#include "server/api/documents.hpp"

namespace hubward::server::api {
namespace {

// A document of this build, or 304 for who has it.
http::Response contract(const Call& call, std::string_view document, const std::string& tag) {
    http::Response response = json(200, std::string(document));
    response.with("ETag", tag);
    response.with("Cache-Control", "no-cache");
    if (not_modified(call.request, tag)) {
        response.status = 304;
        response.content_type = {};
        response.body.clear();
    }
    return response;
}

}  // namespace

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

http::Task<Outcome> get_metrics(Services* services, Call call) {
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    if (services->metrics) {
        auto [body, type] = services->metrics(call.request.header("accept"));
        response.body = std::move(body);
        response.content_type = type;
    }
    response.with("Vary", "Accept");
    response.with("Cache-Control", "no-store");
    co_return response;
}

http::Task<Outcome> get_openapi(Services*, Call call) {
    static const std::string tag = document_tag(openapi_document());
    co_return contract(call, openapi_document(), tag);
}

http::Task<Outcome> get_asyncapi(Services*, Call call) {
    static const std::string tag = document_tag(asyncapi_document());
    co_return contract(call, asyncapi_document(), tag);
}

http::Task<Outcome> get_schema(Services*, Call call) {
    constexpr std::string_view ending = ".json";
    std::string_view name = call.request.param("file");
    if (name.ends_with(ending)) {
        name.remove_suffix(ending.size());
    }
    const std::string_view schema = feed_schema(name);
    if (schema.empty()) {
        co_return fail("not-found", "There is no such schema; /asyncapi.json names them all.");
    }
    http::Response response = contract(call, schema, document_tag(schema));
    if (response.status == 200) {
        response.content_type = "application/schema+json";
    }
    co_return response;
}

}  // namespace hubward::server::api
