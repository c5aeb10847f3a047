// SPDX-License-Identifier: Apache-2.0
//
// Webhooks for people: how each stands, which events its receiver did not take and why, when the next try
// is, and the buttons that the API has.
#include <charconv>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/api/webhook_desk.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/practice_page.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::pages {
namespace {

constexpr std::size_t webhooks_max = 50;  // on one page; the API lists all
constexpr std::size_t failed_max = 20;    // failed events of one webhook; the API has the newest 200 tries

std::string base_of(const auth::Principal& who) {
    return who.role == matcher::Role::practice ? "/practice/webhooks" : "/ops/webhooks";
}

std::int64_t number(std::size_t n) { return static_cast<std::int64_t>(n); }

Model failed_row(const Words& words, const api::FailedEvent& failed) {
    Model row;
    row.set("sequence", failed.sequence);
    row.set("event", std::string_view(failed.event));
    row.set("why", words.say("webhook", failed.result, {{"n", std::int64_t{failed.status}}}));
    row.set("at", words.date(failed.at));
    row.set("machine", wire::time_text(failed.at));
    row.set("tries", failed.attempt == 0 ? std::string(words.text("page", "wh_by_hand"))
                                         : words.say("webhook", "try", {{"n", std::int64_t{failed.attempt}}}));
    row.set("may_send", failed.may_send);
    row.set("key", api::new_request_id());
    return row;
}

std::string state_text(const Words& words, const api::WebhookLook& look) {
    if (!look.on) {
        const std::string reason = words.say("webhook", look.off_reason, {{"n", std::int64_t{0}}});
        return words.say("webhook", "off", {{"reason", reason}});
    }
    if (look.failures != 0) {
        return words.say("webhook", "failing",
                         {{"n", std::int64_t{look.failures}}, {"when", words.date(look.next_try)}});
    }
    return words.say("webhook", "on", {{"n", static_cast<std::int64_t>(look.behind)}});
}

Model hook_of(const Visit& visit, const api::WebhookLook& look) {
    const Words& words = visit.words();
    Model::List rows;
    for (const api::FailedEvent& failed : look.failed) {
        rows.push_back(failed_row(words, failed));
    }
    const bool practice = visit.principal.role == matcher::Role::practice;
    Model hook;
    hook.set("id", std::string_view(look.id));
    hook.set("host", std::string_view(look.host));
    hook.set("whose", practice ? std::string_view() : std::string_view(look.stream));
    hook.set("state", state_text(words, look));
    hook.set("bad", look.in_trouble());
    hook.set("may_try", look.on && look.failures != 0);
    hook.set("may_on", !look.on);
    hook.set("path", fmt::format("{}/{}", base_of(visit.principal), look.id));
    hook.set("has_failed", !rows.empty());
    hook.set("failed", std::move(rows));
    hook.set("more", look.failed_more == 0
                         ? std::string()
                         : words.say("webhook", "more", {{"n", number(look.failed_more)}}));
    return hook;
}

std::string_view word_of(api::DeskRefusal why) {
    using enum api::DeskRefusal;
    switch (why) {
        case not_there: return "webhook_gone";
        case switched_off: return "webhook_off";
        case not_sent_yet: return "webhook_not_yet";
        case busy: return "webhook_busy";
        case again: return "again";
    }
    return "again";
}

http::Response back(const std::string& base, const api::DeskAnswer& done, std::string_view word) {
    return see_other(
        fmt::format("{}?{}={}", base, done ? "done" : "refused", done ? word : word_of(done.error())));
}

std::uint64_t sequence_of(const Form& form) {
    const std::string_view text = form.value("sequence");
    std::uint64_t number = 0;  // no event has it
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

}  // namespace

http::Task<http::Response> get_webhooks(api::Services* services, Visit visit) {
    const api::WebhookLooks looks =
        co_await api::look_at_webhooks(services, visit.principal, webhooks_max, failed_max);
    const Words& words = visit.words();
    Model::List hooks;
    for (const api::WebhookLook& look : looks.shown) {
        hooks.push_back(hook_of(visit, look));
    }
    const bool practice = visit.principal.role == matcher::Role::practice;
    Model content;
    content.set("has_hooks", !hooks.empty());
    content.set("hooks", std::move(hooks));
    content.set("practice", practice);
    content.set("hidden", looks.more == 0 ? std::string()
                                          : words.say("webhook", "hidden", {{"n", number(looks.more)}}));
    Model frame;
    frame.set("flash", flash_of(visit));
    frame.set("whose", practice ? std::string_view(visit.principal.subject) : std::string_view());
    frame.set("nav", practice ? practice_nav(words, 2) : ops_nav(words, 3));
    co_return page(visit.style, 200, "webhooks", words.text("page", "wh_title"), std::move(content),
                   std::move(frame));
}

http::Task<http::Response> resend_to_webhook(api::Services* services, Visit visit) {
    // The same mark as the API would make: a double click sends once.
    const matcher::Envelope letter = envelope(*services, visit, matcher::Command(), visit.form.value("key"));
    const storage::RequestMark mark{letter.key.high, letter.key.low, letter.fingerprint};
    std::string id(visit.request.param("id"));
    const std::uint64_t sequence = sequence_of(visit.form);
    const auto done = co_await api::send_again(services, visit.principal, std::move(id), sequence, mark);
    co_return back(base_of(visit.principal), done, "webhook_sent");
}

http::Task<http::Response> try_webhook(api::Services* services, Visit visit) {
    std::string id(visit.request.param("id"));
    const auto done = co_await api::wake_webhook(services, visit.principal, std::move(id));
    co_return back(base_of(visit.principal), done, "webhook_tried");
}

}  // namespace hubward::server::pages
