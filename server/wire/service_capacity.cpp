// SPDX-License-Identifier: Apache-2.0
//
// The units of a hub as HSDS 3.1 service_capacity objects: https://docs.openreferral.org, schema
// service_capacity.json of version 3.1.
#include <fmt/format.h>

#include <algorithm>

#include "server/wire/hash.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::wire {
namespace {

// The same thing has the same UUID on every server and in every export (version 8, RFC 9562).
std::string stable_uuid(std::string_view of, std::string_view text) {
    const matcher::HubId hash = hash128(of, text);
    std::string hex;
    append_hex(hex, (hash.high & ~std::uint64_t{0xf000}) | 0x8000, 16);
    append_hex(hex, (hash.low & 0x3fff'ffff'ffff'ffff) | 0x8000'0000'0000'0000, 16);
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20));
}

std::string_view described(matcher::UnitKind kind) {
    switch (kind) {
        case matcher::UnitKind::place: return "Places for people who need help with digital health services";
        case matcher::UnitKind::device: return "Devices to lend or give";
        case matcher::UnitKind::sim: return "SIM cards with data";
    }
    return "";
}

void write_one(JsonWriter& json, const matcher::Hub& hub, std::string_view unit, unsigned available,
               unsigned maximum, std::string_view description, matcher::Timestamp updated,
               bool open) {
    json.open_object();
    json.text("id", stable_uuid("hsds/service_capacity",
                                fmt::format("{}/{}", hub.profile.slug.view(), unit)));
    json.text("service_id", stable_uuid("hsds/service", hub.profile.slug.view()));
    json.open_object("unit");
    json.text("id", stable_uuid("hsds/unit", unit));
    json.text("name", unit);
    json.close_object();
    json.integer("available", open ? available : 0U);
    json.integer("maximum", maximum);
    json.text("description", description);
    json.text("updated", time_text(updated));
    json.close_object();
}

void write_seats(JsonWriter& json, const matcher::Hub& hub, matcher::Timestamp now) {
    const SeatsAhead seats = seats_ahead(hub, now);
    if (seats.sessions != 0) {  // also when all of them are full
        write_one(json, hub, "seat", seats.free, seats.all, "Seats at sessions that have not begun",
                  seats.stated, hub.profile.active);
    }
}

}  // namespace

SeatsAhead seats_ahead(const matcher::Hub& hub, matcher::Timestamp now) {
    SeatsAhead seats;
    seats.free = matcher::free_seats(hub.sessions, now);
    for (const matcher::Session& session : hub.sessions) {
        if (session.takes(now)) {
            ++seats.sessions;
            seats.all += session.seats;
            seats.stated = std::max(seats.stated, session.published);
        }
    }
    return seats;
}

std::string encode_service_capacity(const matcher::Hub& hub, matcher::Timestamp now) {
    std::string out;
    JsonWriter json(out);
    json.open_array();
    // A closed hub has room for nobody, whatever it once stated; the seats are those of other days.
    const bool open = hub.profile.active && !hub.profile.closures.at(now);
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        const matcher::Capacity& units = hub.capacity[i];
        const auto kind = static_cast<matcher::UnitKind>(i);
        if (units.updated != matcher::Timestamp{}) {
            write_one(json, hub, matcher::name(kind), units.free(), units.maximum, described(kind),
                      units.updated, open);
        }
    }
    write_seats(json, hub, now);
    json.close_array();
    return out;
}

}  // namespace hubward::server::wire
