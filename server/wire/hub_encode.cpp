// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "server/wire/closed_days_json.hpp"
#include "server/wire/hours_json.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/parts_json.hpp"
#include "server/wire/reserve_json.hpp"
#include "server/wire/session_json.hpp"

namespace hubward::server::wire {
namespace {

void write_capacity(JsonWriter& json, const matcher::Hub& hub, const Judged& by) {
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        const auto& units = hub.capacity[i];
        json.open_object(matcher::name(static_cast<matcher::UnitKind>(i)));
        json.integer("total", units.total);
        json.integer("held", units.held);
        json.integer("used", units.used);
        json.integer("free", units.free());
        json.integer("available", units.free());
        json.integer("maximum", units.maximum);
        if (units.updated.ms > 0) {
            json.text("updated", time_text(units.updated));
            json.text("source", matcher::name(units.source));
        }
        json.integer("confidence_permille", matcher::confidence(units, by.rules, by.now));
        json.integer("half_life_hours", matcher::half_life_ms(units, by.rules) / 3'600'000);
        json.integer("declines_in_a_row", units.declines);
        json.boolean("doubted", units.doubted());
        json.close_object();
    }
}

void write_reviews(JsonWriter& json, const matcher::Hub& hub) {
    json.open_array("reviews");
    for (std::size_t i = 0; i < matcher::review_kinds; ++i) {
        if (hub.reviews[i].open != 0) {
            json.open_object();
            json.text("review", matcher::name(static_cast<matcher::Review>(i)));
            json.integer("declines", hub.reviews[i].open);
            json.text("since", time_text(hub.reviews[i].since));
            json.close_object();
        }
    }
    json.close_array();
}

void write_rules(JsonWriter& json, const matcher::HubProfile& profile) {
    json.open_array("needs");
    for (std::size_t i = 0; i < matcher::names<matcher::Need>().size(); ++i) {
        if (profile.needs.has(static_cast<matcher::Need>(i))) {
            json.text(matcher::name(static_cast<matcher::Need>(i)));
        }
    }
    json.close_array();
    json.open_array("languages");
    for (std::size_t i = 1; i < matcher::language_count(); ++i) {
        if (profile.languages.has(static_cast<matcher::Language>(i))) {
            json.text(matcher::code(static_cast<matcher::Language>(i)));
        }
    }
    json.close_array();
    write_access(json, profile.access);
    json.open_array("communities");
    for (unsigned i = 0; i < 32; ++i) {
        if ((profile.communities >> i & 1) != 0) {
            json.integer(i);
        }
    }
    json.close_array();
    if (profile.age_min != 0) {
        json.integer("age_min", profile.age_min);
    }
    if (profile.age_max != 255) {
        json.integer("age_max", profile.age_max);
    }
    if (profile.catchment != 0) {
        json.integer("catchment_metres", profile.catchment);
    }
}

template <class Texts>
void write_listed(JsonWriter& json, std::string_view key, const Texts& texts) {
    if (std::ranges::any_of(texts, [](const auto& text) { return !text.empty(); })) {
        json.open_array(key);
        for (const auto& text : texts) {
            if (!text.empty()) {
                json.text(text.view());
            }
        }
        json.close_array();
    }
}

// Whoever is not named is told that others are: an empty list would say that every practice is welcome.
void write_agreements(JsonWriter& json, const matcher::HubProfile& profile, const Eyes& eyes) {
    if (eyes.owner) {
        write_listed(json, "takes_from", profile.takes_from);
        return;
    }
    bool any = false;
    bool itself = false;
    for (const matcher::PracticeCode& code : profile.takes_from) {
        any = any || !code.empty();
        itself = itself || (!code.empty() && !eyes.shown(code.view()).empty());
    }
    if (itself) {
        json.open_array("takes_from");
        json.text(eyes.practice.view());
        json.close_array();
    }
    if (any) {
        json.boolean("takes_from_some", true);
    }
}

// What was stated; the defaults are left out.
void write_welcome(JsonWriter& json, const matcher::HubProfile& profile, const Eyes& eyes) {
    write_listed(json, "serves", profile.serves);
    if (profile.area.drawn()) {
        json.open_array("area");
        for (std::size_t i = 0; i < profile.area.count; ++i) {
            json.open_object();
            json.decimal("latitude", profile.area.corners[i].latitude_e7 / 1e7);
            json.decimal("longitude", profile.area.corners[i].longitude_e7 / 1e7);
            json.close_object();
        }
        json.close_array();
    }
    if (profile.interest_only) {
        json.boolean("interest_only", true);
    }
    write_agreements(json, profile, eyes);
    write_reserves(json, profile.kept, eyes);
    write_weekly(json, profile.weekly);
    write_codes<matcher::HalfDay>(json, "open_half_days", profile.open);
    if (profile.opens.ms != 0) {
        json.text("opens", time_text(profile.opens));
    }
    if (profile.closes != matcher::never) {
        json.text("closes", time_text(profile.closes));
    }
    if (profile.wait_days != matcher::wait_not_stated) {
        json.integer("wait_days", profile.wait_days);
    }
    write_codes<matcher::Group>(json, "groups", profile.groups);
}

}  // namespace

std::string hub_name(std::string_view profile, std::string_view slug) {
    const auto document = read_json(profile);
    const auto name = document ? document->text_at("name") : std::string_view();
    return std::string(name.empty() ? slug : name);
}

std::string encode_hub(const matcher::Hub& hub, std::string_view profile, const Judged& by, const Eyes& eyes) {
    std::string out;
    out.reserve(profile.size() + 768);
    JsonWriter json(out);
    json.open_object();
    json.text("slug", hub.profile.slug.view());
    if (const auto document = read_json(profile)) {
        document->members([&](std::string_view key, Json value) {
            json.key(key);
            value.write(json);
        });
    } else {
        json.text("name", hub.profile.slug.view());
    }
    json.text("place", hub.profile.place.view());
    json.boolean("active", hub.profile.active);
    json.boolean("virtual", hub.profile.is_virtual);
    if (hub.profile.position.known()) {
        json.open_object("location");
        json.decimal("latitude", hub.profile.position.latitude_e7 / 1e7);
        json.decimal("longitude", hub.profile.position.longitude_e7 / 1e7);
        json.close_object();
    }
    write_rules(json, hub.profile);
    write_welcome(json, hub.profile, eyes);
    json.open_object("capacity");
    write_capacity(json, hub, by);
    json.close_object();
    if (hub.profile.hours.stated()) {
        write_hours(json, hub.profile.hours);
    }
    write_closed_days(json, hub.profile.closures, by.now);
    write_reviews(json, hub);
    json.integer("open_offers", hub.open_offers);
    json.integer("people", hub.with_person);
    json.integer("version", hub.version);
    json.close_object();
    return out;
}

bool says_nothing_new(const HubDocument& document, const matcher::Hub& hub,
                      std::string_view profile) {
    if (document.command.profile != hub.profile || document.profile != profile) {
        return false;
    }
    for (std::size_t kind = 0; document.command.set_totals && kind < matcher::unit_kinds; ++kind) {
        if (document.command.totals[kind] != hub.capacity[kind].maximum) {
            return false;
        }
    }
    return true;
}

std::string encode_capacity(const matcher::Hub& hub, const Judged& by) {
    std::string out;
    out.reserve(768);
    JsonWriter json(out);
    json.open_object();
    json.text("slug", hub.profile.slug.view());
    json.integer("version", hub.version);
    write_capacity(json, hub, by);
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire
