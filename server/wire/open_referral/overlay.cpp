// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/overlay.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "server/wire/json_reader.hpp"

namespace hubward::server::wire::open_referral {
namespace {

struct Spelling {
    std::string_view column;
    std::string_view field;
};
constexpr std::array<Spelling, 25> spellings{{
    {"hub", "name"},
    {"hub_name", "name"},
    {"title", "name"},
    {"service_id", "id"},
    {"source_id", "id"},
    {"postal_code", "postcode"},
    {"post_code", "postcode"},
    {"lat", "latitude"},
    {"lng", "longitude"},
    {"lon", "longitude"},
    {"long", "longitude"},
    {"language", "languages"},
    {"need", "needs"},
    {"accessibility", "access"},
    {"telephone", "phone"},
    {"phone_number", "phone"},
    {"e_mail", "email"},
    {"website", "url"},
    {"minimum_age", "age_min"},
    {"maximum_age", "age_max"},
    {"capacity", "places"},
    {"tablets", "devices"},
    {"sim_cards", "sims"},
    {"hours", "opening_hours"},
    {"address_1", "address"},
}};
constexpr std::array<std::string_view, 26> known{
    "id",        "slug",    "name",        "description", "place",     "address",
    "postcode",  "latitude", "longitude",  "virtual",     "active",    "needs",
    "languages", "access",  "communities", "age_min",     "age_max",   "catchment_metres",
    "opening_hours", "phone", "email",     "url",         "source",    "places",
    "devices",   "sims"};

std::string_view field_named(std::string_view column) {
    for (const auto& row : spellings) {
        if (row.column == column) {
            return row.field;
        }
    }
    for (const auto name : known) {
        if (name == column) {
            return name;
        }
    }
    return {};
}

// Excel guards a leading zero or plus with an apostrophe.
std::string_view unguarded(std::string_view cell) {
    return cell.size() > 1 && cell.front() == '\'' ? cell.substr(1) : cell;
}

std::string text_of(Json value) {
    switch (value.kind()) {
        case Json::Kind::text: return std::string(value.text());
        case Json::Kind::boolean: return value.boolean() ? "true" : "false";
        case Json::Kind::integer:
        case Json::Kind::decimal: {
            std::array<char, 32> room{};
            const auto end = std::to_chars(room.data(), room.data() + room.size(), value.number());
            return {room.data(), end.ptr};
        }
        case Json::Kind::array: {
            std::string list;
            value.items([&](std::size_t, Json item) {
                list += list.empty() ? "" : ";";
                list += text_of(item);
            });
            return list;
        }
        case Json::Kind::null:
        case Json::Kind::object: break;
    }
    return {};
}

Fields fields_of(Json row) {
    Fields fields;
    row.members([&](std::string_view key, Json value) {
        if (key == "capacity" && value.is_object()) {
            value.members([&](std::string_view unit, Json total) {
                fields[std::string(unit) + "s"] = text_of(total);
            });
        } else if (key == "location" && value.is_object()) {
            value.members([&](std::string_view part, Json degrees) {
                fields[std::string(part)] = text_of(degrees);
            });
        } else if (const auto name = field_named(key); !name.empty()) {
            fields[std::string(name)] = text_of(value);
        }
    });
    return fields;
}

std::string key_of(const Fields& fields) {
    for (const std::string_view name : {"id", "slug"}) {
        const auto found = fields.find(name);
        if (found != fields.end() && !found->second.empty()) {
            return found->second;
        }
    }
    return {};
}

}  // namespace

Columns::Columns(const std::vector<std::string>& header) {
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (const auto field = field_named(header[i]); !field.empty()) {
            known_.push_back({i, field});
        }
    }
}

bool Columns::has(std::string_view field) const {
    return std::ranges::find(known_, field, &Column::field) != known_.end();
}

Fields Columns::fields_of(const CsvRow& row) const {
    Fields fields;
    for (const auto& [at, field] : known_) {
        if (at >= row.cells.size()) {
            break;
        }
        if (const auto cell = unguarded(row.cell(at)); !cell.empty()) {
            fields.insert_or_assign(std::string(field), std::string(cell));
        }
    }
    return fields;
}

std::expected<Overlay, std::string> Overlay::read(std::string_view bytes) {
    Overlay overlay;
    const auto first = bytes.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[')) {
        const auto document = read_json(bytes);
        if (!document) {
            const auto& fault = document.error().front();
            return std::unexpected(fault.pointer + ": " + fault.detail);
        }
        document->members([&](std::string_view key, Json row) {
            overlay.rows_[std::string(key)] = fields_of(row);
        });
        std::size_t nameless = 0;
        document->items([&](std::size_t i, Json row) {
            auto fields = fields_of(row);
            const auto key = key_of(fields);
            nameless = key.empty() && nameless == 0 ? i + 1 : nameless;
            overlay.rows_[key] = std::move(fields);
        });
        if (nameless != 0) {
            return std::unexpected("item " + std::to_string(nameless) + " names neither id nor slug");
        }
        return overlay;
    }
    const auto table = read_csv(bytes);
    if (!table) {
        return std::unexpected(table.error());
    }
    const Columns columns(table->header);
    for (const auto& row : table->rows) {
        auto fields = columns.fields_of(row);
        const auto key = key_of(fields);
        if (key.empty()) {
            return std::unexpected("line " + std::to_string(row.line) + ": names neither id nor slug");
        }
        overlay.rows_[key] = std::move(fields);
    }
    return overlay;
}

bool Overlay::apply(Record& record, std::string_view slug) const {
    auto found = rows_.find(record.at("id"));
    if (record.at("id").empty() || found == rows_.end()) {
        found = rows_.find(slug);
    }
    if (found == rows_.end()) {
        return false;
    }
    met_[found->first] = true;
    for (const auto& [name, value] : found->second) {
        if (name != "id") {
            record.set(name, value);
        }
    }
    return true;
}

std::vector<std::string> Overlay::unused() const {
    std::vector<std::string> keys;
    for (const auto& [key, fields] : rows_) {
        if (met_.find(key) == met_.end()) {
            keys.push_back(key);
        }
    }
    return keys;
}

}  // namespace hubward::server::wire::open_referral
