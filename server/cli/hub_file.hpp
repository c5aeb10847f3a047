// SPDX-License-Identifier: Apache-2.0
//
// Files with several hubs: a JSON array, or NDJSON, of hub documents (schema Hub) that carry their
// "slug" inside.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire/hub_json.hpp"

namespace hubward::server::cli {

struct HubRow {
    std::string slug;
    std::string document;  // without the slug: what PUT /v1/hubs/{slug} takes
};
// Text says what is wrong, with the position of the row.
std::expected<std::vector<HubRow>, std::string> read_hub_rows(std::string_view text);

// All rows decoded. The text names the first row and field that is wrong.
std::expected<std::vector<wire::HubDocument>, std::string> read_hubs(std::string_view text,
                                                                     const wire::Gazetteer& where);

// "/needs/0: This is no need code. …" for each fault.
std::string text_of(const wire::Faults& faults);

}  // namespace hubward::server::cli
