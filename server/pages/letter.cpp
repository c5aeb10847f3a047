// SPDX-License-Identifier: Apache-2.0
#include "server/pages/letter.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/pages/own_hub.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::array<std::string_view, letter_states> state_keys = {
    "waiting", "accepted", "date", "helping", "gap", "person", "paused", "finished", "stopped"};
constexpr std::array<std::string_view, letter_forms> form_names = {
    "standard", "large-20", "large-24", "large-28", "easy", "script"};
constexpr std::array<int, letter_forms> points = {14, 20, 24, 28, 18, 14};
// The pictures of an Easy Read letter, one beside each sentence, from the layout's sheet of icons.
constexpr std::array<std::string_view, 3> pictures = {"i-speech", "i-time", "i-check"};

bool any_need_is(const matcher::Referral& referral, matcher::NeedStatus status) {
    return matcher::needs_that_are(referral, status) != 0;
}

LetterFacts about_offer(const wire::OfferFacts& at, const matcher::Referral& referral) {
    LetterFacts facts;
    facts.hub = at.hub_name;
    facts.needs = at.offer.needs;
    // A hub promises nothing for what it does not have. The rest waits for a hub or a person, or is with another hub.
    const auto open = static_cast<matcher::NeedMask>(matcher::needs_that_wait(referral) |
                                                     matcher::needs_that_are(referral, matcher::NeedStatus::offered));
    facts.others = static_cast<matcher::NeedMask>(open & ~at.offer.needs);
    if (at.offer.status == matcher::OfferStatus::in_progress) {
        facts.state = LetterState::helping;
    } else if (at.offer.appointment != matcher::never) {
        facts.state = LetterState::date;
        facts.when = at.offer.appointment;
    } else {
        facts.state = LetterState::accepted;
    }
    return facts;
}

// "One sentence.|Another." in lines.
Model::List lines(std::string_view text) {
    Model::List list;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('|'), text.size());
        Model line;
        line.set("text", text.substr(0, end));
        line.set("picture", pictures[list.size() % pictures.size()]);
        list.push_back(std::move(line));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list;
}

}  // namespace

std::optional<LetterForm> parse_letter_form(std::string_view text) {
    const auto at = std::ranges::find(form_names, text);
    return at == form_names.end() ? std::nullopt
                                  : std::optional(static_cast<LetterForm>(at - form_names.begin()));
}

LetterFacts letter_facts(const wire::ReferralFacts& facts) {
    using matcher::NeedStatus;
    using matcher::ReferralStatus;
    const matcher::Referral& referral = facts.referral;
    switch (referral.status) {
        case ReferralStatus::completed:
            return {.state = LetterState::finished, .hub = {}, .when = matcher::never};
        case ReferralStatus::revoked:
        case ReferralStatus::entered_in_error:
            return {.state = LetterState::stopped, .hub = {}, .when = matcher::never};
        case ReferralStatus::on_hold:
            if (referral.review_at != matcher::never) {
                return {.state = LetterState::paused, .hub = {}, .when = referral.review_at};
            }
            return {.state = LetterState::person, .hub = {}, .when = matcher::never};
        case ReferralStatus::draft:
        case ReferralStatus::active:
        case ReferralStatus::unknown:
            break;
    }
    // Good news first: who helps already, then who is asked, then what nobody does yet.
    const auto helps = std::ranges::find_if(
        facts.offers, [](const wire::OfferFacts& at) { return is_in_care(at.offer.status); });
    if (helps != facts.offers.end()) {
        return about_offer(*helps, referral);
    }
    const auto asked = std::ranges::find_if(
        facts.offers, [](const wire::OfferFacts& at) { return waits(at.offer.status); });
    if (asked != facts.offers.end()) {
        return {.state = LetterState::waiting, .hub = {}, .when = asked->offer.answer_by};
    }
    if (any_need_is(referral, NeedStatus::gap) && referral.review_at != matcher::never) {
        return {.state = LetterState::gap, .hub = {}, .when = referral.review_at};
    }
    return {.state = LetterState::person, .hub = {}, .when = matcher::never};
}

Model letter(const Words& words, const LetterFacts& facts, LetterForm form, const matcher::Ask& ask,
             std::string_view reference, matcher::Timestamp today) {
    const std::string_view key = state_keys[static_cast<std::size_t>(facts.state)];
    const std::string when = facts.when == matcher::never ? std::string("–") : words.date(facts.when);
    const auto text = [&](std::string_view part) {
        return words.say("letter", fmt::format("{}_{}", key, part), {{"hub", facts.hub}, {"when", when}});
    };
    Model made;
    made.set("points", points[static_cast<std::size_t>(form)]);
    made.set("plain", form != LetterForm::easy && form != LetterForm::script);
    made.set("easy", form == LetterForm::easy);
    made.set("script", form == LetterForm::script);
    made.set("date", words.day(today));
    made.set("reference", words.say("letter", "reference", {{"reference", std::string(reference)}}));
    made.set("asked", words.say("letter", "asked", {{"needs", needs_text(words, ask, facts.needs)}}));
    if (facts.others != 0) {
        made.set("others", words.say("letter", "others", {{"needs", needs_text(words, ask, facts.others)}}));
    }
    made.set("what", text("what"));
    made.set("next", text("next"));
    made.set("lines", lines(text("easy")));
    made.set("unreviewed", !words.language().reviewed);
    for (const std::string_view part : {"head", "name_line", "dear", "free", "questions", "sign", "script_before",
                                        "script_who", "script_say", "script_ask", "script_none", "print", "other"}) {
        made.set(fmt::format("l_{}", part), words.text("letter", part));
    }
    return made;
}

Model letter_links(const Words& words) {
    Model::List kinds;
    for (std::size_t i = 0; i < letter_forms; ++i) {
        const bool large = i >= static_cast<std::size_t>(LetterForm::large_20) &&
                           i <= static_cast<std::size_t>(LetterForm::large_28);
        Model kind;
        kind.set("form", form_names[i]);
        kind.set("label", large ? words.say("letter", "form_large", {{"n", std::int64_t{points[i]}}})
                                : std::string(words.text("letter", fmt::format("form_{}", form_names[i]))));
        kinds.push_back(std::move(kind));
    }
    Model section;
    section.set("kinds", std::move(kinds));
    return section;
}

}  // namespace hubward::server::pages
