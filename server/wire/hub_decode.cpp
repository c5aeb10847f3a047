// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "server/wire/calendar.hpp"
#include "server/wire/closed_days_json.hpp"
#include "server/wire/code_fields.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/hash.hpp"
#include "server/wire/hours_json.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/reserve_json.hpp"
#include "server/wire/session_json.hpp"

namespace hubward::server::wire {
namespace {

struct Draft {
    matcher::UpsertHub command;
    std::string name;
    std::string postcode;
    std::optional<matcher::Position> stated;
    std::vector<std::uint64_t> other_access;
    matcher::Timestamp now;
};

std::optional<matcher::Position> read_point(Json value, const Where& at, Findings& findings) {
    if (!want_object(value, at, findings)) {
        return std::nullopt;
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
    return latitude && longitude ? std::optional(position_at(*latitude, *longitude)) : std::nullopt;
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

// Corners of the area it serves, as locations in order.
void read_area(Json value, const Where& at, Findings& findings, Draft& draft) {
    matcher::Area& area = draft.command.profile.area;
    if (!want_array(value, at, findings, 3, matcher::limits::area_corners_max)) {
        return;
    }
    value.items([&](std::size_t i, Json item) {
        if (const auto corner = read_point(item, Where(at, i), findings)) {
            area.corners[area.count++] = {corner->latitude_e7, corner->longitude_e7};
        }
    });
}

void read_agreements(Json value, const Where& at, Findings& findings, Draft& draft) {
    auto& codes = draft.command.profile.takes_from;
    if (!want_array(value, at, findings, 0, codes.size())) {
        return;
    }
    value.items([&](std::size_t i, Json item) {
        const Where here(at, i);
        const auto text = want_text(item, here, findings, matcher::PracticeCode::capacity);
        if (text && !ods_beginning(*text)) {
            findings.add(here, "format", "An ODS code or its beginning is expected: A-Z and 0-9.");
        } else if (text) {
            codes[i] = matcher::PracticeCode(*text);
        }
    });
}

// Whom it serves, and when. False: none of these members.
bool read_welcome(std::string_view key, Json value, const Where& at, Findings& findings,
                  Draft& draft) {
    auto& profile = draft.command.profile;
    if (key == "serves") {
        if (want_array(value, at, findings, 0, profile.serves.size())) {
            value.items([&](std::size_t i, Json item) {
                profile.serves[i] = read_place_code(item, Where(at, i), findings);
            });
        }
    } else if (key == "area") {
        read_area(value, at, findings, draft);
    } else if (key == "interest_only") {
        profile.interest_only = want_boolean(value, at, findings).value_or(false);
    } else if (key == "takes_from") {
        read_agreements(value, at, findings, draft);
    } else if (key == "weekly") {
        profile.weekly = read_weekly(value, at, findings);
    } else if (key == "kept") {
        profile.kept = read_reserves(value, at, findings);
    } else if (key == "open_half_days") {
        profile.open = read_code_set<matcher::HalfDaySet, matcher::HalfDay>(value, at, findings,
                                                                           "A half day (tue-am)");
    } else if (key == "opens" || key == "closes") {
        const auto text = want_text(value, at, findings, 40);
        const auto instant = text ? parse_instant(*text) : std::nullopt;
        if (text && !instant) {
            findings.add(at, "format", "A time with its offset is expected (2026-06-01T00:00:00Z).");
        } else if (instant) {
            (key == "opens" ? profile.opens : profile.closes) = *instant;
        }
    } else if (key == "wait_days") {
        profile.wait_days = static_cast<std::uint16_t>(
            want_integer(value, at, findings, 0, 1000).value_or(matcher::wait_not_stated));
    } else if (key == "groups") {
        profile.groups = read_code_set<matcher::GroupSet, matcher::Group>(value, at, findings,
                                                                         "A priority group");
    } else {
        return false;
    }
    return true;
}

// Members that go to the core. False: none of them.
bool read_rule(std::string_view key, Json value, const Where& at, Findings& findings,
               Draft& draft) {
    auto& profile = draft.command.profile;
    if (key == "place") {
        profile.place = read_place_code(value, at, findings);
    } else if (key == "location") {
        draft.stated = read_point(value, at, findings);
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
    } else if (key == "hours") {
        profile.hours = read_hours(value, at, findings);
    } else if (key == "closed_days") {
        profile.closures = read_closed_days(value, at, findings, draft.now);
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
                                              const Gazetteer& where, matcher::Timestamp now) {
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
    draft.now = now;
    document->members([&](std::string_view key, Json value) {
        const Where at(top, key);
        if (!read_rule(key, value, at, findings, draft) &&
            !read_welcome(key, value, at, findings, draft) &&
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
    const matcher::NeedSet at_table{profile.needs.bits &
                                    needs_of_kind(matcher::UnitKind::place).bits};
    for (const matcher::WeeklySlot& slot : profile.weekly) {
        if (!at_table.covers(slot.needs)) {
            findings.add(Where(top, "weekly"), "code",
                         "A slot helps with needs that the hub lists and that take a place.");
        }
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
    const auto named = [&](std::string_view key) { return document->find(key).has_value(); };
    return HubDocument{.command = draft.command,
                       .silent = {!named("hours"), !named("weekly"), !named("kept"),
                                  !named("closed_days")},
                       .profile = profile_of(*document, draft),
                       .name = draft.name};
}

void keep_unsaid(HubDocument& document, const matcher::HubProfile& stated) {
    matcher::HubProfile& profile = document.command.profile;
    profile.hours = document.silent.hours ? stated.hours : profile.hours;
    profile.weekly = document.silent.weekly ? stated.weekly : profile.weekly;
    profile.kept = document.silent.kept ? stated.kept : profile.kept;
    profile.closures = document.silent.closed_days ? stated.closures : profile.closures;
}

}  // namespace hubward::server::wire
