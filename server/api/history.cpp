// SPDX-License-Identifier: Apache-2.0
//
// GET /v1/referrals/{id}/history: what happened, as codes for machines and sentences for people.
#include "server/api/handlers.hpp"
#include "server/api/referral_events.hpp"
#include "server/api/seen.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::api {
namespace {

void write(wire::JsonWriter& json, const Told& told, const auth::Principal& who) {
    const matcher::Entry& entry = *told.event.entry;
    json.open_object();
    json.integer("number", told.event.number);
    json.text("at", wire::time_text(entry.at));
    json.text("event", matcher::event_name(*told.event.event));
    json.open_object("by");
    json.text("role", matcher::name(entry.actor.role));
    // Another organisation's name is told to those who see the whole referral.
    if (who.role != matcher::Role::hub || entry.actor.subject.view() == who.subject ||
        entry.actor.role == matcher::Role::practice) {
        json.text_unless_empty("name", entry.actor.subject.view());
    }
    json.close_object();
    if (told.subject.ordinal != 0) {
        json.text("offer", wire::offer_id_text(told.subject.referral, told.subject.ordinal));
        json.text_unless_empty("hub", told.subject.hub.slug);
    }
    json.text("story", wire::story(entry, *told.event.event, told.subject));
    json.close_object();
}

}  // namespace

http::Task<Outcome> get_history(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    const auto told = id ? events_told(*services, call.principal, *id) : std::nullopt;
    if (!told) {
        co_return fail("not-found", "There is no such referral, or it is not yours to see.");
    }
    std::string body;
    wire::JsonWriter writer(body);
    writer.open_object();
    writer.text("referral", wire::id_text(*id));
    writer.open_array("items");
    for (const Told& one : *told) {
        write(writer, one, call.principal);
    }
    writer.close_array();
    writer.close_object();
    http::Response response = json(200, std::move(body));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
