// SPDX-License-Identifier: Apache-2.0
//
// What a hub has room for: one tap says "still right", one tap counts up or down, or numbers are
// written. The router only sends people to free places, so this page decides who comes.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/link_page.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/settled.hpp"

namespace hubward::server::pages {
namespace {

// Older numbers are asked about in colour.
constexpr std::chrono::hours stale_after{24 * 7};

using Totals = matcher::Units;

// What a form asks for: one button names one number ("set" = "place=12"), or every field counts.
// Nothing when a number is none or out of range.
std::optional<Totals> totals_of(const Form& form, const matcher::Hub& hub) {
    Totals totals{};
    const std::string_view one = form.value("set");
    const auto equals = one.find('=');
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        const std::string_view kind = matcher::name(static_cast<matcher::UnitKind>(i));
        totals[i] = hub.capacity[i].maximum;
        std::optional<std::uint32_t> wanted;
        if (form.value("do") == "confirm" || (!one.empty() && one.substr(0, equals) != kind)) {
            continue;
        }
        wanted = one.empty() ? form.number(kind) : whole_number(one.substr(equals + 1));
        if (!wanted || *wanted > matcher::limits::units_max) {
            return std::nullopt;
        }
        totals[i] = static_cast<std::uint16_t>(*wanted);
    }
    return totals;
}

}  // namespace

Model::List unit_rows(const Words& words, const matcher::Hub& hub, matcher::Timestamp now) {
    Model::List rows;
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        const matcher::Capacity& units = hub.capacity[i];
        const std::string_view kind = matcher::name(static_cast<matcher::UnitKind>(i));
        const bool never = units.updated.ms == 0;
        Model row;
        row.set("kind", kind);
        row.set("label", words.text("unit", kind));
        // As last stated: a decline lowers what counts, and one tap on "still right" restores it.
        row.set("total", units.maximum);
        row.set("less", units.maximum == 0 ? 0 : units.maximum - 1);
        row.set("more", std::min<unsigned>(units.maximum + 1U, matcher::limits::units_max));
        row.set("at_least", units.maximum == 0);
        row.set("free_of", words.say("capacity", "free_of", {{"free", std::int64_t{units.free()}},
                                                             {"total", std::int64_t{units.maximum}}}));
        row.set("none_free", units.free() == 0);
        row.set("stale", never || units.declines != 0 || now - units.updated > stale_after);
        row.set("updated", never ? std::string(words.text("capacity", "never"))
                                 : words.say("capacity", "confirmed",
                                             {{"ago", words.ago(units.updated, now)}}));
        rows.push_back(std::move(row));
    }
    return rows;
}

http::Task<http::Response> get_capacity(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(visit.style, 404);
    }
    Model content;
    content.set("here", fmt::format("/hub/{}", own->hub.profile.slug.view()));
    content.set("units", unit_rows(visit.words(), own->hub, services->clock.now()));
    content.set("version", own->hub.version);
    content.set("key", api::new_request_id());
    content.set("opening", opening_of(visit.words(), own->hub, services->clock.now()));
    content.set("may_code", visit.codes != nullptr);
    content.set("has_code", visit.codes != nullptr &&
                                visit.codes->usable(visit.principal.subject));
    Model frame;
    frame.set("flash", flash_of(visit));
    frame.set("whose", own->name);
    frame.set("nav", hub_nav(visit.words(), own->hub, HubPage::capacity));
    co_return page(visit.style, 200, "capacity", visit.words().text("page", "capacity_title"),
                   std::move(content), std::move(frame));
}

http::Task<CapacityDone> report_capacity(api::Services* services, Visit visit, matcher::Hub hub) {
    const bool confirm = visit.form.value("do") == "confirm";
    const auto totals = totals_of(visit.form, hub);
    if (!totals) {
        co_return CapacityDone{422, "numbers"};
    }
    // The form's version guards the first command; each one after it rests on our own before.
    std::uint32_t version = confirm ? 0 : visit.form.number("version").value_or(0);
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        const matcher::Capacity& units = hub.capacity[i];
        const bool nothing_new = units.maximum == (*totals)[i] && units.total == units.maximum;
        if (!confirm && nothing_new && !units.doubted()) {
            continue;
        }
        matcher::SetCapacity command;
        command.hub = hub.profile.id;
        command.kind = static_cast<matcher::UnitKind>(i);
        command.total = (*totals)[i];
        command.expected_version = std::exchange(version, 0);
        matcher::Envelope letter = envelope(*services, visit, command, {});
        const auto done =
            co_await services->gateway.submit(visit.request.thread, std::move(letter));
        if (!done) {
            co_return CapacityDone{status_for(done.error()), word_for(done.error().why)};
        }
    }
    co_return CapacityDone{200, confirm ? "confirmed" : "capacity"};
}

http::Task<http::Response> set_capacity(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(visit.style, 404);
    }
    const bool from_list = visit.form.value("from") == "list";
    const std::string page = fmt::format("/hub/{}{}", own->hub.profile.slug.view(),
                                         from_list ? "" : "/capacity");
    Visit taken = std::move(visit);
    const CapacityDone done = co_await report_capacity(services, std::move(taken), own->hub);
    co_return see_other(fmt::format("{}?{}={}", page, done.good() ? "done" : "refused", done.word));
}

// The second factor of one-link answers: whoever has a link and this word sees the person's contact.
http::Task<http::Response> set_code_word(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own || visit.codes == nullptr) {
        co_return error_page(visit.style, 404);
    }
    const std::string page = fmt::format("/hub/{}/capacity", own->hub.profile.slug.view());
    const std::string_view word = visit.form.value("word");
    if (word.size() < code_word_min || word.size() > code_word_max) {
        co_return see_other(page + "?refused=code_short");
    }
    using Answer = storage::HubCodes::Answer;
    const std::string& hub = visit.principal.subject;
    auto pending = visit.codes->set(hub, code_word(*services, hub, word));
    const Answer answer = co_await settled(std::move(pending), Answer::not_yet, services->answer_deadline);
    // A write that is still under way may yet go well: that nothing was done would not be true.
    co_return see_other(page + (answer == Answer::kept      ? "?done=code"
                                : answer == Answer::not_yet ? "?refused=code_slow"
                                                            : "?refused=again"));
}

}  // namespace hubward::server::pages
