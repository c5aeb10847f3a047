// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/service.hpp"

#include <array>
#include <charconv>

#include "matcher/codes.hpp"

namespace hubward::server::wire::open_referral {
namespace {

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

// Numbers stand as numbers or as texts.
std::string plain(const std::optional<Json>& value) {
    if (!value) {
        return {};
    }
    if (value->is(Json::Kind::integer) || value->is(Json::Kind::decimal)) {
        std::array<char, 32> room{};
        const auto end = std::to_chars(room.data(), room.data() + room.size(), value->number());
        return {room.data(), end.ptr};
    }
    return std::string(value->text());
}

void append(std::string& list, std::string_view part, std::string_view between) {
    if (!part.empty()) {
        list += list.empty() ? std::string_view() : between;
        list += part;
    }
}

struct Keyword {
    std::string_view part;
    matcher::Access access;
};
// Accessibility is free text in the standard; these words are safe to read from it.
constexpr std::array<Keyword, 8> keywords{{
    {"wheelchair", matcher::Access::wheelchair},
    {"induction loop", matcher::Access::hearing_loop},
    {"hearing loop", matcher::Access::hearing_loop},
    {"guide dog", matcher::Access::guide_dog},
    {"assistance dog", matcher::Access::guide_dog},
    {"bsl interpreter", matcher::Access::bsl_interpreter},
    {"sign language interpreter", matcher::Access::bsl_interpreter},
    {"easy read", matcher::Access::easy_read},
}};

// "not wheelchair accessible" must not read as the opposite: a text with a negation says nothing.
bool denies(std::string_view text) {
    for (const std::string_view word : {"no ", "not ", "n't", "without", "unable", "limited"}) {
        if (text.find(word) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

void read_accessibility(Json location, std::string& access) {
    const auto list = location.find("accessibility");
    if (!list) {
        return;
    }
    list->items([&](std::size_t, Json item) {
        const auto text = lowered(std::string(item.text_at("description")) + " " +
                                  std::string(item.text_at("details")));
        if (denies(text)) {
            return;
        }
        for (const auto& row : keywords) {
            if (text.find(row.part) != std::string::npos) {
                append(access, matcher::name(row.access), ";");
            }
        }
    });
}

void read_location(Json location, Record& record) {
    record.set("latitude", plain(location.find("latitude")));
    record.set("longitude", plain(location.find("longitude")));
    if (location.text_at("location_type") == "virtual") {
        record.set("virtual", "true");
    }
    std::string address;
    append(address, location.text_at("name"), ", ");
    const auto addresses = location.find("addresses");
    if (const auto first = addresses ? addresses->front() : std::nullopt) {
        for (const std::string_view key : {"address_1", "address_2", "city"}) {
            append(address, first->text_at(key), ", ");
        }
        record.set("postcode", first->text_at("postal_code"));
    }
    record.set("address", address);
    std::string access;
    read_accessibility(location, access);
    record.set("access", access);
}

// "10:00" of "10:00:00Z" and "10:00Z"; what is written otherwise ("1pm", "9.30") stays as it is.
std::string_view clock_time(std::string_view text) {
    const bool more = text.size() > 5 && text[2] == ':' && std::string_view(":Z+-").contains(text[5]);
    return more ? text.substr(0, 5) : text;
}

// "TH,FR 10:00 to 18:00", or the description when there is one.
void read_schedules(Json owner, std::string& hours) {
    const auto list = owner.find("schedules");
    if (!list) {
        return;
    }
    list->items([&](std::size_t, Json item) {
        if (!item.text_at("description").empty()) {
            append(hours, item.text_at("description"), "\n");
            return;
        }
        std::string line(item.text_at("byday"));
        const auto opens = clock_time(item.text_at("opens_at"));
        const auto closes = clock_time(item.text_at("closes_at"));
        append(line, opens, " ");
        if (!opens.empty()) {
            append(line, closes, " to ");
        }
        append(hours, line, "\n");
    });
}

void read_languages(Json owner, std::string& languages) {
    if (const auto list = owner.find("languages")) {
        list->items([&](std::size_t, Json item) {
            // The UK profile has neither: then the overlay must say.
            const auto code = item.text_at("code");
            append(languages, code.empty() ? item.text_at("name") : code, ";");
        });
    }
}

void read_attributes(Json service, std::string& needs, std::string& languages) {
    const auto list = service.find("attributes");
    if (!list) {
        return;
    }
    list->items([&](std::size_t, Json item) {
        const auto term = item.find("taxonomy_term");
        if (!term) {
            return;
        }
        const auto code = term->text_at("code");
        const auto name = term->text_at("name");
        if (matcher::parse<matcher::Need>(code)) {
            append(needs, code, ";");
        } else if (lowered(term->text_at("taxonomy")).find("language") != std::string::npos) {
            append(languages, code.empty() ? name : code, ";");
        }
    });
}

// HSDS 3.1 only.
void read_capacities(Json service, Record& record) {
    const auto list = service.find("capacities");
    if (!list) {
        return;
    }
    list->items([&](std::size_t, Json item) {
        const auto unit = item.find("unit");
        const auto name = unit ? lowered(unit->text_at("name")) : std::string();
        auto total = plain(item.find("maximum"));
        if (total.empty()) {
            total = plain(item.find("available"));
        }
        if (name.starts_with("place")) {
            record.set("places", total);
        } else if (name.starts_with("device") || name.starts_with("tablet")) {
            record.set("devices", total);
        } else if (name.starts_with("sim")) {
            record.set("sims", total);
        }
    });
}

std::string_view phone_in(Json owner) {
    const auto phones = owner.find("phones");
    const auto first = phones ? phones->front() : std::nullopt;
    return first ? first->text_at("number") : std::string_view();
}

void read_service(Json service, Record& record) {
    record.set("id", service.text_at("id"));
    record.set("name", service.text_at("name"));
    record.set("description", service.text_at("description"));
    record.set("url", service.text_at("url"));
    record.set("email", service.text_at("email"));
    record.set("phone", phone_in(service));
    record.set("age_min", plain(service.find("minimum_age")));
    record.set("age_max", plain(service.find("maximum_age")));
    record.set("active", service.text_at("status") == "active" ? "true" : "false");
    std::string needs, languages, hours;
    read_languages(service, languages);
    read_attributes(service, needs, languages);
    read_schedules(service, hours);
    record.set("needs", needs);
    record.set("languages", languages);
    record.set("opening_hours", hours);
    read_capacities(service, record);
    std::string source = "Open Referral";
    if (const auto organization = service.find("organization")) {
        append(source, organization->text_at("name"), ": ");
    }
    record.set("source", source);
}

}  // namespace

Record record_of_service(Json service) {
    Record record;
    const auto inner = service.find("service");
    const auto outer = service.find("location");
    if (inner && outer) {  // a service_at_location
        read_service(*inner, record);
        read_location(*outer, record);
        return record;
    }
    read_service(service, record);
    const auto places = service.find("service_at_locations");
    const auto first = places ? places->front() : std::nullopt;
    if (const auto location = first ? first->find("location") : std::nullopt) {
        read_location(*location, record);
    }
    return record;
}

}  // namespace hubward::server::wire::open_referral
