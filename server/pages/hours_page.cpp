// SPDX-License-Identifier: Apache-2.0
//
// When a hub is open, written by its own staff. Waits run on these hours, so this page decides how long
// people wait.
#include <algorithm>

#include <fmt/format.h>

#include "server/pages/handlers.hpp"
#include "server/pages/opening_form.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/restate.hpp"
#include "server/wire/hours_json.hpp"

namespace hubward::server::pages {
namespace {

std::string here_of(const matcher::Hub& hub) {
    return fmt::format("/hub/{}", hub.profile.slug.view());
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

http::Response hours_page(const Visit& visit, const OwnHub& own,
                          const std::vector<OpeningFault>& faults) {
    const Words& words = visit.words();
    Model content;
    content.set("here", here_of(own.hub));
    content.set("version", own.hub.version);
    content.set("days", day_rows(visit, own.hub, faults));
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

}  // namespace

Model opening_of(const Words& words, const matcher::Hub& hub) {
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
    return opening;
}

http::Task<http::Response> get_hours(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    co_return own ? hours_page(visit, *own, {}) : error_page(visit.style, 404);
}

http::Task<http::Response> set_hours(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(visit.style, 404);
    }
    const auto week = week_of(visit.form, own->hub.profile.hours);
    if (!week) {
        co_return hours_page(visit, *own, week.error());
    }
    const std::string path = here_of(own->hub) + "/hours";
    matcher::Hub changed = own->hub;
    changed.profile.hours = *week;
    Visit taken = std::move(visit);
    const auto refused = co_await restate(services, std::move(taken), std::move(changed));
    co_return see_other(fmt::format("{}?{}={}", path, refused ? "refused" : "done",
                                    refused ? word_for(*refused) : "hours"));
}

}  // namespace hubward::server::pages
