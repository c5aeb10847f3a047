// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars_exchange.hpp"

#include "server/http/guard.hpp"  // list_has
#include "server/http/gzip.hpp"
#include "server/wire/fhir/xml.hpp"

namespace hubward::server::api::bars {
namespace {

// Below this the header costs more than it saves.
constexpr std::size_t gzip_bytes_min = 1024;
constexpr std::string_view json_type = "application/fhir+json";

std::optional<Trouble> unfold(http::Request& request, std::size_t body_max) {
    const auto coding = request.header("Content-Encoding");
    if (coding.empty() || http::same_token(coding, "identity")) {
        return std::nullopt;
    }
    if (!http::same_token(coding, "gzip")) {
        return Trouble{415, "not-supported", "Send the body as it is, or with Content-Encoding gzip.", {}};
    }
    auto plain = http::gunzip(request.body, body_max);
    if (!plain) {
        return plain.error() == http::GzipFault::too_large
                   ? Trouble{413, "too-long", "The unfolded body is too large.", {}}
                   : Trouble{400, "structure", "The body is no complete gzip.", {}};
    }
    request.body = *std::move(plain);
    return std::nullopt;
}

}  // namespace

Wish wish_of(const http::Request& request) {
    Wish wish;
    wish.format = wire::fhir::answer_format(headers_of(request)).value_or(wire::fhir::Format::json);
    wish.gzip = http::list_has(request.header("Accept-Encoding"), "gzip");
    return wish;
}

std::optional<Trouble> unpack(http::Request& request, std::size_t body_max) {
    if (request.body.empty()) {
        return std::nullopt;
    }
    if (auto trouble = unfold(request, body_max)) {
        return trouble;
    }
    const auto format = wire::fhir::body_format(headers_of(request));
    if (!format || *format == wire::fhir::Format::json) {
        return std::nullopt;  // a handler that takes bodies tells the wrong type in its turn
    }
    auto json = wire::fhir::json_from_xml(request.body);
    if (!json) {
        return json.error();
    }
    request.body = *std::move(json);
    return std::nullopt;
}

void pack(http::Response& response, const Wish& wish) {
    if (!response.content_type.starts_with(json_type)) {
        return;
    }
    if (wish.format == wire::fhir::Format::xml) {
        response.body = wire::fhir::xml_from_json(response.body);
        response.content_type = "application/fhir+xml; fhirVersion=4.0; charset=utf-8";
    }
    response.with("Vary", "Accept, Accept-Encoding");
    if (wish.gzip && response.body.size() >= gzip_bytes_min) {
        auto small = http::gzip(response.body);
        if (!small.empty()) {
            response.body = std::move(small);
            response.with("Content-Encoding", "gzip");
        }
    }
}

}  // namespace hubward::server::api::bars
