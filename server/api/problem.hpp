// SPDX-License-Identifier: Apache-2.0
//
// The only place that turns trouble into an HTTP status.
//
// Every kind of trouble is one row of problem_types(): a stable slug, a status, a title, and what
// its page /problems/{slug} tells (server/pages/problem_pages.cpp). The shape is RFC 9457 application/problem+json; below /FHIR it is
// an OperationOutcome. No text here ever repeats a value that came in: it may be personal.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/rejection.hpp"
#include "server/http/message.hpp"
#include "server/wire/fault.hpp"
#include "storage/vault.hpp"

namespace hubward::server::api {

struct ProblemType {
    std::string_view slug;
    unsigned status = 500;
    std::string_view title;
    std::string_view happened;  // one or two sentences for the page
    std::string_view to_do;
    unsigned retry_after_s = 0;  // 0: no Retry-After
};
std::span<const ProblemType> problem_types();
// Requires a slug of the table.
const ProblemType& problem_type(std::string_view slug);

struct Problem {
    const ProblemType* type = nullptr;
    std::string detail;
    wire::Faults errors;
    std::vector<std::pair<std::string_view, std::string>> headers;  // WWW-Authenticate, Allow, ETag
};
using Outcome = std::expected<http::Response, Problem>;

Problem problem(std::string_view slug, std::string detail);
Problem problem(std::string_view slug, std::string detail, wire::Faults errors);
// What the core refused. `detail` of a version clash is completed by the caller, who knows who it was.
Problem refused(const matcher::Rejection& rejection);
Problem sealing_failed(storage::VaultError error);
// Unreadable bytes are 400, readable ones with wrong content 422.
Problem faulty(wire::Faults faults);
std::unexpected<Problem> fail(std::string_view slug, std::string detail);

// trace_id: 32 hex digits, or empty. base_url may be empty: then the type is a relative reference.
http::Response render(const Problem& problem, std::string_view path, std::string_view base_url,
                      std::string_view trace_id);

}  // namespace hubward::server::api
