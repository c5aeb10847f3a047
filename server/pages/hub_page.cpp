// SPDX-License-Identifier: Apache-2.0
//
// The worklist of a hub: who waits for an answer, who is in its care, what it has room for.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/page.hpp"
#include "server/pages/texts.hpp"
#include "server/wire/calendar.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::chrono::hours soon{4};

std::string offer_path(const matcher::Hub& hub, const OfferAt& at) {
    return fmt::format("/hub/{}/offers/{}", hub.profile.slug.view(),
                       wire::offer_id_text(at.id, at.offer.ordinal));
}

Model waiting_row(const OwnHub& own, const OfferAt& at, matcher::Timestamp now) {
    Model row;
    row.set("id", wire::offer_id_text(at.id, at.offer.ordinal));
    row.set("path", offer_path(own.hub, at));
    row.set("key", api::new_request_id());
    row.set("reference", wire::readable_reference(at.index));
    row.set("needs", needs_text(at.ask, at.offer.needs));
    row.set("urgent", at.ask.urgency == matcher::Urgency::urgent);
    row.set("seen", at.offer.status == matcher::OfferStatus::received);
    row.set("language", language_text(at.ask));
    row.set("access", access_text(at.ask.access));
    row.set("distance", distance_text(at.offer.distance));
    row.set("made", ago(at.offer.made, now));
    row.set("left", left(at.offer.answer_by, now));
    row.set("late", at.offer.answer_by - now < soon);
    row.set("answer_by", wire::london_text(at.offer.answer_by));
    row.set("answer_by_machine", wire::time_text(at.offer.answer_by));
    return row;
}

Model person_row(const OwnHub& own, const OfferAt& at) {
    Model row;
    row.set("path", offer_path(own.hub, at));
    row.set("reference", wire::readable_reference(at.index));
    row.set("needs", needs_text(at.ask, at.offer.needs));
    row.set("status", text("status", matcher::name(at.offer.status)));
    row.set("language", language_text(at.ask));
    row.set("since", at.offer.answered == matcher::never ? std::string("–")
                                                         : wire::london_text(at.offer.answered));
    return row;
}

Model::List unit_rows(const matcher::Hub& hub, matcher::Timestamp now) {
    Model::List rows;
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        const matcher::Capacity& units = hub.capacity[i];
        const std::string_view kind = matcher::name(static_cast<matcher::UnitKind>(i));
        Model row;
        row.set("kind", kind);
        row.set("label", text("unit", kind));
        row.set("total", units.total);
        row.set("free", units.free());
        row.set("updated", units.updated.ms == 0
                               ? std::string(text("time", "never"))
                               : with(text("time", "confirmed"), "ago", ago(units.updated, now)));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model content_of(const OwnHub& own, matcher::Timestamp now) {
    Model::List waiting;
    Model::List people;
    std::size_t urgent = 0;
    std::size_t due_soon = 0;
    for (const OfferAt& at : own.waiting) {
        urgent += at.ask.urgency == matcher::Urgency::urgent ? 1U : 0U;
        due_soon += at.offer.answer_by - now < soon ? 1U : 0U;
        waiting.push_back(waiting_row(own, at, now));
    }
    for (const OfferAt& at : own.in_care) {
        people.push_back(person_row(own, at));
    }
    Model content;
    content.set("name", own.name);
    content.set("here", fmt::format("/hub/{}", own.hub.profile.slug.view()));
    content.set("waiting", own.waiting.size() + own.waiting_more);
    content.set("urgent", urgent != 0);
    content.set("urgent_count", urgent);
    content.set("soon", due_soon);
    content.set("in_care", own.in_care.size());
    content.set("has_offers", !waiting.empty());
    content.set("offers", std::move(waiting));
    content.set("hidden_count", own.waiting_more == 0 ? std::string()
                                                      : std::to_string(own.waiting_more));
    content.set("has_people", !people.empty());
    content.set("people", std::move(people));
    content.set("reasons", decline_reasons());
    content.set("units", unit_rows(own.hub, now));
    content.set("version", own.hub.version);
    content.set("key", api::new_request_id());
    return content;
}

}  // namespace

Model::List decline_reasons() {
    Model::List reasons;
    const auto names = matcher::names<matcher::Reason>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (matcher::hub_may_decline_with(static_cast<matcher::Reason>(i))) {
            Model reason;
            reason.set("code", names[i]);
            reason.set("text", text("reason", names[i]));
            reasons.push_back(std::move(reason));
        }
    }
    return reasons;
}

http::Task<http::Response> get_hub(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(404);
    }
    const std::string stream = fmt::format("hub/{}", own->hub.profile.slug.view());
    Model frame;
    frame.set("flash", flash_of(*services, visit));
    frame.set("whose", own->name);
    frame.set("live", true);
    frame.set("stream", stream);
    frame.set("epoch", services->events.bounds(stream).epoch);
    // The position of exactly what this page shows: out of the same look at the view.
    frame.set("head", own->hub.feed_head);
    frame.set("words", group_json("live"));
    co_return page(200, "hub", own->name, content_of(*own, services->clock.now()),
                   std::move(frame));
}

}  // namespace hubward::server::pages
