// SPDX-License-Identifier: Apache-2.0
//
// One session: who is in it, how many seats it has, and the one question before it is cancelled.
#include <charconv>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/session_form.hpp"
#include "server/pages/session_words.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

struct OwnSession {
    OwnHub own;
    matcher::Session session;
    Seated seated;
    std::string list;  // the path of all of them
    std::string path() const { return fmt::format("{}/{}", list, session.number); }
};

// Nothing when the hub is not the visitor's, or never had or has forgotten the session.
std::optional<OwnSession> own_session(api::Services& services, const Visit& visit) {
    auto own = own_hub(services, visit.principal, visit.request.param("slug"));
    const auto number = whole_number(visit.request.param("session"));
    const matcher::Session* session = own && number ? matcher::find(own->hub.sessions, *number) : nullptr;
    if (session == nullptr) {
        return std::nullopt;
    }
    OwnSession found;
    found.session = *session;
    found.seated = seated_at(services, own->hub.profile.id, *number);
    found.list = fmt::format("/hub/{}/sessions", own->hub.profile.slug.view());
    found.own = *std::move(own);
    return found;
}

Model::List people_rows(const Words& words, const OwnSession& it) {
    Model::List rows;
    for (const OfferAt& at : it.seated.shown) {
        Model row;
        row.set("path", fmt::format("/hub/{}/offers/{}", it.own.hub.profile.slug.view(),
                                    wire::offer_id_text(at.id, at.offer.ordinal)));
        row.set("reference", wire::readable_reference(at.index));
        row.set("needs", needs_text(words, at.ask, at.offer.needs));
        row.set("status", words.text("status", matcher::name(at.offer.status)));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model content_of(const Words& words, const OwnSession& it, matcher::Timestamp now) {
    Model content;
    content.set("list", std::string_view(it.list));
    content.set("path", it.path());
    content.set("when", words.interval(it.session.starts, it.session.ends));
    content.set("machine", wire::time_text(it.session.starts));
    content.set("seats_text", seats_text(words, it.session, now));
    content.set("weekly", it.session.weekly);
    content.set("needs", helps_with_text(words, it.own.hub.profile, it.session.needs));
    Model::List people = people_rows(words, it);
    content.set("has_people", !people.empty());
    content.set("people", std::move(people));
    content.set("more", it.seated.all() <= it.seated.shown.size()
                            ? std::string()
                            : words.say("session", "more",
                                        {{"n", static_cast<std::int64_t>(it.seated.all() - it.seated.shown.size())}}));
    content.set("key", api::new_request_id());
    return content;
}

http::Response framed(const Visit& visit, const OwnSession& it, unsigned status, std::string_view name,
                      std::string_view title, Model content, Model flash) {
    Model frame;
    frame.set("flash", std::move(flash));
    frame.set("whose", it.own.name);
    frame.set("nav", hub_nav(visit.words(), it.own.hub, HubPage::sessions));
    return page(visit.style, status, name, title, std::move(content), std::move(frame));
}

// The question: who is affected, and what becomes of them. `moved`: it is asked once more, because the
// number of people changed since it was first asked.
http::Response question_page(const Visit& visit, const OwnSession& it, matcher::Timestamp now, bool moved) {
    const Words& words = visit.words();
    Model content = content_of(words, it, now);
    const auto count = [&](std::string_view key, std::size_t n) {
        return n == 0 ? std::string() : words.say("session", key, {{"n", static_cast<std::int64_t>(n)}});
    };
    content.set("affected", it.seated.affected());
    content.set("hit", words.say("session", "hit", {{"n", static_cast<std::int64_t>(it.seated.affected())}}));
    content.set("any", it.seated.affected() != 0);
    content.set("asked", count("hit_asked", it.seated.asked));
    content.set("accepted", count("hit_accepted", it.seated.accepted));
    content.set("helped", count("hit_helped", it.seated.helped));
    return framed(visit, it, moved ? 412 : 200, "session_cancel", words.text("page", "s_cancel_title"),
                  std::move(content), moved ? flash(false, words.text("flash", "session_moved"), {}) : Model());
}

http::Task<http::Response> carry_out(api::Services* services, Visit visit, matcher::Command command,
                                     std::string path, std::string_view word) {
    matcher::Envelope letter = envelope(*services, visit, command, visit.form.value("key"));
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    co_return see_other(
        fmt::format("{}?{}={}", path, done ? "done" : "refused", done ? word : word_for(done.error().why)));
}

}  // namespace

http::Task<http::Response> get_session(api::Services* services, Visit visit) {
    const auto it = own_session(*services, visit);
    if (!it) {
        co_return error_page(visit.style, 404);
    }
    const matcher::Timestamp now = services->clock.now();
    const bool open = it->session.takes(now);
    Model content = content_of(visit.words(), *it, now);
    content.set("open", open);
    content.set("off", it->session.cancelled);
    content.set("over", !open && !it->session.cancelled);
    content.set("may_fill", open && it->session.room() != 0);
    content.set("seats", it->session.seats);
    content.set("version", it->own.hub.version);
    const std::string title = visit.words().interval(it->session.starts, it->session.ends);
    co_return framed(visit, *it, 200, "session", title, std::move(content), flash_of(visit));
}

http::Task<http::Response> set_session_seats(api::Services* services, Visit visit) {
    const auto it = own_session(*services, visit);
    if (!it) {
        co_return error_page(visit.style, 404);
    }
    const bool full = visit.form.value("do") == "full";
    const auto seats = full ? std::optional(std::uint16_t{0}) : seats_of(visit.form);
    if (!seats) {
        co_return see_other(it->path() + "?refused=numbers");
    }
    const matcher::Command command = matcher::SetSeats{it->own.hub.profile.id, it->session.number, *seats,
                                                       visit.form.number("version").value_or(0)};
    co_return co_await carry_out(services, std::move(visit), command, it->path(),
                                 full ? "session_full" : "session_seats");
}

http::Task<http::Response> ask_cancel_session(api::Services* services, Visit visit) {
    const auto it = own_session(*services, visit);
    if (!it) {
        co_return error_page(visit.style, 404);
    }
    if (!it->session.takes(services->clock.now())) {
        co_return see_other(it->path() + "?refused=session_gone");
    }
    co_return question_page(visit, *it, services->clock.now(), false);
}

http::Task<http::Response> cancel_hub_session(api::Services* services, Visit visit) {
    const auto it = own_session(*services, visit);
    if (!it) {
        co_return error_page(visit.style, 404);
    }
    // The answer is to the number that was shown; when it is another one by now, the question is new.
    const matcher::Timestamp now = services->clock.now();
    if (it->session.takes(now) && visit.form.number("affected") != it->seated.affected()) {
        co_return question_page(visit, *it, now, true);
    }
    const matcher::Command command =
        matcher::CancelSession{it->own.hub.profile.id, it->session.number};
    co_return co_await carry_out(services, std::move(visit), command, it->list, "session_off");
}

}  // namespace hubward::server::pages
