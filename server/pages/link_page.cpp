// SPDX-License-Identifier: Apache-2.0
//
// Answering one offer by a link: no login, no script, as little data as an answer needs. Looking at it
// changes nothing. The offer itself makes the link single-use: once it has an answer, by whomever,
// the link gives 409; once it has ended otherwise, 410. The address is the key, so these pages send
// it nowhere (no referrer), and no log of ours holds addresses.
#include "server/pages/link_page.hpp"

#include <fmt/format.h>

#include "server/auth/base64url.hpp"
#include "server/auth/offer_link.hpp"
#include "server/pages/details_rows.hpp"
#include "server/pages/disclosure.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/offer_end.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/session_words.hpp"
#include "server/pages/settled.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t trace_bytes = 16;

// The link's own id as the trace of what it does.
matcher::TraceId trace_of(const std::string& id) {
    matcher::TraceId trace;
    const auto bytes = auth::from_base64url(id);
    for (std::size_t i = 0; bytes && bytes->size() == trace_bytes && i < trace_bytes; ++i) {
        std::uint64_t& half = i < trace_bytes / 2 ? trace.high : trace.low;
        half = half << 8U | static_cast<unsigned char>((*bytes)[i]);
    }
    return trace;
}

http::Response kept_private(http::Response response) {
    for (auto& [name, value] : response.headers) {
        if (name == "Referrer-Policy") {
            value = "no-referrer";
        }
    }
    return std::move(response.with("X-Robots-Tag", "noindex, nofollow"));
}

http::Response sorry(const Visit& visit, unsigned status) {
    return kept_private(status == 410 ? error_page(visit.style, 410, "410.link")
                                      : error_page(visit.style, status));
}

struct Answerable {
    OfferAt at;
    OwnHub own;
    std::string path;  // of the page
};

// Whose link it is: fills in the principal, as if the hub had logged in for this one offer.
std::expected<Answerable, http::Response> open_link(api::Services& services, Visit& visit) {
    const std::string_view token = visit.request.param("token");
    const auto link = auth::offer_links(services.tokens).check_link(token, services.clock.now());
    if (!link) {
        const bool was_good = link.error() == auth::TokenError::expired || link.error() == auth::TokenError::revoked;
        return std::unexpected(sorry(visit, was_good ? 410 : 404));
    }
    visit.principal = auth::Principal{matcher::Role::hub, link->hub, link->id, link->expires};
    visit.trace = trace_of(link->id);
    auto own = own_hub(services, visit.principal, link->hub);
    const auto at = own_offer(services, visit.principal, link->hub, link->offer);
    if (!own || !at) {
        return std::unexpected(sorry(visit, 404));
    }
    return Answerable{*at, *std::move(own), fmt::format("/answer/{}", token)};
}

bool has_answer(matcher::OfferStatus status) {
    using enum matcher::OfferStatus;
    return is_in_care(status) || status == rejected || status == completed;
}

struct Shown {
    unsigned status = 200;
    std::string_view done;      // of the group "flash"
    std::string_view refused;
    Model::List details;
};

http::Response answer_page(api::Services& services, const Visit& visit, const Answerable& link, Shown shown) {
    const Words& words = visit.words();
    const OfferAt& at = link.at;
    const bool open = waits(at.offer.status);
    if (!open && !has_answer(at.offer.status)) {
        return sorry(visit, 410);
    }
    const matcher::Timestamp now = services.clock.now();
    const bool coded = visit.codes != nullptr && visit.codes->usable(visit.principal.subject);
    Model content;
    content.set("path", link.path);
    content.set("open", open);
    content.set("name", link.own.name);
    content.set("reference", wire::readable_reference(at.index));
    content.set("needs", needs_text(words, at.ask, at.offer.needs));
    content.set("urgent", at.ask.urgency == matcher::Urgency::urgent);
    content.set("language", language_text(words, at.ask));
    content.set("access", access_text(words, at.ask.access));
    content.set("wishes", access_text(words, at.ask.access_preferred));
    content.set("date", date_line(words, at));
    content.set("distance", words.distance(at.offer.distance));
    content.set("left", words.left(at.offer.answer_by, now));
    content.set("answer_by", words.date(at.offer.answer_by));
    content.set("reasons", decline_reasons(words));
    content.set("units", unit_rows(words, link.own.hub, now));
    content.set("version", link.own.hub.version);
    content.set("status", words.text("status", matcher::name(at.offer.status)));
    content.set("when", at.offer.answered == matcher::never ? std::string() : words.date(at.offer.answered));
    content.set("care", is_in_care(at.offer.status) && shown.details.empty());
    content.set("coded", coded);
    const bool has_details = !shown.details.empty();
    content.set("has_details", has_details);
    content.set("details", std::move(shown.details));
    Model frame;
    frame.set("whose", link.own.name);
    if (!shown.done.empty()) {
        frame.set("flash", flash(true, words.text("flash", shown.done), {}));
    } else if (!shown.refused.empty()) {
        frame.set("flash", flash(false, words.text("flash", shown.refused), {}));
    }
    // Nothing was asked for that could still be done: whoever comes after the answer is told of it.
    const bool replayed = !open && shown.status == 200 && shown.done.empty() && !has_details;
    return kept_private(page(visit.style, replayed ? 409 : shown.status, "answer",
                             words.text("page", "an_title"), std::move(content), std::move(frame)));
}

