// SPDX-License-Identifier: Apache-2.0
#include "server/cli/hub_file.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace hubward::server::cli {
namespace {

namespace json = boost::json;

std::expected<HubRow, std::string> row_of(json::value value, std::size_t position) {
    json::object* object = value.if_object();
    const json::value* slug = object == nullptr ? nullptr : object->if_contains("slug");
    if (slug == nullptr || !slug->is_string()) {
        return std::unexpected(fmt::format("hub {}: expected an object with a \"slug\"", position));
    }
    HubRow row{std::string(slug->as_string()), {}};
    object->erase("slug");
    row.document = json::serialize(value);
    return row;
}

}  // namespace

std::expected<std::vector<HubRow>, std::string> read_hub_rows(std::string_view text) {
    std::vector<HubRow> rows;
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) {
        return rows;
    }
    boost::system::error_code error;
    if (text[first] == '[') {
        json::value all = json::parse(text, error);
        if (error) {
            return std::unexpected("not JSON: " + error.message());
        }
        for (json::value& value : all.as_array()) {
            auto row = row_of(std::move(value), rows.size() + 1);
            if (!row) {
                return std::unexpected(row.error());
            }
            rows.push_back(*std::move(row));
        }
        return rows;
    }
    std::size_t line = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++line;
        if (one.find_first_not_of(" \t\r") == one.npos) {
            continue;
        }
        json::value value = json::parse(one, error);
        if (error) {
            return std::unexpected(fmt::format("line {}: not JSON: {}", line, error.message()));
        }
        auto row = row_of(std::move(value), line);
        if (!row) {
            return std::unexpected(row.error());
        }
        rows.push_back(*std::move(row));
    }
    return rows;
}

std::expected<std::vector<wire::HubDocument>, std::string> read_hubs(std::string_view text,
                                                                     const wire::Gazetteer& where) {
    auto rows = read_hub_rows(text);
    if (!rows) {
        return std::unexpected(rows.error());
    }
    std::vector<wire::HubDocument> hubs;
    for (const HubRow& row : *rows) {
        auto hub = wire::decode_hub(row.slug, row.document, where);
        if (!hub) {
            return std::unexpected(fmt::format("hub {}: {}", row.slug, text_of(hub.error())));
        }
        hubs.push_back(*std::move(hub));
    }
    return hubs;
}

std::string text_of(const wire::Faults& faults) {
    std::string out;
    for (const wire::Fault& fault : faults) {
        out += fmt::format("{}{}: {}", out.empty() ? "" : "; ",
                           fault.pointer.empty() ? "document" : fault.pointer, fault.detail);
    }
    return out;
}

}  // namespace hubward::server::cli
