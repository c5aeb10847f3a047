// SPDX-License-Identifier: Apache-2.0
//
// Answers that http gives by itself, in the shape of the path they belong to.
#include <fmt/format.h>

#include "server/api/echo.hpp"
#include "server/api/services.hpp"

namespace hubward::server::api {
namespace {

std::string_view slug_for(unsigned status) {
    switch (status) {
        case 404:
            return "not-found";
        case 405:
            return "method-not-allowed";
        case 408:
            return "request-timeout";
        case 413:
            return "too-large";
        case 414:
            return "target-too-long";
        case 415:
            return "unsupported-media-type";
        case 417:
            return "expectation-failed";
        case 429:
            return "rate-limited";
        case 431:
            return "headers-too-large";
        case 500:
            return "internal";
        case 501:
            return "method-unknown";
        case 503:
            return "busy";
        case 505:
            return "version-not-supported";
        default:
            return "bad-request";
    }
}

http::Response refuse(std::string_view base_url, const http::Request& head, unsigned status,
                      std::string_view why, std::string_view allow) {
    Problem p = problem(slug_for(status), std::string(why));
    if (p.detail.empty()) {
        p.detail = p.type->happened;
    }
    if (!allow.empty()) {
        p.headers.emplace_back("Allow", std::string(allow));
    }
    return finish(echo_of(head), head.path.empty() ? head.target : head.path, base_url,
                  std::unexpected(std::move(p)));
}

}  // namespace

http::Refusal refusals() {
    return [](const http::Request& head, unsigned status, std::string_view why,
              std::string_view allow) { return refuse({}, head, status, why, allow); };
}

http::Refusal refusals(const Services& services) {
    return [all = &services](const http::Request& head, unsigned status, std::string_view why,
                             std::string_view allow) {
        return refuse(all->base_url, head, status, why, allow);
    };
}

}  // namespace hubward::server::api
