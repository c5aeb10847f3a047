// SPDX-License-Identifier: Apache-2.0
//
// One hub on its way in: named fields as text, whatever file they come from. Lists are separated by
// ';'. A record becomes the same JSON document that PUT /v1/hubs/{slug} takes, and is checked by the
// same decoder.
//
// Fields: id, slug, name, description, place, address, postcode, latitude, longitude, virtual,
// active, needs, languages, access, communities, age_min, age_max, catchment_metres, opening_hours,
// phone, email, url, source; places, devices, sims (units in all).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::server::wire::open_referral {

using Fields = std::map<std::string, std::string, std::less<>>;

struct Record {
    std::size_t line = 0;  // of a CSV or NDJSON file; 0 for others
    Fields fields;

    std::string_view at(std::string_view name) const;
    void set(std::string name, std::string_view value);  // an empty value sets nothing
};

// The JSON document, and what was left out of it because it cannot be used.
struct Document {
    std::string json;
    std::vector<std::string> notes;
};
Document document_of(const Record& record);

// "Holbeck Library & Café" is "holbeck-library-caf"; empty when nothing is left.
std::string slug_of(std::string_view text);
// The list's parts, trimmed, empty ones left out.
std::vector<std::string_view> parts_of(std::string_view list);
std::optional<double> number_of(std::string_view text);

}  // namespace hubward::server::wire::open_referral