// Submits one answer. Of two at the same moment the core lets one through; the other gets 409. `word` is asked what
// to say when it is done.
template <class Word>
http::Task<http::Response> settle(api::Services* services, Visit visit, matcher::Envelope letter, Word word) {
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    const auto after = open_link(*services, visit);
    if (!after) {
        co_return after.error();
    }
    Shown shown;
    if (done) {
        shown.done = word(*done);
    } else if (waits(after->at.offer.status)) {
        shown.status = status_for(done.error());
        shown.refused = word_for(done.error().why);
    }
    co_return answer_page(*services, visit, *after, std::move(shown));
}

http::Response not_done(api::Services& services, const Visit& visit, const Answerable& link, unsigned status,
                        std::string_view word) {
    Shown shown;
    shown.status = status;
    shown.refused = word;
    return answer_page(services, visit, link, std::move(shown));
}

matcher::OfferRef ref_of(const Answerable& link) {
    matcher::OfferRef ref;
    ref.referral = link.at.id;
    ref.ordinal = link.at.offer.ordinal;
    return ref;
}

}  // namespace

matcher::ExternalRef code_word(const api::Services& services, std::string_view hub, std::string_view word) {
    return services.vault.blind(fmt::format("hub-code/{}", hub), word);
}

http::Task<http::Response> get_answer(api::Services* services, Visit visit) {
    const auto link = open_link(*services, visit);
    co_return link ? answer_page(*services, visit, *link, {}) : link.error();
}

http::Task<http::Response> answer_accept(api::Services* services, Visit visit) {
    const auto link = open_link(*services, visit);
    if (!link) {
        co_return link.error();
    }
    if (!waits(link->at.offer.status)) {
        co_return answer_page(*services, visit, *link, {});
    }
    const matcher::Command command = matcher::AcceptOffer{ref_of(*link)};
    matcher::Envelope letter = envelope(*services, visit, command, {});
    const auto accepted = [](const Done&) { return std::string_view("an_accepted"); };
    Visit taken = std::move(visit);
    co_return co_await settle(services, std::move(taken), std::move(letter), accepted);
}

// Asking the practice for missing facts is declining for that reason: the referral goes back to it.
http::Task<http::Response> answer_decline(api::Services* services, Visit visit) {
    const auto link = open_link(*services, visit);
    if (!link) {
        co_return link.error();
    }
    if (!waits(link->at.offer.status)) {
        co_return answer_page(*services, visit, *link, {});
    }
    const bool ask = visit.form.value("ask") == "yes";
    const auto reason = ask ? std::optional(matcher::Reason::missing_information)
                            : matcher::parse<matcher::Reason>(visit.form.value("reason"));
    if (!reason || !matcher::hub_may_decline_with(*reason)) {
        co_return not_done(*services, visit, *link, 422, "reason");
    }
    const std::string_view note = visit.form.value("note");
    if (*reason == matcher::Reason::other && note.empty()) {
        co_return not_done(*services, visit, *link, 422, "note");
    }
    const matcher::OfferRef offer = ref_of(*link);
    const auto sealed = note.empty() ? std::optional(SealedNote{}) : seal_note(*services, offer.referral, note);
    if (!sealed) {
        co_return not_done(*services, visit, *link, 503, "again");
    }
    const matcher::Command command = matcher::DeclineOffer{.offer = offer, .reason = *reason, .note_slot = sealed->slot};
    matcher::Envelope letter = envelope(*services, visit, command, {});
    letter.payload = sealed->bytes;
    const matcher::Reason why = *reason;
    const auto declined = [ask, why](const Done& done) {
        return ask ? std::string_view("an_asked") : word_after(done, why, "declined");
    };
    Visit taken = std::move(visit);
    co_return co_await settle(services, std::move(taken), std::move(letter), declined);
}

// Only while the offer waits: an old link must not change what the hub says of itself today.
http::Task<http::Response> answer_capacity(api::Services* services, Visit visit) {
    const auto link = open_link(*services, visit);
    if (!link) {
        co_return link.error();
    }
    if (!waits(link->at.offer.status)) {
        co_return answer_page(*services, visit, *link, {});
    }
    Visit copy = visit;
    const CapacityDone done = co_await report_capacity(services, std::move(copy), link->own.hub);
    const auto after = open_link(*services, visit);
    if (!after) {
        co_return after.error();
    }
    Shown shown;
    shown.status = done.status;
    (done.good() ? shown.done : shown.refused) = done.word;
    co_return answer_page(*services, visit, *after, std::move(shown));
}

// After an accept, and only with the hub's code word: a link that was passed on shows no name.
http::Task<http::Response> answer_details(api::Services* services, Visit visit) {
    const auto link = open_link(*services, visit);
    if (!link) {
        co_return link.error();
    }
    if (!is_in_care(link->at.offer.status) || visit.codes == nullptr) {
        co_return answer_page(*services, visit, *link, {});
    }
    const std::string& hub = visit.principal.subject;
    using Answer = storage::HubCodes::Answer;
    auto pending = visit.codes->check(hub, code_word(*services, hub, visit.form.value("word")));
    const Answer answer = co_await settled(std::move(pending), Answer::not_yet, services->answer_deadline);
    if (answer == Answer::not_yet || answer == Answer::failed) {
        co_return sorry(visit, 503);
    }
    Shown shown;
    if (answer != Answer::right) {
        shown.status = 403;
        shown.refused = answer == Answer::wrong ? "code_wrong" : "code_locked";
        co_return answer_page(*services, visit, *link, std::move(shown));
    }
    Visit copy = visit;
    const auto details = co_await disclose(services, std::move(copy), link->at.id);
    if (!details) {
        co_return sorry(visit, details.error());
    }
    shown.details = details_rows(visit.words(), *details);
    co_return answer_page(*services, visit, *link, std::move(shown));
}

}  // namespace hubward::server::pages
