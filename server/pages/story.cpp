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
    std::string owner;
    std::string purposes;
    std::string_view reason = "none";
    std::string_view outcome = "none";
    std::string_view unit = "place";
    std::string_view measure;
    std::string_view moment = "before";
    std::int64_t total = 0;
    std::int64_t n = 0;  // how often, how far, how much
};

std::string purposes_text(const Words& words, matcher::PurposeSet purposes) {
    std::string out;
    for (std::size_t i = 0; i < matcher::purposes; ++i) {
        const auto one = static_cast<matcher::Purpose>(i);
        if (purposes.has(one)) {
            out += out.empty() ? "" : words.text("list", "comma");
            out += words.text("purpose", matcher::name(one));
        }
    }
    return out;
}

// Which of the person's needs an event is about.
template <class Event>
std::string needs_of(const Words& words, const matcher::Ask& ask, const Event& e) {
    if constexpr (requires { matcher::NeedMask{e.needs}; }) {  // of a session they are another kind
        return needs_text(words, ask, e.needs);
    } else if constexpr (std::is_same_v<Event, matcher::NeedAdded>) {
        return std::string(words.text("need", matcher::name(e.need)));
    } else if constexpr (requires { std::uint8_t{e.need}; }) {
        return needs_text(words, ask, static_cast<matcher::NeedMask>(1U << e.need));
    } else {
        return needs_text(words, ask, every_need);
    }
}

template <class Event>
std::string when_of(const Words& words, const Event& e) {
    if constexpr (requires { e.answer_by; }) {
        return words.date(e.answer_by);
    } else if constexpr (requires { e.review_at; }) {
        return words.date(e.review_at);
    } else if constexpr (requires { e.starts; }) {
        return words.date(e.starts);
    } else {
        return {};
    }
}

// How often something happened.
template <class Event>
std::int64_t times_of(const Event& e) {
    if constexpr (requires { e.times; }) {
        return e.times;
    } else if constexpr (requires { e.tries; }) {
        return e.tries;
    } else if constexpr (requires { e.level; }) {
        return e.level;
    } else {
        return 0;
    }
}

template <class Event>
Facts facts_of(const Words& words, const matcher::Ask& ask, const Event& e) {
    Facts facts;
    facts.needs = needs_of(words, ask, e);
    facts.when = when_of(words, e);
    facts.n = times_of(e);
    if constexpr (requires { e.reason; }) {
        facts.reason = matcher::name(e.reason);
    }
    if constexpr (requires { e.outcome; }) {
        facts.outcome = matcher::name(e.outcome);
    }
    if constexpr (requires { e.owner; }) {
        facts.owner = e.owner.view();
    }
    if constexpr (requires { e.purposes; }) {
        facts.purposes = purposes_text(words, e.purposes);
    }
    if constexpr (requires { e.total; e.kind; }) {
        facts.total = e.total;
        facts.unit = matcher::name(e.kind);
    }
    if constexpr (std::is_same_v<Event, matcher::ConsentGiven>) {
        facts.purposes = purposes_text(words, e.consent.purposes);
    }
    if constexpr (std::is_same_v<Event, matcher::MeasureRecorded>) {
        facts.measure = matcher::name(e.measure);
        facts.moment = matcher::name(e.moment);
        facts.n = e.value;
        facts.total = matcher::scale_max(e.measure);
    }
    return facts;
}

}  // namespace

std::string story(const Words& words, const api::Told& told) {
    const matcher::Event& event = *told.event.event;
    const matcher::Ask& ask = told.subject.ask;
    const Facts facts = std::visit([&](const auto& e) { return facts_of(words, ask, e); }, event);
    const std::string_view no_hub = words.text("story", "the_hub");
    return words.say("story", matcher::event_name(event),
                     {{"hub", told.subject.hub.name.empty() ? std::string(no_hub) : told.subject.hub.name},
                      {"needs", facts.needs},
                      {"when", facts.when},
                      {"practice", std::string(told.subject.practice.view())},
                      {"urgency", Code{ask.urgency == matcher::Urgency::urgent ? "urgent" : "routine"}},
                      {"why", Code{facts.reason}},
                      {"reason", std::string(words.text("reason", facts.reason))},
                      {"outcome", std::string(words.text("outcome", facts.outcome))},
                      {"unit", std::string(words.text("unit", facts.unit))},
                      {"total", facts.total},
                      {"n", facts.n},
                      {"owner", facts.owner},
                      {"purposes", facts.purposes},
                      {"measure", std::string(words.text("measure", facts.measure))},
                      {"moment", Code{facts.moment}},
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
