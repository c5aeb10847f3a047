// SPDX-License-Identifier: Apache-2.0
//
// What the forms do. Each sends the same command as the API would, then goes back to a page that
// says in words what came of it; so a reload never does anything twice, and the form's key makes a
// double click harmless.
#include <fmt/format.h>

#include "server/api/referral_events.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/page.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {
namespace {

// The word of the group "flash" for a refusal.
std::string_view word_for(matcher::Refused why) {
    switch (why) {
        using enum matcher::Refused;
        case not_found:
            return "missing";
        case state_forbids:
            return "conflict";
        case version_changed:
            return "changed";
        case reason_invalid:
            return "reason";
        case outcome_invalid:
            return "outcome_wrong";
        case units_out_of_range:
            return "numbers";
        case consent_missing:
        case needs_missing:
        case id_taken:
        case live_duplicate:
        case policy_invalid:
        case key_reused:
        case full:
        case busy:
        case journal_failed:
        case stopping:
            return "again";
    }
    return "again";
}

std::string hub_path(const Visit& visit) {
    return fmt::format("/hub/{}", visit.request.param("slug"));
}

http::Response back(const std::string& path, std::string_view kind, std::string_view word,
                    std::string_view offer = {}) {
    return see_other(offer.empty() ? fmt::format("{}?{}={}", path, kind, word)
                                   : fmt::format("{}?{}={}&offer={}", path, kind, word, offer));
}

// Where an action goes on to when it went well.
enum class Then { worklist, person };

http::Task<http::Response> act(api::Services* services, Visit visit, matcher::Command command,
                               std::string_view done_word, Then then) {
    const std::string id(visit.request.param("id"));
    const std::string list = hub_path(visit);
    const std::string person = fmt::format("{}/offers/{}", list, id);
    matcher::Envelope letter = envelope(*services, visit, command, visit.form.value("key"));
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (!done) {
        co_return back(list, "refused", word_for(done.error().why), id);
    }
    co_return back(then == Then::person ? person : list, "done", done_word);
}

// The offer that the address names, when it is one of this hub; the core decides the rest.
std::optional<matcher::OfferRef> offer_ref(api::Services& services, const Visit& visit) {
    const std::string_view id = visit.request.param("id");
    if (!own_offer(services, visit.principal, visit.request.param("slug"), id)) {
        return std::nullopt;
    }
    const auto name = wire::parse_offer_id(id);
    matcher::OfferRef ref;
    ref.referral = name->referral;
    ref.ordinal = name->ordinal;
    return ref;
}

template <class Action>
http::Task<http::Response> plain(api::Services* services, Visit visit, std::string_view word,
                                 Then then) {
    const auto ref = offer_ref(*services, visit);
    if (!ref) {
        co_return error_page(404);
    }
    const matcher::Command command = Action{*ref};
    co_return co_await act(services, std::move(visit), command, word, then);
}

template <class Action>
http::Task<http::Response> with_reason(api::Services* services, Visit visit,
                                       std::string_view word) {
    const auto ref = offer_ref(*services, visit);
    if (!ref) {
        co_return error_page(404);
    }
    const auto reason = matcher::parse<matcher::Reason>(visit.form.value("reason"));
    if (!reason || !matcher::hub_may_decline_with(*reason)) {
        co_return back(hub_path(visit), "refused", "reason", visit.request.param("id"));
    }
    const matcher::Command command = Action{*ref, *reason};
    co_return co_await act(services, std::move(visit), command, word, Then::worklist);
}

}  // namespace

http::Task<http::Response> open_offer(api::Services* services, Visit visit) {
    // Whoever looks a second time only wants the page.
    const auto at = own_offer(*services, visit.principal, visit.request.param("slug"),
                              visit.request.param("id"));
    if (at && at->offer.status != matcher::OfferStatus::requested) {
        co_return see_other(
            fmt::format("{}/offers/{}", hub_path(visit), visit.request.param("id")));
    }
    co_return co_await plain<matcher::OpenOffer>(services, std::move(visit), "opened", Then::person);
}

