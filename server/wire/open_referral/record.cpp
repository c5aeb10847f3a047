// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/record.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "matcher/language.hpp"
#include "matcher/types.hpp"
#include "server/wire/gazetteer.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::open_referral {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lowered(std::string_view text) {
    std::string out(trimmed(text));
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

// The decoder takes line breaks and tabs, and nothing else below blank; directories hold more. A
// text that is too long is cut at a character.
std::string clean(std::string_view text, std::size_t bytes_max) {
    std::string out;
    for (const char c : trimmed(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte >= 0x20 && byte != 0x7F) || c == '\n' || c == '\t') {
            out += c;
        }
    }
    if (out.size() > bytes_max) {
        out.resize(bytes_max);
        while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) {
            out.pop_back();
        }
        if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) {
            out.pop_back();
        }
    }
    return out;
}

bool yes(std::string_view text) {
    const auto word = lowered(text);
    return word == "true" || word == "yes" || word == "y" || word == "1";
}

struct Writer {
    const Record& record;
    JsonWriter& json;
    std::vector<std::string>& notes;

    void text(std::string_view name, std::size_t bytes_max) {
        json.text_unless_empty(name, clean(record.at(name), bytes_max));
    }
    void list(std::string_view name, bool as_numbers = false) {
        const auto parts = parts_of(record.at(name));
        if (parts.empty() && name != "needs") {
            return;
        }
        json.open_array(name);
        for (const auto part : parts) {
            const auto number = as_numbers ? number_of(part) : std::nullopt;
            if (number && *number == std::floor(*number) && std::abs(*number) < 1e15) {
                json.integer(static_cast<std::int64_t>(*number));
            } else {
                json.text(lowered(part));  // the decoder says what is expected
            }
        }
        json.close_array();
    }
    // Languages come as tags or as English names.
    void languages() {
        const auto parts = parts_of(record.at("languages"));
        json.open_array("languages");
        for (const auto part : parts) {
            std::string tag(part);
            for (std::size_t i = 1; i < matcher::language_count(); ++i) {
                const auto language = static_cast<matcher::Language>(i);
                if (lowered(matcher::english_name(language)) == lowered(part)) {
                    tag = matcher::code(language);
                }
            }
            json.text(tag);
        }
        json.close_array();
    }
    void whole(std::string_view name, std::string_view shown) {
        const auto text = record.at(name);
        if (text.empty()) {
            return;
        }
        if (const auto number = number_of(text)) {
            // Directories write whole numbers as 12.0 and ages up to 1000 for "no limit".
            json.integer(shown, static_cast<std::int64_t>(
                                    std::clamp(std::floor(*number), -1.0, 1e9)));
        } else {
            json.text(shown, text);  // the decoder says what is expected
        }
    }
    void location() {
        const auto latitude = number_of(record.at("latitude"));
        const auto longitude = number_of(record.at("longitude"));
        if (record.at("latitude").empty() && record.at("longitude").empty()) {
            return;
        }
        const auto in_kingdom = [](double lat, double lon) {
            return lat >= 49 && lat <= 61 && lon >= -9 && lon <= 2;
        };
        if (latitude && longitude && in_kingdom(*latitude, *longitude)) {
            write_location(*latitude, *longitude);
        } else if (latitude && longitude && in_kingdom(*longitude, *latitude)) {
            write_location(*longitude, *latitude);
            notes.emplace_back("latitude and longitude were swapped; read the other way round");
        } else {
            notes.emplace_back("latitude and longitude do not lie in the United Kingdom; not used");
        }
    }
    void write_location(double latitude, double longitude) {
        json.open_object("location");
        json.decimal("latitude", latitude);
        json.decimal("longitude", longitude);
        json.close_object();
    }
    void checked(std::string_view name, bool good, std::string_view note) {
        const auto value = record.at(name);
        if (!value.empty() && good) {
            json.text(name, value);
        } else if (!value.empty()) {
            notes.emplace_back(note);
        }
    }
    void capacity() {
        if (record.at("places").empty() && record.at("devices").empty() &&
            record.at("sims").empty()) {
            return;
        }
        json.open_object("capacity");
        whole("places", "place");
        whole("devices", "device");
        whole("sims", "sim");
        json.close_object();
    }
};

}  // namespace

std::string_view Record::at(std::string_view name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string_view() : trimmed(found->second);
}

void Record::set(std::string name, std::string_view value) {
    if (!trimmed(value).empty()) {
        fields.insert_or_assign(std::move(name), std::string(value));
    }
}

std::vector<std::string_view> parts_of(std::string_view list) {
    std::vector<std::string_view> parts;
    while (!list.empty()) {
        const auto end = list.find_first_of(";|");
        if (const auto part = trimmed(list.substr(0, end)); !part.empty()) {
            parts.push_back(part);
        }
        list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    }
    return parts;
}

std::optional<double> number_of(std::string_view text) {
    text = trimmed(text);
    double value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size() ||
        !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

std::string slug_of(std::string_view text) {
    std::string slug;
    for (const char c : lowered(text)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            slug += c;
        } else if (static_cast<unsigned char>(c) < 0x80 && !slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    slug.resize(std::min(slug.size(), matcher::HubSlug::capacity));
    while (!slug.empty() && slug.back() == '-') {
        slug.pop_back();
    }
    return slug;
}

Document document_of(const Record& record) {
    Document out;
    JsonWriter json(out.json);
    Writer write{record, json, out.notes};
    json.open_object();
    write.text("name", 200);
    json.text_unless_empty("place", lowered(record.at("place")));
    write.text("description", 8000);
    write.text("address", 2000);
    const auto postcode = normal_postcode(record.at("postcode"));
    if (postcode) {
        json.text("postcode", *postcode);
    } else if (!record.at("postcode").empty()) {
        out.notes.emplace_back("the postcode has not the form of a British one; not used");
    }
    write.location();
    if (!record.at("virtual").empty()) {
        json.boolean("virtual", yes(record.at("virtual")));
    }
    if (!record.at("active").empty()) {
        json.boolean("active", yes(record.at("active")));
    }
    write.list("needs");
    write.languages();
    write.list("access");
    write.list("communities", true);
    write.whole("age_min", "age_min");
    if (const auto most = number_of(record.at("age_max")); !most || *most < 130) {
        write.whole("age_max", "age_max");
    }
    write.whole("catchment_metres", "catchment_metres");
    write.text("opening_hours", 2000);
    write.checked("phone", phone_shaped(record.at("phone")), "the phone number is not used");
    write.checked("email", email_shaped(record.at("email")), "the e-mail address is not used");
    write.text("url", 2000);
    write.capacity();
    write.text("source", 2000);
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::open_referral
