// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/import.hpp"

#include "server/wire/open_referral/csv.hpp"
#include "server/wire/open_referral/service.hpp"

namespace hubward::server::wire::open_referral {
namespace {

std::string item_text(std::size_t position) { return "item " + std::to_string(position + 1); }

// A list page is shallow: the same service with its location says more.
bool says_more(const Record& a, const Record& b) { return a.fields.size() > b.fields.size(); }

std::string name_of(const Record& record) {
    return std::string(record.at("id").empty() ? record.at("name") : record.at("id"));
}

// What the decoder found, for people who look at a table and not at JSON.
std::string words_of(const Faults& faults) {
    std::string text;
    for (const auto& fault : faults) {
        text += text.empty() ? "" : " ";
        text += fault.pointer.empty() ? "" : fault.pointer.substr(1) + ": ";
        text += fault.detail;
    }
    return text;
}

}  // namespace

std::expected<void, std::string> Importer::add(std::string_view bytes) {
    const auto text = to_utf8(bytes);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) {
        return std::unexpected("the file is empty");
    }
    return text[first] == '{' || text[first] == '[' ? add_json(text) : add_csv(text);
}

std::expected<void, std::string> Importer::add_json(std::string_view text) {
    const auto document = read_json(text, fhir_depth_max);
    if (document) {
        take_services(*document, "");
        return {};
    }
    if (add_lines(text)) {
        return {};
    }
    const auto& fault = document.error().front();
    return std::unexpected(fault.pointer + (fault.pointer.empty() ? "" : ": ") + fault.detail);
}

// NDJSON: one service a line. A line that cannot be read is rejected alone. False: no line could.
bool Importer::add_lines(std::string_view text) {
    std::size_t line = 0, good = 0;
    std::vector<RowMessage> bad;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto row = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        ++line;
        if (row.find_first_not_of(" \t\r") == std::string_view::npos) {
            continue;
        }
        const auto where = "line " + std::to_string(line);
        if (const auto document = read_json(row, fhir_depth_max)) {
            ++good;
            take_services(*document, where);
        } else {
            bad.push_back({where, "", document.error().front().detail});
        }
    }
    if (good > 0) {
        result_.rejected.insert(result_.rejected.end(), bad.begin(), bad.end());
    }
    return good > 0;
}

void Importer::take_services(Json document, const std::string& prefix) {
    const auto listed = document.is_array() ? std::optional(document) : document.find("contents");
    if (!listed) {
        // The description of a feed's address has no service in it.
        if (document.find("openapi_url") && !document.find("name")) {
            return;
        }
        take(record_of_service(document), prefix.empty() ? item_text(0) : prefix);
        return;
    }
    listed->items([&](std::size_t i, Json item) {
        if (item.is_object()) {
            take(record_of_service(item), item_text(i));
        } else {
            result_.rejected.push_back({item_text(i), "", "This is no service: an object is expected."});
        }
    });
}

std::expected<void, std::string> Importer::add_csv(std::string_view text) {
    const auto table = read_csv(text);
    if (!table) {
        return std::unexpected(table.error());
    }
    const Columns columns(table->header);
    if (!columns.has("name")) {
        return std::unexpected("line 1: a column called name is expected");
    }
    for (const auto& row : table->rows) {
        Record record{row.line, columns.fields_of(row)};
        take(std::move(record), "line " + std::to_string(row.line));
    }
    return {};
}

void Importer::take(Record record, std::string row) {
    auto slug = std::string(record.at("slug"));
    if (slug.empty()) {
        slug = slug_of(record.at("id").empty() ? record.at("name") : record.at("id"));
    }
    if (!valid_slug(slug)) {
        result_.rejected.push_back({std::move(row), name_of(record), "It has neither id nor name."});
        return;
    }
    const auto known = by_slug_.find(slug);
    if (known == by_slug_.end()) {
        by_slug_.emplace(slug, Waiting{std::move(record), std::move(row)});
    } else if (says_more(record, known->second.record)) {
        known->second = Waiting{std::move(record), std::move(row)};
    }
}

void Importer::place(const Record& record, const std::string& slug, const std::string& row) {
    auto made = document_of(record);
    auto document = decode_hub(slug, made.json, where_);
    if (!document) {
        result_.rejected.push_back({row, name_of(record), words_of(document.error())});
        return;
    }
    for (auto& note : made.notes) {
        result_.notes.push_back({row, name_of(record), std::move(note)});
    }
    auto& profile = document->command.profile;
    if (profile.needs.empty()) {
        result_.notes.push_back({row, name_of(record), "it names no need; add some in the overlay"});
    }
    result_.hubs.push_back({slug, *std::move(document)});
}

ImportResult Importer::finish() {
    for (auto& [slug, waiting] : by_slug_) {
        auto& record = waiting.record;
        const auto stated = std::string(record.at("active"));
        record.fields.erase("active");
        overlay_.apply(record, slug);
        const bool said = !record.at("active").empty();
        if (!said) {
            record.set("active", stated);
        }
        if (record.at("place").empty()) {
            record.set("place", options_.place);
        }
        const auto before = result_.hubs.size();
        place(record, slug, waiting.row);
        if (result_.hubs.size() == before) {
            continue;
        }
        auto& profile = result_.hubs.back().document.command.profile;
        if (!profile.is_virtual && !profile.position.known() && !said && profile.active) {
            profile.active = false;
            result_.notes.push_back({waiting.row, name_of(record),
                                     "it has no usable position and comes in inactive; add latitude "
                                     "and longitude or a known postcode in the overlay"});
        }
    }
    by_slug_.clear();
    result_.overlay_unused = overlay_.unused();
    return std::move(result_);
}

std::expected<ImportResult, std::string> import_hubs(std::string_view bytes, const Overlay& overlay,
                                                     const Gazetteer& where,
                                                     ImportOptions options) {
    Importer importer(where, overlay, std::move(options));
    if (auto added = importer.add(bytes); !added) {
        return std::unexpected(added.error());
    }
    return importer.finish();
}

}  // namespace hubward::server::wire::open_referral
