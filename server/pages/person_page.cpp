// SPDX-License-Identifier: Apache-2.0
//
// One referral as the hub sees it: what was asked, what happened, and after accepting, who it is.
#include <ranges>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/api/referral_events.hpp"
#include "server/pages/details_rows.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/page.hpp"
#include "server/pages/texts.hpp"
#include "server/wire/calendar.hpp"

namespace hubward::server::pages {
namespace {

Model::List need_rows(const OfferAt& at, bool only_open) {
    Model::List rows;
    for (std::size_t i = 0; i < at.ask.need_count; ++i) {
        const bool open = at.needs[i].outcome == matcher::Outcome::none;
        if ((at.offer.needs >> i & 1) == 0 || (only_open && !open)) {
            continue;
        }
        Model row;
        row.set("index", i);
        row.set("text", text("need", matcher::name(at.ask.needs[i])));
        row.set("outcome",
                open ? std::string_view() : text("outcome", matcher::name(at.needs[i].outcome)));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model::List outcomes() {
    Model::List list;
    for (const std::string_view name : matcher::names<matcher::Outcome>() | std::views::drop(1)) {
        Model outcome;
        outcome.set("code", name);
        outcome.set("text", text("outcome", name));
        list.push_back(std::move(outcome));
    }
    return list;
}

Model::List story_of(api::Services& services, const Visit& visit, const OfferAt& at,
                     matcher::Timestamp now) {
    Model::List list;
    const auto told = api::events_told(services, visit.principal, at.id);
    if (!told) {
        return list;
    }
    for (const api::Told& one : *told) {
        const matcher::Timestamp then = one.event.entry->at;
        Model item;
        item.set("text", wire::story(*one.event.entry, *one.event.event, one.subject));
        item.set("at", wire::london_text(then));
        item.set("machine", wire::time_text(then));
        item.set("ago", ago(then, now));
        list.push_back(std::move(item));
    }
    return list;
}

http::Response person_page(api::Services& services, const Visit& visit, const OfferAt& at,
                           Model::List details) {
    const matcher::Timestamp now = services.clock.now();
    const std::string here = fmt::format("/hub/{}", visit.principal.subject);
    const std::string reference = wire::readable_reference(at.index);
    const bool open = waits(at.offer.status);
    const bool mine = is_in_care(at.offer.status);
    Model content;
    content.set("here", here);
    content.set("path",
                fmt::format("{}/offers/{}", here, wire::offer_id_text(at.id, at.offer.ordinal)));
    content.set("key", api::new_request_id());
    content.set("reference", reference);
    content.set("status", text("status", matcher::name(at.offer.status)));
    content.set("urgent", at.ask.urgency == matcher::Urgency::urgent);
    content.set("language", language_text(at.ask));
    content.set("access", access_text(at.ask.access));
    content.set("distance", distance_text(at.offer.distance));
    content.set("left", left(at.offer.answer_by, now));
    content.set("open", open);
    content.set("mine", mine);
    content.set("closed", !open && !mine);
    content.set("may_start", at.offer.status == matcher::OfferStatus::accepted);
    content.set("needs", need_rows(at, false));
    content.set("open_needs", mine ? need_rows(at, true) : Model::List());
    content.set("outcomes", outcomes());
    content.set("reasons", decline_reasons());
    content.set("has_details", !details.empty());
    content.set("details", std::move(details));
    content.set("story", story_of(services, visit, at, now));
    Model frame;
    frame.set("flash", flash_of(services, visit));
    return page(200, "person", reference, std::move(content), std::move(frame));
}

std::optional<OfferAt> offer_of(api::Services& services, const Visit& visit) {
    return own_offer(services, visit.principal, visit.request.param("slug"),
                     visit.request.param("id"));
}

}  // namespace

http::Task<http::Response> get_person(api::Services* services, Visit visit) {
    const auto at = offer_of(*services, visit);
    if (!at) {
        co_return error_page(404);
    }
    co_return person_page(*services, visit, *at, {});
}

// The audit entry is durable before the first byte is opened.
http::Task<http::Response> show_details(api::Services* services, Visit visit) {
    const auto before = offer_of(*services, visit);
    if (!before) {
        co_return error_page(404);
    }
    matcher::DiscloseDetails command;
    command.referral = before->id;
    matcher::Envelope letter = envelope(*services, visit, command, {});
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (!done) {
        const bool refused = done.error().why == matcher::Refused::not_found ||
                             done.error().why == matcher::Refused::state_forbids;
        co_return refused ? error_page(404) : error_page(503);
    }
    const auto facts = services->view.look([&](const View& view) {
        const auto index = view.state().find(before->id);
        const matcher::Referral& referral = view.state().at(*index);
        return std::pair(referral.submitted_at, referral.key_slot);
    });
    const auto written = services->events.entry(facts.first);
    if (!written || written->entry == nullptr) {
        co_return error_page(503);
    }
    const auto details = services->vault.open(before->id, facts.second, written->entry->payload);
    if (!details) {
        co_return error_page(503);
    }
    const auto after = offer_of(*services, visit);
    co_return person_page(*services, visit, after ? *after : *before, details_rows(*details));
}

}  // namespace hubward::server::pages
