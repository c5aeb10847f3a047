// SPDX-License-Identifier: Apache-2.0
//
// What each kind of trouble means: the page that the `type` of a problem leads to, and the list of all.
// In English only, as the API is.
#include <fmt/format.h>

#include "server/api/problem.hpp"
#include "server/pages/pretty_json.hpp"
#include "server/pages/public_pages.hpp"
#include "server/pages/template.hpp"

namespace hubward::server::pages {
namespace {

// As W3C Trace Context has it in its examples.
constexpr std::string_view example_trace = "4bf92f3577b34da6a3ce929d0e0e4736";

// The answer that a client would get, made by the same code.
std::string example_of(const api::ProblemType& type, std::string_view base_url) {
    wire::Faults faults;
    if (type.slug == "invalid-content") {
        faults.push_back({"/needs/0", "A code of docs/GLOSSARY.md is expected.", "code"});
    }
    const api::Problem problem = api::problem(type.slug, std::string(type.happened), std::move(faults));
    const http::Response answer = api::render(problem, "/v1/referrals", base_url, example_trace);
    std::string text = fmt::format("HTTP/1.1 {}\nContent-Type: {}\n", answer.status, answer.content_type);
    for (const auto& [name, value] : answer.headers) {
        text += fmt::format("{}: {}\n", name, value);
    }
    return text + "\n" + pretty_json(answer.body);
}

}  // namespace

std::string problem_part(std::string_view slug, std::string_view base_url) {
    for (const api::ProblemType& type : api::problem_types()) {
        if (type.slug == slug) {
            Model part;
            part.set("title", type.title);
            part.set("slug", type.slug);
            part.set("status", fmt::format("{}", type.status));
            part.set("happened", type.happened);
            part.set("to_do", type.to_do);
            part.set("retry", type.retry_after_s != 0 ? fmt::format("{}", type.retry_after_s) : std::string());
            part.set("example", std::string_view(example_of(type, base_url)));
            return fill("problem", part);
        }
    }
    return {};
}

std::string problems_part() {
    Model::List groups;
    for (std::size_t i = 0; i < api::problem_types().size();) {
        const unsigned status = api::problem_types()[i].status;
        Model::List types;
        for (; i < api::problem_types().size() && api::problem_types()[i].status == status; ++i) {
            const api::ProblemType& type = api::problem_types()[i];
            Model one;
            one.set("slug", type.slug);
            one.set("title", type.title);
            types.push_back(std::move(one));
        }
        Model group;
        group.set("status", fmt::format("{}", status));
        group.set("types", std::move(types));
        groups.push_back(std::move(group));
    }
    Model part;
    part.set("groups", std::move(groups));
    return fill("problems", part);
}

http::Task<http::Response> get_problems(api::Services*, Visit visit) {
    co_return docs_answer(visit, 200, "problems", "Problems", problems_part());
}

http::Task<http::Response> get_problem(api::Services* services, Visit visit) {
    const std::string_view slug = visit.request.param("slug");
    std::string part = problem_part(slug, services->base_url);
    if (part.empty()) {
        co_return error_page(visit.style, 404);
    }
    const std::string_view title = api::problem_type(slug).title;
    co_return docs_answer(visit, 200, "problems", title, std::move(part));
}

}  // namespace hubward::server::pages
