// SPDX-License-Identifier: Apache-2.0
#include "server/pages/story.hpp"

#include <ranges>

namespace hubward::server::pages {
namespace {

constexpr matcher::NeedMask every_need = 0xff;

// The facts of an event that a sentence can use. Names of members are the same in all events.
struct Facts {
    std::string needs;
    std::string when;
    std::string practice;
    std::string_view reason = "none";
    std::string_view outcome = "none";
    std::string_view unit = "place";
    std::int64_t total = 0;
};

Facts facts_of(const Words& words, const api::Told& told) {
    Facts facts;
    const matcher::Ask& ask = told.subject.ask;
    facts.needs = needs_text(words, ask, every_need);
    facts.practice = told.subject.practice.view();
    std::visit(
        [&](const auto& e) {
            // Of a referral; a session has needs too, by their names.
            if constexpr (requires { matcher::NeedMask{e.needs}; }) {
                facts.needs = needs_text(words, ask, e.needs);
            }
            if constexpr (requires { e.answer_by; }) {
                facts.when = words.date(e.answer_by);
            }
            if constexpr (requires { e.review_at; }) {
                facts.when = words.date(e.review_at);
            }
            if constexpr (requires { e.reason; }) {
                facts.reason = matcher::name(e.reason);
            }
            if constexpr (requires { e.outcome; e.need; }) {
                facts.outcome = matcher::name(e.outcome);
                facts.needs = needs_text(words, ask, static_cast<matcher::NeedMask>(1U << e.need));
            }
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(e)>, matcher::OnwardLinked>) {
                facts.needs = needs_text(words, ask, static_cast<matcher::NeedMask>(1U << e.need));
            }
            if constexpr (requires { e.total; e.kind; }) {
                facts.total = e.total;
                facts.unit = matcher::name(e.kind);
            }
        },
        *told.event.event);
    return facts;
}

}  // namespace

std::string story(const Words& words, const api::Told& told) {
    const std::string_view name = matcher::event_name(*told.event.event);
    if (words_in(languages().front()).text("story", name) == name) {
        return wire::story(*told.event.entry, *told.event.event, told.subject);
    }
    const Facts facts = facts_of(words, told);
    const bool urgent = told.subject.ask.urgency == matcher::Urgency::urgent;
    const std::string_view no_hub = words.text("story", "the_hub");
    return words.say("story", name,
                     {{"hub", told.subject.hub.name.empty() ? std::string(no_hub) : told.subject.hub.name},
                      {"needs", facts.needs},
                      {"when", facts.when},
                      {"practice", facts.practice},
                      {"urgency", Code{urgent ? "urgent" : "routine"}},
                      {"why", Code{facts.reason}},
                      {"reason", std::string(words.text("reason", facts.reason))},
                      {"outcome", std::string(words.text("outcome", facts.outcome))},
                      {"unit", std::string(words.text("unit", facts.unit))},
                      {"total", facts.total},
                      {"role", Code{matcher::name(told.event.entry->actor.role)}}});
}

std::string who(const Words& words, const auth::Principal& reader, const matcher::Actor& actor) {
    const bool own = actor.role == reader.role && actor.subject.view() == reader.subject;
    const std::string_view role = matcher::name(actor.role);
    // A hub is not told which other hubs were asked.
    const bool named = !own && (reader.role != matcher::Role::hub || actor.role == matcher::Role::practice);
    return words.say("who", "actor",
                     {{"role", Code{own ? (reader.role == matcher::Role::hub ? "own_hub" : "own") : role}},
                      {"named", Code{named ? "yes" : "no"}},
                      {"name", std::string(actor.subject.view())}});
}

Model::List lines_of(std::string_view text) {
    Model::List list;
    for (const auto line : std::views::split(text, '\n')) {
        Model row;
        row.set("line", std::string_view(line));
        list.push_back(std::move(row));
    }
    return list;
}

std::string needs_text(const Words& words, const matcher::Ask& ask, matcher::NeedMask needs) {
    std::string out;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((needs >> i & 1) != 0) {
            out += out.empty() ? "" : words.text("list", "comma");
            out += words.text("need", matcher::name(ask.needs[i]));
        }
    }
    return out;
}

}  // namespace hubward::server::pages
