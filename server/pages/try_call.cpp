// SPDX-License-Identifier: Apache-2.0
#include "server/pages/try_call.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "server/http/target.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t spare_bytes = 64;  // Request::body promises them

// What a header may carry: visible ASCII and blanks inside.
bool header_worthy(std::string_view value) {
    return std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

// Puts the field where it belongs. The error is what is expected of it.
std::expected<void, std::string_view> put(const TryField& field, std::string_view value, std::string& path,
                                          std::string& query, http::Request& request) {
    if (field.where == "path") {
        const std::string hole = "{" + field.name + "}";
        if (value.empty() || value.find('/') != std::string_view::npos) {
            return std::unexpected("a value without a slash is needed");
        }
        path.replace(path.find(hole), hole.size(), http::percent_encoded(value));
    } else if (value.empty()) {
        return {};
    } else if (field.where == "query") {
        query += fmt::format("{}{}={}", query.empty() ? "?" : "&", field.name, http::percent_encoded(value));
    } else if (header_worthy(value)) {
        request.headers.push_back({field.name, std::string(value)});
    } else {
        return std::unexpected("a header holds visible ASCII alone");
    }
    return {};
}

// {name} parts; the names lie in the pattern, which is static text.
void fill_params(std::string_view pattern, const TryOperation& operation, const Form& form,
                 http::Request& request) {
    for (std::size_t at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) {
        const std::string_view name = pattern.substr(at + 1, pattern.find('}', at) - at - 1);
        const auto field = std::ranges::find_if(operation.fields, [&](const TryField& one) {
            return one.where == "path" && one.name == name;
        });
        if (field != operation.fields.end()) {
            request.params.emplace_back(name, std::string(form.value(try_name(*field))));
        }
    }
}

}  // namespace

std::string try_name(const TryField& field) { return fmt::format("{}-{}", field.where, field.name); }

std::expected<http::Request, std::string> try_request(const TryOperation& operation, const Form& form) {
    http::Request request;
    request.verb = operation.endpoint->verb;
    std::string path(operation.endpoint->pattern);
    std::string query;
    for (const TryField& field : operation.fields) {
        if (const auto done = put(field, form.value(try_name(field)), path, query, request); !done) {
            return std::unexpected(fmt::format("{}: {}.", field.name, done.error()));
        }
    }
    request.target = path + query;
    if (const auto fault = http::target_fault(request.target)) {
        return std::unexpected(fmt::format("The address cannot be used: {}.", *fault));
    }
    request.path = http::percent_decoded(path);
    request.query = http::parse_query(http::raw_query(request.target));
    fill_params(operation.endpoint->pattern, operation, form, request);
    const std::string_view body = operation.takes_body ? form.value("body") : std::string_view();
    if (body.size() > operation.endpoint->body_max) {
        return std::unexpected("body: it is too large.");
    }
    if (!body.empty()) {
        request.headers.push_back({"Content-Type", "application/json"});
    }
    request.body.reserve(body.size() + spare_bytes);
    request.body = body;
    return request;
}

}  // namespace hubward::server::pages
