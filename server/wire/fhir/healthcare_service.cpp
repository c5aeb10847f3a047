// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/healthcare_service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/wire/fhir/availability.hpp"
#include "server/wire/hub_json.hpp"  // seats_ahead
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::wire::fhir {
namespace {

constexpr std::string_view sdoh = "http://hl7.org/fhir/us/sdoh-clinicalcare";

const matcher::Capacity& of(const matcher::Hub& hub, matcher::UnitKind kind) {
    return hub.capacity[static_cast<std::size_t>(kind)];
}

void write_coded(JsonWriter& json, std::string_view system, std::string_view code) {
    json.open_object();
    json.open_array("coding");
    json.open_object();
    json.text("system", system);
    json.text("code", code);
    json.close_object();
    json.close_array();
    json.close_object();
}

std::string notes_of(const matcher::Hub& hub, const SeatsAhead& seats) {
    std::string notes = fmt::format("Free: {} of {} places, {} of {} devices, {} of {} SIMs",
                                    of(hub, matcher::UnitKind::place).free(),
                                    of(hub, matcher::UnitKind::place).total,
                                    of(hub, matcher::UnitKind::device).free(),
                                    of(hub, matcher::UnitKind::device).total,
                                    of(hub, matcher::UnitKind::sim).free(),
                                    of(hub, matcher::UnitKind::sim).total);
    if (seats.sessions != 0) {
        notes += fmt::format(", {} of {} seats at coming sessions", seats.free, seats.all);
    }
    return notes + '.';
}

void write_capacity(JsonWriter& json, const matcher::Hub& hub, matcher::Timestamp now) {
    json.open_array("extension");
    json.open_object();
    json.open_array("extension");
    json.open_object();
    json.text("url", "capacityStatus");
    json.key("valueCodeableConcept");
    write_coded(json, std::string(sdoh) + "/CodeSystem/SDOHCC-CodeSystemTemporaryCodes",
                capacity_status(hub, now));
    json.close_object();
    json.open_object();
    json.text("url", "capacityNotes");
    json.text("valueString", notes_of(hub, seats_ahead(hub, now)));
    json.close_object();
    json.close_array();
    json.text("url", std::string(sdoh) +
                         "/StructureDefinition/SDOHCC-ExtensionHealthcareServiceCapacityStatus");
    json.close_object();
    json.close_array();
}

void write_needs(JsonWriter& json, const matcher::HubProfile& profile, std::string_view base_url) {
    if (profile.needs.empty()) {
        return;
    }
    json.open_array("type");  // the search parameter is called service-type
    const auto needs = matcher::names<matcher::Need>();
    for (std::size_t i = 0; i < needs.size(); ++i) {
        if (profile.needs.has(static_cast<matcher::Need>(i))) {
            write_coded(json, std::string(base_url) + "/CodeSystem/hubward-need", needs[i]);
        }
    }
    json.close_array();
}

}  // namespace

std::string_view capacity_status(const matcher::Hub& hub, matcher::Timestamp now) {
    const matcher::Capacity& places = of(hub, matcher::UnitKind::place);
    if (!hub.profile.active) {
        return "no-capacity";
    }
    // A seat at a session is a place with a date; of it the hub has spoken apart from its running places,
    // which nobody gets while it is closed.
    const bool closed = hub.profile.closures.at(now);
    if ((!closed && places.free() > 0) || matcher::free_seats(hub.sessions, now) > 0) {
        return "capacity";
    }
    if (closed) {
        return "no-capacity";
    }
    if (places.doubted() && places.maximum > 0) {
        return "additional-assessment-required";
    }
    // A full hub that says how long the wait is has people wait.
    return hub.profile.wait_days != matcher::wait_not_stated ? "waitlist" : "no-capacity";
}

std::string encode_healthcare_service(const matcher::Hub& hub, std::string_view name,
                                      std::string_view base_url, matcher::Timestamp now) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "HealthcareService");
    json.text("id", hub.profile.slug.view());
    json.open_object("meta");
    json.text("versionId", std::to_string(hub.version));
    auto updated = hub.capacity.front().updated;
    for (const auto& capacity : hub.capacity) {
        updated = std::max(updated, capacity.updated);
    }
    for (const matcher::Session& session : hub.sessions) {
        updated = std::max(updated, session.published);
    }
    json.text("lastUpdated", time_text(updated));
    json.open_array("profile");
    json.text(std::string(sdoh) + "/StructureDefinition/SDOHCC-HealthcareService");
    json.close_array();
    json.close_object();
    write_capacity(json, hub, now);
    json.boolean("active", hub.profile.active);
    write_needs(json, hub.profile, base_url);
    json.text("name", name);
    if (hub.profile.is_virtual) {
        json.text("comment", "By phone or video.");
    }
    write_availability(json, hub.profile, now);
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
