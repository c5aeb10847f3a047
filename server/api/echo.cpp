// SPDX-License-Identifier: Apache-2.0
#include "server/api/echo.hpp"

#include "server/api/headers.hpp"
#include "server/api/new_id.hpp"
#include "server/wire/identifiers.hpp"

namespace hubward::server::api {
namespace {

std::string traceparent(std::string_view trace) {
    std::string text;
    text.reserve(55);
    text.append("00-").append(trace).append("-");
    wire::append_hex(text, new_span_id(), 16);
    return text.append("-01");
}

}  // namespace

Echo echo_of(const http::Request& request) {
    Echo echo;
    if (const auto trace = trace_of(request.header("traceparent"))) {
        echo.incoming = *trace;
    }
    echo.trace = wire::trace_text(echo.incoming ? echo.incoming : new_trace_id());
    // The FHIR base promises UUIDs in both, so what is none is refused there and not said back.
    const bool fhir = request.path.starts_with("/FHIR/");
    const auto says_back = [&](std::string_view id) {
        return may_echo(id) && (!fhir || wire::uuid_shaped(id));
    };
    const std::string_view id = request.header("X-Request-Id");
    echo.request_id = says_back(id) ? std::string(id) : new_request_id();
    const std::string_view correlation = request.header("X-Correlation-Id");
    if (says_back(correlation)) {
        echo.correlation_id = correlation;
    }
    return echo;
}

http::Response finish(Echo echo, std::string_view path, std::string_view base_url,
                      Outcome outcome) {
    http::Response response = outcome ? *std::move(outcome)
                                      : render(outcome.error(), path, base_url, echo.trace);
    response.with("traceparent", traceparent(echo.trace));
    response.with("X-Request-Id", std::move(echo.request_id));
    if (!echo.correlation_id.empty()) {
        response.with("X-Correlation-Id", std::move(echo.correlation_id));
    }
    return response;
}

}  // namespace hubward::server::api
