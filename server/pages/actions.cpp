// SPDX-License-Identifier: Apache-2.0
//
// What the forms do. Each sends the same command as the API would, then goes back to a page that
// says in words what came of it; so a reload never does anything twice, and the form's key makes a
// double click harmless.
#include <ranges>

#include <fmt/format.h>

#include "server/api/answered.hpp"
#include "server/api/problem.hpp"
#include "server/api/referral_events.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/offer_end.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

std::string hub_path(const Visit& visit) {
    return fmt::format("/hub/{}", visit.request.param("slug"));
}

std::string offer_path(const Visit& visit) {
    return fmt::format("{}/offers/{}", hub_path(visit), visit.request.param("id"));
}

http::Response back(const std::string& path, std::string_view kind, std::string_view word) {
    return see_other(fmt::format("{}?{}={}", path, kind, word));
}

// Where an action goes on to when it went well.
enum class Then { worklist, person, next };

// The newest event that is more than somebody looking.
const api::Told* last_settling(const std::vector<api::Told>& told) {
    for (const api::Told& one : std::views::reverse(told)) {
        if (!std::holds_alternative<matcher::Opened>(*one.event.event) &&
            !std::holds_alternative<matcher::DetailsDisclosed>(*one.event.event)) {
            return &one;
        }
    }
    return nullptr;
}

// Two people had the same referral open and the other one was quicker: what they did stands here,
// so that nobody is rung up twice. Nothing was changed by this request.
http::Response conflict_page(api::Services& services, const Visit& visit) {
    const Words& words = visit.words();
    const auto name = wire::parse_offer_id(visit.request.param("id"));
    const auto told =
        name ? api::events_told(services, visit.principal, name->referral) : std::nullopt;
    Model content;
    content.set("here", hub_path(visit));
    content.set("path", offer_path(visit));
    if (const api::Told* last = told ? last_settling(*told) : nullptr) {
        const matcher::Entry& entry = *last->event.entry;
        content.set("reference", wire::readable_reference(last->subject.index));
        content.set("who", who(words, visit.principal, entry.actor));
        content.set("what", story(words, *last));
        content.set("at", words.date(entry.at));
        content.set("machine", wire::time_text(entry.at));
        content.set("ago", words.ago(entry.at, services.clock.now()));
    }
    return page(visit.style, 412, "conflict", words.text("page", "conflict_title"), std::move(content),
                Model());
}

// Opens the offer that is now on top and goes there; to the list when nobody waits.
http::Task<http::Response> open_next(api::Services* services, Visit visit, std::string_view done_word) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own || own->waiting.empty()) {
        co_return back(hub_path(visit), "done", done_word);
    }
    const OfferAt& top = own->waiting.front();
    if (top.offer.status == matcher::OfferStatus::requested) {
        matcher::OfferRef ref;
        ref.referral = top.id;
        ref.ordinal = top.offer.ordinal;
        const matcher::Command command = matcher::OpenOffer{ref};
        matcher::Envelope letter = envelope(*services, visit, command, {});
        // Whether it was opened just now or by a colleague is the same to the reader.
        (void)co_await services->gateway.submit(visit.request.thread, std::move(letter));
    }
    const std::string id = wire::offer_id_text(top.id, top.offer.ordinal);
    co_return back(fmt::format("{}/offers/{}", hub_path(visit), id), "done", done_word);
}

http::Response refused_page(api::Services& services, const Visit& visit, const matcher::Rejection& rejection) {
    const bool late = rejection.why == matcher::Refused::state_forbids || rejection.why == matcher::Refused::version_changed;
    return late ? conflict_page(services, visit) : back(hub_path(visit), "refused", word_for(rejection.why));
}

http::Task<http::Response> act(api::Services* services, Visit visit, matcher::Command command,
                               std::string_view done_word, Then then) {
    const std::string list = hub_path(visit);
    const std::string person = offer_path(visit);
    matcher::Envelope letter = envelope(*services, visit, command, visit.form.value("key"));
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (!done) {
        co_return refused_page(*services, visit, done.error());
    }
    if (then == Then::next) {
        co_return co_await open_next(services, std::move(visit), done_word);
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
        co_return error_page(visit.style, 404);
    }
    const matcher::Command command = Action{*ref};
    co_return co_await act(services, std::move(visit), command, word, then);
}

// The hub lets go of the person, before it took them on or after, and is told who has them now.
http::Task<http::Response> with_reason(api::Services* services, Visit visit, bool is_return) {
    const auto ref = offer_ref(*services, visit);
    if (!ref) {
        co_return error_page(visit.style, 404);
    }
    const auto reason = matcher::parse<matcher::Reason>(visit.form.value("reason"));
    if (!reason || !(is_return ? may_return_with(*reason) : matcher::hub_may_decline_with(*reason))) {
        co_return back(offer_path(visit), "refused", "reason");
    }
    const std::string_view note = visit.form.value("note");
    if (*reason == matcher::Reason::other && note.empty()) {
        co_return back(offer_path(visit), "refused", "note");
    }
    const std::string_view goes_on = is_return ? "returned" : "declined";
    std::optional<SealedNote> sealed;
    if (!note.empty()) {
        const matcher::Envelope asked =
            envelope(*services, visit, matcher::Command(), visit.form.value("key"));
        if (const auto first = api::answered_before(*services, asked.key, asked.fingerprint)) {
            co_return *first ? back(hub_path(visit), "done", word_after(**first, *reason, goes_on))
                             : back(hub_path(visit), "refused", word_for(first->error().why));
        }
        sealed = seal_note(*services, ref->referral, note);
        if (!sealed) {
            co_return back(offer_path(visit), "refused", "again");
        }
    }
    const std::uint64_t slot = sealed ? sealed->slot : 0;
    matcher::Command command;
    if (is_return) {
        command = matcher::ReturnOffer{.offer = *ref, .reason = *reason, .note_slot = slot};
    } else {
        command = matcher::DeclineOffer{.offer = *ref, .reason = *reason, .note_slot = slot};
    }
    matcher::Envelope letter = envelope(*services, visit, command, visit.form.value("key"));
    letter.payload = sealed ? std::move(sealed->bytes) : std::string();
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (!done) {
        co_return refused_page(*services, visit, done.error());
    }
    co_return back(hub_path(visit), "done", word_after(*done, *reason, goes_on));
}

}  // namespace

