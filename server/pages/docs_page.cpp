// SPDX-License-Identifier: Apache-2.0
//
// The documentation of the API, out of the contracts that the binary also serves to programs.
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
const std::array<Part, 9>& parts() {
    static const std::array<Part, 9> all = {{
        {"index", "Start", HUBWARD_EMBEDDED(docs_index)},
        {"referrals", "Referrals", HUBWARD_EMBEDDED(docs_referrals)},
        {"offers", "Offers", HUBWARD_EMBEDDED(docs_offers)},
        {"hubs", "Hubs", HUBWARD_EMBEDDED(docs_hubs)},
        {"policy", "Policy", HUBWARD_EMBEDDED(docs_policy)},
        {"feed", "Feed", HUBWARD_EMBEDDED(docs_feed)},
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

http::Task<http::Response> get_docs(api::Services*, Visit visit) {
    const std::string_view asked = visit.request.param("page");
    const std::string_view name = asked.empty() ? "index" : asked;
    Model::List menu;
    std::string_view title;
    for (const Part& part : parts()) {
        if (part.name == name) {
            title = part.title;
        }
        Model item = nav_item(part.name == "index" ? std::string("/docs") : fmt::format("/docs/{}", part.name),
                              part.title, part.name == name);
        menu.push_back(std::move(item));
    }
    if (title.empty()) {
        co_return error_page(visit.style, 404);
    }
    Model content;
    content.set("menu", std::move(menu));
    content.set("part", docs_part(name));
    co_return page(visit.style, 200, "docs", fmt::format("API: {}", title), std::move(content), Model());
}

}  // namespace hubward::server::pages
