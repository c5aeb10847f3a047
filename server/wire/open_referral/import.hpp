// SPDX-License-Identifier: Apache-2.0
//
// A directory of services as hubs: Open Referral UK 3.0 / HSDS 3.0 JSON (one service, an array, a
// page with `contents`, NDJSON), or one CSV with a header. What is wrong with one row is said of
// that row; the others come in.
//
// Deterministic: the same bytes give the same commands in the same order, so that importing twice
// changes nothing. Several files of one directory are given one after the other to one Importer.
// A hub that is not virtual and has no usable position comes in inactive, because the router would
// take it for near everywhere; the overlay can give it a position, or say active. One thread.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire/gazetteer.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/open_referral/overlay.hpp"

namespace hubward::server::wire::open_referral {

struct ImportedHub {
    std::string slug;
    HubDocument document;
};

// About one row: `row` is "line 7" or "item 3", `id` the source's id or the name; may be empty.
struct RowMessage {
    std::string row;
    std::string id;
    std::string reason;
};

struct ImportResult {
    std::vector<ImportedHub> hubs;      // by slug
    std::vector<RowMessage> rejected;   // these did not come in
    std::vector<RowMessage> notes;      // these did, without something
    std::vector<std::string> overlay_unused;
};

struct ImportOptions {
    std::string place;  // code for hubs whose row names none
};

class Importer {
  public:
    Importer(const Gazetteer& where, const Overlay& overlay, ImportOptions options)
        : where_(where), overlay_(overlay), options_(std::move(options)) {}

    // Nothing of the file came in: text says why ("line 3: a quote is never closed").
    std::expected<void, std::string> add(std::string_view bytes);
    ImportResult finish();

  private:
    std::expected<void, std::string> add_json(std::string_view bytes);
    std::expected<void, std::string> add_csv(std::string_view bytes);
    bool add_lines(std::string_view bytes);
    void take_services(Json document, const std::string& prefix);
    void take(Record record, std::string row);
    void place(const Record& record, const std::string& slug, const std::string& row);

    struct Waiting {
        Record record;
        std::string row;
    };
    const Gazetteer& where_;
    const Overlay& overlay_;
    ImportOptions options_;
    std::map<std::string, Waiting> by_slug_;
    ImportResult result_;
};

// One file.
std::expected<ImportResult, std::string> import_hubs(std::string_view bytes, const Overlay& overlay,
                                                     const Gazetteer& where,
                                                     ImportOptions options);

}  // namespace hubward::server::wire::open_referral
