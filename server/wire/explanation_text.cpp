// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "matcher/language.hpp"
#include "server/wire/explanation_json.hpp"
#include "server/wire/plain_words.hpp"

namespace hubward::server::wire {
namespace {

void append(std::string& out, std::uint64_t n) {
    std::array<char, 20> digits;
    out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), n).ptr);
}

void append_far(std::string& out, matcher::Metres metres) {
    if (metres < 1000) {
        append(out, metres / 50 * 50);
        out += " metres";
        return;
    }
    append(out, metres / 1000);
    out += '.';
    append(out, metres % 1000 / 100);
    out += " km";
}

std::string far_text(matcher::Metres metres) {
    std::string text;
    append_far(text, metres);
    return text;
}

std::string counted(std::int64_t n, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string_view unit_text(std::uint8_t kind, bool many) {
    switch (static_cast<matcher::UnitKind>(kind)) {
        case matcher::UnitKind::device:
            return many ? "devices" : "device";
        case matcher::UnitKind::sim:
            return many ? "SIM cards" : "SIM card";
        case matcher::UnitKind::place:
            break;
    }
    return many ? "places" : "place";
}

}  // namespace

// For each hub of a preview, so it is put together without format strings.
std::string why_text(const CandidateFacts& c, const matcher::Ask& ask) {
    std::string text;
    text.reserve(320);
    text.append("Helps with ").append(needs_text(ask, c.it.sieved.facts.needs));
    if (c.profile.is_virtual) {
        text += ", by phone or video.";
    } else if (ask.position.known() && c.profile.position.known()) {
        text += ", about ";
        append_far(text, c.it.sieved.facts.distance);
        text += " away.";
    } else {
        text += ".";
    }
    if (ask.language != matcher::Language::not_stated) {
        text += c.it.sieved.facts.speaks ? " Somebody there speaks " : " Nobody there is known to speak ";
        text.append(matcher::english_name(ask.language)).append(".");
    }
    if (c.it.sieved.facts.shares_community) {
        text += " It serves the person's own community.";
    }
    const matcher::Term& wishes = c.it.terms[static_cast<std::size_t>(matcher::Factor::access)];
    if (wishes.whole != 0) {
        text += " Of what the person would like there it has ";
        append(text, wishes.part);
        text += " of ";
        append(text, wishes.whole);
        text += '.';
    }
    if (c.it.terms[static_cast<std::size_t>(matcher::Factor::trust)].points() > 0) {
        text += " The person knows or asked for it.";
    }
    if (c.profile.wait_days == matcher::wait_not_stated) {
        text += " It has not said how long the wait is.";
    } else if (c.profile.wait_days == 0) {
        text += " There is no wait.";
    } else {
        text += " The wait is about ";
        append(text, c.profile.wait_days);
        text += c.profile.wait_days == 1 ? " day." : " days.";
    }
    text += ' ';
    append(text, c.free_places);
    text += c.free_places == 1 ? " place is free now." : " places are free now.";
    if (ask.other_access[0] != 0) {
        text += " Some access needs could not be checked by the router: please ask the hub.";
    }
    return text;
}

std::string why_not_text(matcher::Filter filter) {
    switch (filter) {
        using enum matcher::Filter;
        case passed: return "Nothing stands in the way.";
        case hub_inactive: return "The hub takes nobody at the moment.";
        case outside_dates: return "The hub is closed for some days, or its programme has not begun or is over.";
        case need_not_offered: return "The hub does not offer the help that is needed.";
        case no_free_unit: return "The hub has nothing free at the moment.";
        case language_missing: return "Nobody at the hub is known to speak the language that is needed.";
        case access_missing: return "The hub cannot meet an access need.";
        case no_agreement: return "The hub takes people from other practices only.";
        case outside_catchment: return "The hub serves another area or another community.";
        case age_outside: return "The hub is for people of another age.";
        case kept_for_others: return "The hub keeps its last free places for others.";
        case times_differ: return "The hub is closed whenever the person could come.";
        case beyond_travel: return "The hub is farther away than the person can travel.";
        case refused_by_person: return "The person does not want to go there.";
        case tried_before: return "The hub was asked before and said no, or did not answer.";
    }
    return "";
}

std::string change_text(const matcher::Change& change, const matcher::Ask& ask) {
    using enum matcher::Lever;
    const std::int64_t by = change.to > change.from ? change.to - change.from : change.from - change.to;
    const auto metres = [](std::int64_t m) { return far_text(static_cast<matcher::Metres>(m)); };
    switch (change.lever) {
        case take_part: return "It could be asked if it took people again.";
        case dates: return "It could be asked if it were open and its programme ran on this day.";
        case offer_need:
            return fmt::format("It could be asked if it offered {}.", plain(ask.needs[change.detail]));
        case free_units:
            return fmt::format("It could be asked if {} more {} came free.", by,
                               unit_text(change.detail, by != 1));
        case speak_language:
            return fmt::format("It could be asked if somebody there spoke {}.",
                               matcher::english_name(ask.language));
        case meet_access:
            return fmt::format("It could be asked if it could meet one more access need: {}.",
                               words(matcher::name(static_cast<matcher::Access>(change.detail))));
        case agreement: return "It could be asked if it had an agreement with this practice.";
        case catchment:
            return fmt::format("It could be asked if it served people from {} away, not only from {}.",
                               metres(change.to), metres(change.from));
        case welcome_place: return "It could be asked if it served where the person lives.";
        case age_limit:
            return fmt::format("It could be asked if its age limit were {} and not {}.", change.to,
                               change.from);
        case opening_time: return "It could be asked if it were open when the person is free.";
        case travel_further:
            return fmt::format("It could be asked if the person could travel {} and not only {}.",
                               metres(change.to), metres(change.from));
        case accept_hub: return "It could be asked if the person agreed to go there.";
        case nearer:
            return fmt::format("It would be first if it were {} away and not {}.", metres(change.to),
                               metres(change.from));
        case free_places:
            return fmt::format("It would be first with {} more free.", counted(by, "place", "places"));
        case shorter_wait:
            return fmt::format("It would be first with a wait of {}.", counted(change.to, "day", "days"));
        case staff_language:
            return fmt::format("It would be first if somebody there spoke {}.",
                               matcher::english_name(ask.language));
        case community: return "It would be first if it served the person's own community.";
        case ask_by_name: return "It would be first if the person asked for it by name.";
        case confirm_capacity:
            return "It would be first if it confirmed that what it says it has free still stands.";
        case lower_price: return "It would be first if its places were less sought after.";
        case grant_wishes:
            return fmt::format("It would be first with {} more of what the person would like there.", by);
    }
    return "";
}

}  // namespace hubward::server::wire
