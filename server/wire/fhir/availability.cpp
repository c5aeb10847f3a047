// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/availability.hpp"

#include <fmt/format.h>

#include "server/wire/closed_days_json.hpp"
#include "server/wire/hours_json.hpp"

namespace hubward::server::wire::fhir {
namespace {

// FHIR has no 24:00.
std::string time_of_day(std::uint16_t minute) {
    return minute == matcher::minutes_of_day ? "23:59:59"
                                             : fmt::format("{:02}:{:02}:00", minute / 60, minute % 60);
}

void write_span(JsonWriter& json, std::string_view day, const matcher::Span& span) {
    json.open_object();
    json.open_array("daysOfWeek");
    json.text(day);
    json.close_array();
    if (span == matcher::Span{0, matcher::minutes_of_day}) {
        json.boolean("allDay", true);
    } else {
        json.text("availableStartTime", time_of_day(span.open));
        json.text("availableEndTime", time_of_day(span.close));
    }
    json.close_object();
}

void write_available(JsonWriter& json, const matcher::Week& week) {
    json.open_array("availableTime");
    for (std::size_t day = 0; day < weekdays.size(); ++day) {
        for (const matcher::Span& span : week.days[day]) {
            if (span.open != span.close) {
                write_span(json, weekdays[day], span);
            }
        }
    }
    json.close_array();
}

void write_closed(JsonWriter& json, const matcher::Closures& closures) {
    json.open_array("notAvailable");
    for (const auto& time : closures.times) {
        if (time.from != time.to) {
            const Days days = days_of(time);
            json.open_object();
            json.text("description", "The hub is closed.");
            json.open_object("during");
            json.text("start", date_text(days.first));
            json.text("end", date_text(days.last));
            json.close_object();
            json.close_object();
        }
    }
    json.close_array();
}

}  // namespace

void write_availability(JsonWriter& json, const matcher::HubProfile& hub, matcher::Timestamp now) {
    if (hub.hours.stated()) {
        write_available(json, hub.hours);
    }
    if (const auto ahead = still_ahead(hub.closures, now); ahead != matcher::Closures()) {
        write_closed(json, ahead);
    }
}

}  // namespace hubward::server::wire::fhir
