// SPDX-License-Identifier: Apache-2.0
//
// The documentation of the API, out of the contracts that the binary also serves to programs.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/pages/embed.hpp"
#include "server/pages/public_pages.hpp"

// HUBWARD_DOCS is the folder that cmake/docs_pages.py filled, as a string literal.
#define HUBWARD_DOCS_PAGE(label) HUBWARD_EMBED(docs_##label, HUBWARD_DOCS "/" #label ".html")
HUBWARD_DOCS_PAGE(index)
HUBWARD_DOCS_PAGE(referrals)
HUBWARD_DOCS_PAGE(offers)
HUBWARD_DOCS_PAGE(hubs)
HUBWARD_DOCS_PAGE(policy)
HUBWARD_DOCS_PAGE(feed)
HUBWARD_DOCS_PAGE(webhooks)
HUBWARD_DOCS_PAGE(operations)
HUBWARD_DOCS_PAGE(schemas)
HUBWARD_DOCS_PAGE(runbook)

namespace hubward::server::pages {
namespace {

struct Part {
    std::string_view name;
    std::string_view title;
    std::string_view html;
};
const std::array<Part, 10>& parts() {
    static const std::array<Part, 10> all = {{
        {"index", "Start", HUBWARD_EMBEDDED(docs_index)},
        {"referrals", "Referrals", HUBWARD_EMBEDDED(docs_referrals)},
        {"offers", "Offers", HUBWARD_EMBEDDED(docs_offers)},
        {"hubs", "Hubs", HUBWARD_EMBEDDED(docs_hubs)},
        {"policy", "Policy", HUBWARD_EMBEDDED(docs_policy)},
        {"feed", "Feed", HUBWARD_EMBEDDED(docs_feed)},
        {"webhooks", "Webhooks", HUBWARD_EMBEDDED(docs_webhooks)},
        {"operations", "Operations", HUBWARD_EMBEDDED(docs_operations)},
        {"schemas", "Schemas", HUBWARD_EMBEDDED(docs_schemas)},
        {"runbook", "Runbook", HUBWARD_EMBEDDED(docs_runbook)},
    }};
    return all;
}

}  // namespace

std::string_view docs_part(std::string_view page) {
    for (const Part& part : parts()) {
        if (part.name == page) {
            return part.html;
        }
    }
    return {};
}

std::string docs_told(std::string_view page, bool demo) {
    constexpr std::string_view begin = "<!--try-->";
    constexpr std::string_view end = "<!--/try-->";
    std::string told;
    std::string_view rest = docs_part(page);
    for (std::size_t at; (at = rest.find(begin)) != std::string_view::npos;) {
        told += rest.substr(0, at);
        rest.remove_prefix(at + begin.size());
        const std::size_t until = rest.find(end);
        told += demo ? rest.substr(0, until) : std::string_view();
        rest.remove_prefix(until + end.size());
    }
    return told.append(rest);
}

http::Response docs_answer(const Visit& visit, unsigned status, std::string_view current,
                           std::string_view title, std::string part) {
    Model::List menu;
    for (const Part& one : parts()) {
        const bool start = one.name == "index";
        menu.push_back(nav_item(start ? std::string("/docs") : fmt::format("/docs/{}", one.name), one.title,
                                one.name == current));
    }
    menu.push_back(nav_item("/problems", "Problems", current == "problems"));
    Model content;
    content.set("menu", std::move(menu));
    content.set("part", std::string_view(part));
    return page(visit.style, status, "docs", fmt::format("API: {}", title), std::move(content), Model());
}

http::Task<http::Response> get_docs(api::Services* services, Visit visit) {
    const std::string_view asked = visit.request.param("page");
    const std::string_view name = asked.empty() ? "index" : asked;
    const auto part = std::ranges::find(parts(), name, &Part::name);
    if (part == parts().end()) {
        co_return error_page(visit.style, 404);
    }
    co_return docs_answer(visit, 200, name, part->title, docs_told(name, services->demo));
}

}  // namespace hubward::server::pages
