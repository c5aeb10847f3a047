// SPDX-License-Identifier: Apache-2.0
//
// One slot of a hub's week: made, changed, ended. Its dates are sessions four weeks ahead.
#include <algorithm>

#include <fmt/format.h>

#include "server/pages/handlers.hpp"
#include "server/pages/opening_form.hpp"
#include "server/pages/restate.hpp"
#include "server/pages/session_form.hpp"
#include "server/pages/session_words.hpp"
#include "server/wire/hours_json.hpp"

namespace hubward::server::pages {
namespace {

struct OwnSlot {
    OwnHub own;
    std::size_t row = 0;
    bool fresh = false;
    std::string list;
};

// Nothing when the hub is not the visitor's, the address names no slot of it, or no more fits.
std::optional<OwnSlot> own_slot(api::Services& services, const Visit& visit) {
    auto own = own_hub(services, visit.principal, visit.request.param("slug"));
    if (!own) {
        return std::nullopt;
    }
    const auto& slots = own->hub.profile.weekly;
    OwnSlot found;
    found.fresh = visit.request.param("slot") == "new";
    found.row = found.fresh ? static_cast<std::size_t>(
                                  std::ranges::find(slots, 0, &matcher::WeeklySlot::seats) - slots.begin())
                            : whole_number(visit.request.param("slot")).value_or(0) - std::size_t{1};
    if (found.row >= slots.size() || (!found.fresh && slots[found.row].seats == 0)) {
        return std::nullopt;
    }
    found.list = fmt::format("/hub/{}/sessions", own->hub.profile.slug.view());
    found.own = *std::move(own);
    return found;
}

http::Response slot_page(const Visit& visit, const OwnSlot& it, const std::vector<FieldFault>& faults,
                         std::string_view refused = {}) {
    const Words& words = visit.words();
    const matcher::WeeklySlot& stands = it.own.hub.profile.weekly[it.row];
    const bool typed = visit.request.verb == http::Verb::post;
    const auto field = [&](const char* name, std::string otherwise) {
        return typed ? std::string(visit.form.value(name)) : it.fresh ? std::string() : std::move(otherwise);
    };
    const std::string day = field("day", std::string(wire::weekdays[stands.day]));
    matcher::NeedSet chosen = stands.needs;
    if (typed) {
        chosen = {};
        for (const std::string_view code : visit.form.values("needs")) {
            if (const auto need = matcher::parse<matcher::Need>(code)) {
                chosen.add(*need);
            }
        }
    }
    Model::List days;
    for (const std::string_view key : wire::weekdays) {
        Model one;
        one.set("code", key);
        one.set("text", words.text("weekday", key));
        one.set("chosen", key == day);
        days.push_back(std::move(one));
    }
    Model content;
    content.set("list", std::string_view(it.list));
    content.set("path", fmt::format("/hub/{}/weekly/{}", it.own.hub.profile.slug.view(),
                                    visit.request.param("slot")));
    content.set("fresh", it.fresh);
    content.set("days", std::move(days));
    content.set("from", field("from", hour_text(stands.span.open)));
    content.set("to", field("to", hour_text(stands.span.close)));
    content.set("seats", field("seats", std::to_string(stands.seats)));
    content.set("needs", need_boxes(words, it.own.hub.profile, chosen));
    content.set("some", !chosen.empty());
    content.set("version", it.own.hub.version);
    set_faults(content, words, faults);
    Model frame;
    frame.set("flash", refused.empty() ? Model() : flash(false, words.text("flash", refused), {}));
    frame.set("whose", it.own.name);
    frame.set("nav", hub_nav(words, it.own.hub, HubPage::sessions));
    const std::string_view title = words.text("page", it.fresh ? "s_weekly_new" : "s_weekly_one");
    content.set("title", title);
    return page(visit.style, !faults.empty() ? 422 : refused.empty() ? 200 : 412, "weekly",
                faults.empty() ? std::string(title) : fmt::format("{}: {}", words.text("page", "n_problem"), title),
                std::move(content), std::move(frame));
}

}  // namespace

http::Task<http::Response> get_weekly(api::Services* services, Visit visit) {
    const auto it = own_slot(*services, visit);
    co_return it ? slot_page(visit, *it, {}) : error_page(visit.style, 404);
}

http::Task<http::Response> set_weekly(api::Services* services, Visit visit) {
    const auto it = own_slot(*services, visit);
    if (!it) {
        co_return error_page(visit.style, 404);
    }
    const bool end = visit.form.value("do") == "end" && !it->fresh;
    std::expected<matcher::WeeklySlot, std::vector<FieldFault>> slot = matcher::WeeklySlot{};
    if (!end) {
        slot = slot_of(visit.form);
    }
    if (!slot) {
        co_return slot_page(visit, *it, slot.error());
    }
    matcher::Hub changed = it->own.hub;
    changed.profile.weekly[it->row] = *slot;
    if (!matcher::sound(changed.profile.weekly)) {
        co_return slot_page(visit, *it, {{"from", "s_e_twice"}});
    }
    Visit copy = visit;
    const auto refused = co_await restate(services, std::move(copy), std::move(changed));
    if (refused) {
        const auto now = own_slot(*services, visit);
        co_return slot_page(visit, now ? *now : *it, {}, word_for(*refused));
    }
    co_return see_other(fmt::format("{}?done={}", it->list, end ? "slot_ended" : "slot_saved"));
}

}  // namespace hubward::server::pages
