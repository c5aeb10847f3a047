// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "server/wire/code_fields.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/hash.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {
namespace {

struct Draft {
    matcher::UpsertHub command;
    std::string name;
    std::string postcode;
    std::optional<matcher::Position> stated;
    std::vector<std::uint64_t> other_access;
};

void read_location(Json value, const Where& at, Findings& findings, Draft& draft) {
    if (!want_object(value, at, findings)) {
        return;
    }
    std::optional<double> latitude;
    std::optional<double> longitude;
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "latitude") {
            latitude = want_number(part, here, findings, -90, 90);
        } else if (key == "longitude") {
            longitude = want_number(part, here, findings, -180, 180);
        } else {
            unknown_key(here, findings);
        }
    });
    for (const std::string_view key : {"latitude", "longitude"}) {
        if (!value.find(key)) {
            missing(at, key, findings);
        }
    }
    if (latitude && longitude) {
        draft.stated = position_at(*latitude, *longitude);
    }
}

void read_capacity(Json value, const Where& at, Findings& findings, Draft& draft) {
    if (!want_object(value, at, findings)) {
        return;
    }
    draft.command.set_totals = true;
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        const auto kind = matcher::parse<matcher::UnitKind>(key);
        if (!kind) {
            unknown_key(here, findings);
        } else if (const auto total =
                       want_integer(part, here, findings, 0, matcher::limits::units_max)) {
            draft.command.totals[static_cast<std::size_t>(*kind)] =
                static_cast<std::uint16_t>(*total);
        }
    });
}

void read_place(Json value, const Where& at, Findings& findings, Draft& draft) {
    const auto text = want_text(value, at, findings, matcher::PlaceCode::capacity);
    if (text && !valid_slug(*text)) {
        findings.add(at, "format", "A place is named by its code: a-z, 0-9 and inner hyphens.");
    } else if (text) {
        draft.command.profile.place = matcher::PlaceCode(*text);
    }
}

// Members that go to the core. False: none of them.
bool read_rule(std::string_view key, Json value, const Where& at, Findings& findings,
               Draft& draft) {
    auto& profile = draft.command.profile;
    if (key == "place") {
        read_place(value, at, findings, draft);
    } else if (key == "location") {
        read_location(value, at, findings, draft);
    } else if (key == "virtual") {
        profile.is_virtual = want_boolean(value, at, findings).value_or(false);
    } else if (key == "active") {
        profile.active = want_boolean(value, at, findings).value_or(true);
    } else if (key == "catchment_metres") {
        profile.catchment =
            static_cast<matcher::Metres>(want_integer(value, at, findings, 0, 1'000'000).value_or(0));
    } else if (key == "needs") {
        profile.needs = read_need_set(value, at, findings);
    } else if (key == "languages") {
        profile.languages = read_languages(value, at, findings);
    } else if (key == "access") {
        profile.access = read_access(value, at, findings, draft.other_access);
    } else if (key == "communities") {
        profile.communities = read_communities(value, at, findings);
    } else if (key == "age_min") {
        profile.age_min =
            static_cast<std::uint8_t>(want_integer(value, at, findings, 0, 130).value_or(0));
    } else if (key == "age_max") {
        profile.age_max =
            static_cast<std::uint8_t>(want_integer(value, at, findings, 0, 255).value_or(255));
    } else if (key == "capacity") {
        read_capacity(value, at, findings, draft);
    } else {
        return false;
    }
    return true;
}

// Members for people only. False: none of them.
bool read_public(std::string_view key, Json value, const Where& at, Findings& findings,
                 Draft& draft) {
    if (key == "name") {
        draft.name = std::string(want_text(value, at, findings, 200).value_or(""));
    } else if (key == "postcode") {
        const auto text = want_text(value, at, findings, 10);
        const auto normal = text ? normal_postcode(*text) : std::nullopt;
        if (text && !normal) {
            findings.add(at, "format", "A whole British postcode is expected.");
        }
        draft.postcode = normal.value_or("");
    } else if (key == "description") {
        want_text(value, at, findings, 8000);
    } else if (key == "address" || key == "url" || key == "source" || key == "opening_hours") {
        want_text(value, at, findings, 2000);
    } else if (key == "phone") {
        const auto text = want_text(value, at, findings, 40);
        if (text && !phone_shaped(*text)) {
            findings.add(at, "format", "A phone number of 7 to 15 digits is expected.");
        }
    } else if (key == "email") {
        const auto text = want_text(value, at, findings, 254);
        if (text && !email_shaped(*text)) {
            findings.add(at, "format", "An e-mail address is expected.");
        }
    } else {
        return false;
    }
    return true;
}

// The public payload: one fixed order of members, so that equal hubs are equal bytes.
std::string profile_of(const Json& document, const Draft& draft) {
    std::string out;
    out.reserve(512);
    JsonWriter json(out);
    json.open_object();
    json.text("name", draft.name);
    for (const std::string_view key : {"description", "address"}) {
        json.text_unless_empty(key, document.text_at(key));
    }
    json.text_unless_empty("postcode", draft.postcode);
    for (const std::string_view key : {"opening_hours", "phone", "email", "url", "source"}) {
        json.text_unless_empty(key, document.text_at(key));
    }
    if (!draft.other_access.empty()) {
        json.open_array("other_access");
        for (const auto id : draft.other_access) {
            json.text(std::to_string(id));
        }
        json.close_array();
    }
    json.close_object();
    return out;
}

}  // namespace

matcher::HubId hub_id(std::string_view slug) { return hash128("hubward.hub", slug); }

bool valid_slug(std::string_view slug) {
    const auto inner = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !slug.empty() && slug.size() <= matcher::HubSlug::capacity &&
           std::all_of(slug.begin(), slug.end(), inner) && slug.front() != '-' &&
           slug.back() != '-';
}

std::expected<HubDocument, Faults> decode_hub(std::string_view slug, std::string_view body,
                                              const Gazetteer& where) {
    Findings findings;
    const Where top;
    if (!valid_slug(slug)) {
        findings.add(top, "format", "The hub's slug must be 1 to 64 of a-z, 0-9 and inner hyphens.");
        return std::unexpected(findings.take());
    }
    const auto document = read_json(body);
    if (!document) {
        return std::unexpected(document.error());
    }
    if (!want_object(*document, top, findings)) {
        return std::unexpected(findings.take());
    }
    Draft draft;
    document->members([&](std::string_view key, Json value) {
        const Where at(top, key);
        if (!read_rule(key, value, at, findings, draft) &&
            !read_public(key, value, at, findings, draft)) {
            unknown_key(at, findings);
        }
    });
    for (const std::string_view key : {"name", "place", "needs"}) {
        if (!document->find(key)) {
            missing(top, key, findings);
        }
    }
    auto& profile = draft.command.profile;
    if (profile.age_min > profile.age_max) {
        findings.add(Where(top, "age_max"), "range", "Must not lie below age_min.");
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    profile.id = hub_id(slug);
    profile.slug = matcher::HubSlug(slug);
    if (!profile.is_virtual) {
        const auto by_postcode = draft.postcode.empty() ? std::nullopt : where.find(draft.postcode);
        profile.position = draft.stated   ? *draft.stated
                           : by_postcode ? *by_postcode
                                         : matcher::Position{};
    }
    return HubDocument{draft.command, profile_of(*document, draft), draft.name};
}

}  // namespace hubward::server::wire