std::string_view word_for(matcher::Refused why) {
    switch (why) {
        using enum matcher::Refused;
        case not_found:
            return "missing";
        case no_unit_left:
            return "no_unit";
        case state_forbids:
        case version_changed:
            return "changed";
        case reason_invalid:
            return "reason";
        case outcome_invalid:
            return "outcome_wrong";
        case units_out_of_range:
            return "numbers";
        case note_missing:
            return "note";
        case session_invalid:
            return "session_gone";
        case consent_missing:
        case erased:
            return "missing";
        case consent_invalid:
        case measure_invalid:
        case need_invalid:
        case needs_missing:
        case id_taken:
        case live_duplicate:
        case policy_invalid:
        case key_reused:
        case full:
        case busy:
        case journal_failed:
        case stopping:
        case choice_not_possible:
        case date_invalid:
        case no_hub_can:
        case reserve_invalid:
        case onward_invalid:
        case too_large:
        case care_invalid:
        case calendar_invalid:
            return "again";
    }
    return "again";
}

// "Our hub cannot go on" says nothing of somebody whom it never had.
bool may_return_with(matcher::Reason reason) {
    return reason == matcher::Reason::hub_withdrew || matcher::hub_may_decline_with(reason);
}

unsigned status_for(const matcher::Rejection& rejection) {
    const unsigned told = api::refused(rejection).type->status;
    return told == 503 || told == 422 ? told : 409;
}

http::Task<http::Response> open_offer(api::Services* services, Visit visit) {
    // Whoever looks a second time only wants the page.
    const auto at = own_offer(*services, visit.principal, visit.request.param("slug"),
                              visit.request.param("id"));
    if (at && at->offer.status != matcher::OfferStatus::requested) {
        co_return see_other(offer_path(visit));
    }
    co_return co_await plain<matcher::OpenOffer>(services, std::move(visit), "opened", Then::person);
}

http::Task<http::Response> accept_offer(api::Services* services, Visit visit) {
    const bool next = visit.form.value("then") == "next";
    return plain<matcher::AcceptOffer>(services, std::move(visit), next ? "accepted_next" : "accepted",
                                       next ? Then::next : Then::person);
}

http::Task<http::Response> start_support(api::Services* services, Visit visit) {
    return plain<matcher::StartSupport>(services, std::move(visit), "started", Then::person);
}

http::Task<http::Response> decline_offer(api::Services* services, Visit visit) {
    return with_reason(services, std::move(visit), false);
}

http::Task<http::Response> return_offer(api::Services* services, Visit visit) {
    return with_reason(services, std::move(visit), true);
}

http::Task<http::Response> record_outcome(api::Services* services, Visit visit) {
    const auto ref = offer_ref(*services, visit);
    if (!ref) {
        co_return error_page(visit.style, 404);
    }
    const auto need = visit.form.number("need");
    const auto outcome = matcher::parse<matcher::Outcome>(visit.form.value("outcome"));
    if (!need || *need >= matcher::limits::needs_max || !outcome) {
        co_return back(offer_path(visit), "refused", "outcome_wrong");
    }
    const matcher::Command command =
        matcher::RecordOutcome{*ref, static_cast<std::uint8_t>(*need), *outcome};
    co_return co_await act(services, std::move(visit), command, "outcome", Then::person);
}

// A miss is not the end: the person stays with the hub until it has tried as often as the place wants.
http::Task<http::Response> record_contact(api::Services* services, Visit visit) {
    const auto ref = offer_ref(*services, visit);
    if (!ref) {
        co_return error_page(visit.style, 404);
    }
    const auto what = matcher::parse<matcher::Contact>(visit.form.value("what"));
    if (!what) {
        co_return back(offer_path(visit), "refused", "missing");
    }
    const matcher::Command command = matcher::RecordContact{*ref, *what};
    matcher::Envelope letter = envelope(*services, visit, command, visit.form.value("key"));
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (!done) {
        co_return refused_page(*services, visit, done.error());
    }
    const bool given_up = handed_on(*done);
    co_return back(given_up ? hub_path(visit) : offer_path(visit), "done", given_up ? "ended_place" : "contact");
}

Model flash_of(const Visit& visit) {
    const Words& words = visit.words();
    for (const std::string_view kind : {"done", "refused"}) {
        if (const auto word = visit.request.query_value(kind)) {
            // A word that is not in the table is not ours: nothing of the address is shown.
            return words_in(languages().front()).has("flash", *word)
                       ? flash(kind == "done", words.text("flash", *word), {})
                       : Model();
        }
    }
    return Model();
}

}  // namespace hubward::server::pages
