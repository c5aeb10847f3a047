// SPDX-License-Identifier: Apache-2.0
#include "server/pages/try_operations.hpp"

#include <algorithm>

#include "matcher/invariant.hpp"
#include "server/pages/embed.hpp"
#include "server/wire/json_reader.hpp"

// HUBWARD_DOCS is the folder that cmake/docs_pages.py filled, as a string literal.
HUBWARD_EMBED(docs_try, HUBWARD_DOCS "/try.json")

namespace hubward::server::pages {
namespace {

TryField field_of(wire::Json one) {
    const auto required = one.find("required");
    return {std::string(one.text_at("name")), std::string(one.text_at("in")), std::string(one.text_at("about")),
            std::string(one.text_at("sample")), required && required->boolean()};
}

std::vector<TryOperation> read() {
    constexpr std::size_t spare_bytes = 64;  // the parser reads past the end
    std::string text(HUBWARD_EMBEDDED(docs_try));
    text.reserve(text.size() + spare_bytes);
    std::vector<TryOperation> all;
    const auto document = wire::read_json(text);
    matcher::invariant(document.has_value(), "what the build made of the contract can be read");
    document->items([&](std::size_t, wire::Json one) {
        const auto endpoints = api::endpoints();
        const auto row = std::ranges::find(endpoints, one.text_at("id"), &api::Endpoint::operation_id);
        matcher::invariant(row != endpoints.end(), "every operation of the contract is served");
        TryOperation made;
        made.endpoint = &*row;
        made.page = one.text_at("page");
        made.summary = one.text_at("summary");
        made.body = one.text_at("body");
        made.takes_body = row->body_max != 0;
        if (const auto fields = one.find("fields")) {
            fields->items([&](std::size_t, wire::Json field) { made.fields.push_back(field_of(field)); });
        }
        all.push_back(std::move(made));
    });
    return all;
}

}  // namespace

const TryOperation* try_operation(std::string_view operation_id) {
    static const std::vector<TryOperation> all = read();
    const auto found = std::ranges::find_if(
        all, [&](const TryOperation& one) { return one.endpoint->operation_id == operation_id; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace hubward::server::pages
