// SPDX-License-Identifier: Apache-2.0
//
// When a hub is open: its week and its closed days, written by its own staff. Waits run on these hours and
// nobody is sent to a closed door, so this page decides how long people wait.
#include <algorithm>

#include <fmt/format.h>

#include "server/pages/closed_days_form.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/opening_form.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/restate.hpp"
#include "server/wire/closed_days_json.hpp"
#include "server/wire/hours_json.hpp"

namespace hubward::server::pages {
namespace {

std::string here_of(const matcher::Hub& hub) {
    return fmt::format("/hub/{}", hub.profile.slug.view());
}

std::string days_text(const Words& words, const matcher::Closures::Time& time) {
    const std::string first = words.day(time.from);
    const std::string last = words.day(time.to + std::chrono::milliseconds(-1));
    return first == last ? first : words.say("page", "h_span", {{"first", first}, {"last", last}});
}

Model::List closed_rows(const Words& words, const matcher::Hub& hub, matcher::Timestamp now) {
    Model::List rows;
    for (const auto& time : wire::still_ahead(hub.profile.closures, now).times) {
        if (time.from != time.to) {
            Model row;
            row.set("days", std::string_view(days_text(words, time)));
            row.set("begins", std::string_view(wire::date_text(wire::days_of(time).first)));
            row.set("now", time.from <= now);
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

// The fields of a day as they were typed, else as they stand.
void set_fields(Model& row, const Form& typed, const matcher::Hub& hub, std::size_t day) {
    Model::List spans;
    for (std::size_t i = 0; i < 2; ++i) {
        const matcher::Span& span = hub.profile.hours.days[day][i];
        const bool shown = span.open != span.close;
        Model fields;
        fields.set("again", i == 1);
        for (const bool from : {true, false}) {
            const std::string id = hour_field(day, i, from);
            const std::string stands = shown ? hour_text(from ? span.open : span.close) : std::string();
            fields.set(from ? "from_id" : "to_id", std::string_view(id));
            fields.set(from ? "from" : "to", typed.value("do") == "week" ? typed.value(id) : stands);
        }
        spans.push_back(std::move(fields));
    }
    row.set("spans", std::move(spans));
}

Model::List day_rows(const Visit& visit, const matcher::Hub& hub, const std::vector<OpeningFault>& faults) {
    Model::List rows;
    for (std::size_t day = 0; day < wire::weekdays.size(); ++day) {
        const std::string_view key = wire::weekdays[day];
        Model row;
        row.set("key", key);
        row.set("label", visit.words().text("weekday", key));
        set_fields(row, visit.form, hub, day);
        for (const OpeningFault& fault : faults) {
            if (fault.field.starts_with(key)) {
                row.set("fault", visit.words().text("page", fault.text));
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

// Whoever closes is told who still waits for an answer.
std::string waiting_text(const Words& words, const OwnHub& own) {
    const std::size_t n = own.waiting.size() + own.waiting_more;
    return n == 0 ? std::string()
                  : words.say("page", "h_waiting", {{"n", static_cast<std::int64_t>(n)}});
}

http::Response hours_page(const Visit& visit, const OwnHub& own, matcher::Timestamp now,
                          const std::vector<OpeningFault>& faults) {
    const Words& words = visit.words();
    Model content;
    content.set("here", here_of(own.hub));
    content.set("version", own.hub.version);
    content.set("days", day_rows(visit, own.hub, faults));
    Model::List closed = closed_rows(words, own.hub, now);
    content.set("none_closed", closed.empty());
    content.set("closed", std::move(closed));
    content.set("waiting", std::string_view(waiting_text(words, own)));
    // Closing cancels their sessions, and then the contact details close.
    content.set("seated", std::ranges::any_of(own.hub.sessions, [&](const matcher::Session& session) {
        return session.takes(now) && session.used != 0;
    }));
    content.set("today", std::string_view(wire::date_text(wire::in_london(now).date)));
    content.set("first", visit.form.value("first"));
    content.set("last", visit.form.value("last"));
    Model::List list;
    for (const OpeningFault& fault : faults) {
        Model one;
        one.set("field", std::string_view(fault.field));
        const auto day = std::ranges::find_if(
            wire::weekdays, [&](std::string_view key) { return fault.field.starts_with(key); });
        one.set("text", day == wire::weekdays.end()
                            ? std::string(words.text("page", fault.text))
                            : fmt::format("{}: {}", words.text("weekday", *day), words.text("page", fault.text)));
        list.push_back(std::move(one));
        content.set(fmt::format("e_{}", fault.field), words.text("page", fault.text));
    }
    content.set("has_faults", !list.empty());
    content.set("faults", std::move(list));
    Model frame;
    frame.set("flash", flash_of(visit));
    frame.set("whose", own.name);
    frame.set("nav", hub_nav(words, own.hub, HubPage::capacity));
    const std::string_view title = words.text("page", "h_title");
    return page(visit.style, faults.empty() ? 200 : 422, "hours",
                faults.empty() ? std::string(title) : fmt::format("{}: {}", words.text("page", "n_problem"), title),
                std::move(content), std::move(frame));
}

// Back to the page, with what became of it. Whoever was overtaken finds what they typed, in the fields whose fault says so,
// and sends it again on top of what the hub says of itself now.
http::Task<http::Response> say_again(api::Services* services, Visit visit, matcher::Hub hub,
                                     std::string_view done_word, std::string_view typed_in) {
    const std::string path = here_of(hub) + "/hours";
    Visit copy = visit;
    const auto refused = co_await restate(services, std::move(copy), std::move(hub));
    if (refused == matcher::Refused::version_changed && !typed_in.empty()) {
        const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
        co_return own ? hours_page(visit, *own, services->clock.now(), {{std::string(typed_in), "h_e_changed"}})
                      : error_page(visit.style, 404);
    }
    co_return see_other(fmt::format("{}?{}={}", path, refused ? "refused" : "done",
                                    refused ? word_for(*refused) : done_word));
}

}  // namespace

Model opening_of(const Words& words, const matcher::Hub& hub, matcher::Timestamp now) {
    Model opening;
    Model::List days;
    for (std::size_t day = 0; day < wire::weekdays.size() && hub.profile.hours.stated(); ++day) {
        std::string times;
        for (const matcher::Span& span : hub.profile.hours.days[day]) {
            if (span.open != span.close) {
                times += times.empty() ? "" : words.text("list", "comma");
                times += fmt::format("{}–{}", hour_text(span.open), hour_text(span.close));
            }
        }
        Model row;
        row.set("label", words.text("weekday", wire::weekdays[day]));
        row.set("times", std::string_view(times));
        days.push_back(std::move(row));
    }
    opening.set("stated", !days.empty());
    opening.set("days", std::move(days));
    Model::List closed = closed_rows(words, hub, now);
    opening.set("none_closed", closed.empty());
    opening.set("closed", std::move(closed));
    return opening;
}

http::Task<http::Response> get_hours(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    co_return own ? hours_page(visit, *own, services->clock.now(), {}) : error_page(visit.style, 404);
}

http::Task<http::Response> set_hours(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(visit.style, 404);
    }
    const matcher::Timestamp now = services->clock.now();
    matcher::Hub hub = own->hub;
    hub.profile.closures = wire::still_ahead(hub.profile.closures, now);  // nobody needs those that are over
    if (visit.form.value("do") == "week") {
        const auto week = week_of(visit.form, hub.profile.hours);
        if (!week) {
            co_return hours_page(visit, *own, now, week.error());
        }
        hub.profile.hours = *week;
        co_return co_await say_again(services, std::move(visit), std::move(hub), "hours", "week");
    }
    if (const auto first = wire::parse_date(visit.form.value("remove"))) {
        hub.profile.closures = without_closed_days(hub.profile.closures, *first);
    } else {
        const auto closures = with_closed_days(hub.profile.closures, visit.form, now);
        if (!closures) {
            co_return hours_page(visit, *own, now, {closures.error()});
        }
        hub.profile.closures = *closures;
    }
    const std::string_view typed_in = visit.form.value("do") == "close" ? "first" : "";
    co_return co_await say_again(services, std::move(visit), std::move(hub), "closed_days", typed_in);
}

}  // namespace hubward::server::pages