http::Task<http::Response> accept_offer(api::Services* services, Visit visit) {
    return plain<matcher::AcceptOffer>(services, std::move(visit), "accepted", Then::person);
}

http::Task<http::Response> start_support(api::Services* services, Visit visit) {
    return plain<matcher::StartSupport>(services, std::move(visit), "started", Then::person);
}

http::Task<http::Response> decline_offer(api::Services* services, Visit visit) {
    return with_reason<matcher::DeclineOffer>(services, std::move(visit), "declined");
}

http::Task<http::Response> return_offer(api::Services* services, Visit visit) {
    return with_reason<matcher::ReturnOffer>(services, std::move(visit), "returned");
}

http::Task<http::Response> record_outcome(api::Services* services, Visit visit) {
    const auto ref = offer_ref(*services, visit);
    if (!ref) {
        co_return error_page(404);
    }
    const auto need = visit.form.number("need");
    const auto outcome = matcher::parse<matcher::Outcome>(visit.form.value("outcome"));
    if (!need || *need >= matcher::limits::needs_max || !outcome) {
        co_return back(hub_path(visit), "refused", "outcome_wrong", visit.request.param("id"));
    }
    const matcher::Command command =
        matcher::RecordOutcome{*ref, static_cast<std::uint8_t>(*need), *outcome};
    co_return co_await act(services, std::move(visit), command, "outcome", Then::person);
}

http::Task<http::Response> set_capacity(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(404);
    }
    const bool confirm = visit.form.value("do") == "confirm";
    matcher::Units totals{};
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        const auto total = visit.form.number(matcher::name(static_cast<matcher::UnitKind>(i)));
        if (!confirm && (!total || *total > matcher::limits::units_max)) {
            co_return back(hub_path(visit), "refused", "numbers");
        }
        totals[i] = confirm ? own->hub.capacity[i].total : static_cast<std::uint16_t>(*total);
    }
    // The form's version guards the first command; each one after it rests on our own before.
    std::uint32_t version = confirm ? 0 : visit.form.number("version").value_or(0);
    for (std::size_t i = 0; i < matcher::unit_kinds; ++i) {
        if (!confirm && totals[i] == own->hub.capacity[i].total) {
            continue;
        }
        matcher::SetCapacity command;
        command.hub = own->hub.profile.id;
        command.kind = static_cast<matcher::UnitKind>(i);
        command.total = totals[i];
        command.expected_version = std::exchange(version, 0);
        matcher::Envelope letter = envelope(*services, visit, command, {});
        const auto done =
            co_await services->gateway.submit(visit.request.thread, std::move(letter));
        if (!done) {
            co_return back(hub_path(visit), "refused", word_for(done.error().why));
        }
    }
    co_return back(hub_path(visit), "done", confirm ? "confirmed" : "capacity");
}

Model flash_of(api::Services& services, const Visit& visit) {
    if (const auto done = visit.request.query_value("done")) {
        const std::string_view words = text("flash", *done);
        // A word that is not in the table is not ours: nothing of the address is shown.
        return words == *done ? Model() : flash(true, words, {});
    }
    const auto refused = visit.request.query_value("refused");
    if (!refused || text("flash", *refused) == *refused) {
        return Model();
    }
    std::string last;
    const auto name = wire::parse_offer_id(visit.request.query_value("offer").value_or(""));
    const auto told =
        name ? api::events_told(services, visit.principal, name->referral) : std::nullopt;
    if (told && !told->empty()) {
        const api::Told& newest = told->back();
        last = fmt::format("{} {} – {} ({})", text("flash", "last"),
                           wire::readable_reference(newest.subject.index),
                           wire::story(*newest.event.entry, *newest.event.event, newest.subject),
                           ago(newest.event.entry->at, services.clock.now()));
    }
    return flash(false, text("flash", *refused), last);
}

}  // namespace hubward::server::pages
