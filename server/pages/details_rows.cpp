// SPDX-License-Identifier: Apache-2.0
#include "server/pages/details_rows.hpp"

#include <fmt/format.h>

#include "server/pages/texts.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t rows_max = 60;

void add(Model::List& rows, std::string_view label, std::string_view value) {
    if (value.empty() || rows.size() == rows_max) {
        return;
    }
    Model row;
    row.set("label", label);
    row.set("value", value);
    rows.push_back(std::move(row));
}

std::string scalar(const Words& words, const wire::Json& value) {
    using Kind = wire::Json::Kind;
    switch (value.kind()) {
        case Kind::text:
            return std::string(value.text());
        case Kind::integer:
            return value.integer() ? fmt::format("{}", *value.integer()) : std::string();
        case Kind::decimal:
            return fmt::format("{}", value.number());
        case Kind::boolean:
            return std::string(words.text("detail", value.boolean() ? "yes" : "no"));
        case Kind::null:
        case Kind::array:
        case Kind::object:
            break;
    }
    return {};
}

// {"system": "phone", "value": "01632 960123", "safe": false}
bool add_contact(const Words& words, Model::List& rows, const wire::Json& way) {
    const std::string_view system = way.text_at("system");
    const std::string_view value = way.text_at("value");
    if (system.empty() || value.empty()) {
        return false;
    }
    const auto safe = way.find("safe");
    const bool unsafe = safe && safe->is(wire::Json::Kind::boolean) && !safe->boolean();
    add(rows, words.text("detail", system),
        unsafe ? fmt::format("{} ({})", value, words.text("detail", "unsafe")) : std::string(value));
    return true;
}

bool for_machines(std::string_view key) {
    return key == "format" || key == "consent" || key == "resourceType" || key == "id" ||
           key == "meta" || key == "url" || key == "reference" || key == "fullUrl" ||
           key == "correlation_id" || key == "bundle" ||  // said in words beside it
           key == "notes";                                // above all else
}

void walk(const Words& words, Model::List& rows, const std::string& path, const wire::Json& value) {
    if (value.is_object()) {
        if (add_contact(words, rows, value)) {
            return;
        }
        value.members([&](std::string_view key, wire::Json part) {
            if (!for_machines(key)) {
                walk(words, rows, path.empty() ? std::string(key) : fmt::format("{}.{}", path, key), part);
            }
        });
        return;
    }
    if (value.is_array()) {
        value.items([&](std::size_t, wire::Json part) { walk(words, rows, path, part); });
        return;
    }
    add(rows, words.text("detail", path), scalar(words, value));
}

}  // namespace

namespace {

// What was said later comes first, because it may change what follows.
std::vector<std::string> notes_of(const wire::Json& details) {
    std::vector<std::string> notes;
    if (const auto list = details.find("notes")) {
        list->items([&](std::size_t, wire::Json note) { notes.emplace_back(note.text_at("note")); });
    }
    return notes;
}

// A new address is a document of its own, everything else is words.
void add_note(const Words& words, Model::List& rows, const std::string& note) {
    const auto address = note.starts_with('{') ? wire::read_json(note) : std::unexpected(wire::Faults());
    if (address && address->is_object()) {
        walk(words, rows, "notes", *address);
    } else {
        add(rows, words.text("detail", "notes.note"), note);
    }
}

}  // namespace

Model::List details_rows(const Words& words, std::string_view details_json) {
    constexpr unsigned depth_max = wire::fhir_depth_max + 1;  // a message stands a level deeper in what is kept of it
    Model::List rows;
    std::vector<std::string> notes;
    if (const auto json = wire::read_json(details_json, depth_max)) {
        notes = notes_of(*json);
    }
    for (const auto& note : notes) {
        add_note(words, rows, note);
    }
    // Read once more: the reader holds one document at a time.
    if (const auto json = wire::read_json(details_json, depth_max)) {
        walk(words, rows, {}, *json);
    }
    return rows;
}

}  // namespace hubward::server::pages
