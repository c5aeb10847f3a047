// SPDX-License-Identifier: Apache-2.0
#include "server/pages/change_words.hpp"

#include "matcher/codes.hpp"
#include "server/pages/own_hub.hpp"

namespace hubward::server::pages {
namespace {

using enum matcher::Lever;

std::string_view key_of(matcher::Lever lever) {
    switch (lever) {
        case take_part: return "take_part";
        case dates: return "dates";
        case offer_need: return "offer_need";
        case free_units: return "free_units";
        case speak_language: return "speak_language";
        case meet_access: return "meet_access";
        case agreement: return "agreement";
        case catchment: return "catchment";
        case welcome_place: return "welcome_place";
        case age_limit: return "age_limit";
        case opening_time: return "opening_time";
        case travel_further: return "travel_further";
        case accept_hub: return "accept_hub";
        case nearer: return "nearer";
        case free_places: return "free_places";
        case shorter_wait: return "shorter_wait";
        case staff_language: return "staff_language";
        case community: return "community";
        case ask_by_name: return "ask_by_name";
        case lower_price: return "lower_price";
        case confirm_capacity: return "confirm_capacity";
        case grant_wishes: return "grant_wishes";
    }
    return {};
}

}  // namespace

std::string change_words(const Words& words, const matcher::Change& change, const matcher::Ask& ask) {
    const std::string_view key = key_of(change.lever);
    const auto metres = [&](std::int64_t m) {
        return m == 0 ? words.number(0) : words.distance(static_cast<matcher::Metres>(m));
    };
    const auto name_of = [&](std::string_view group, std::string_view code) {
        return std::string(words.text(group, code));
    };
    switch (change.lever) {
        case offer_need:
            return words.say("lever", key, {{"need", name_of("need", matcher::name(ask.needs[change.detail]))}});
        case free_units:
            return words.say("lever", key,
                             {{"unit", name_of("unit", matcher::name(static_cast<matcher::UnitKind>(change.detail)))},
                              {"n", change.to - change.from}});
        case speak_language:
        case staff_language:
            return words.say("lever", key, {{"language", language_text(words, ask)}});
        case meet_access:
            return words.say("lever", key,
                             {{"access", name_of("access", matcher::name(static_cast<matcher::Access>(change.detail)))}});
        case catchment:
        case travel_further:
        case nearer:
            return words.say("lever", key, {{"from", metres(change.from)}, {"to", metres(change.to)}});
        case age_limit:
            return words.say("lever", key, {{"from", words.number(change.from)}, {"to", words.number(change.to)}});
        case free_places:
        case grant_wishes:
            return words.say("lever", key, {{"n", change.to - change.from}});
        case shorter_wait:
            return words.say("lever", key, {{"n", change.to}});
        case take_part:
        case dates:
        case agreement:
        case welcome_place:
        case opening_time:
        case accept_hub:
        case community:
        case ask_by_name:
        case lower_price:
        case confirm_capacity:
            return name_of("lever", key);
    }
    return {};
}

}  // namespace hubward::server::pages
