// SPDX-License-Identifier: Apache-2.0
//
// Letters and calls for people who are offline: for every state in which somebody is told something,
// one on paper, in three sizes of large print, in Easy Read, and words for the phone. Pure.
//
// A letter names nobody: the sender writes name and address on it, so no details have to be opened
// for it, and one that lies around tells only a reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::pages {

enum class LetterState : std::uint8_t {
    waiting, accepted, date, helping, gap, person, paused, finished, stopped,
};
inline constexpr std::size_t letter_states = static_cast<std::size_t>(LetterState::stopped) + 1;

enum class LetterForm : std::uint8_t { standard, large_20, large_24, large_28, easy, script };
inline constexpr std::size_t letter_forms = static_cast<std::size_t>(LetterForm::script) + 1;
std::optional<LetterForm> parse_letter_form(std::string_view text);

struct LetterFacts {
    LetterState state = LetterState::person;
    std::string hub;                           // public name; empty when nobody has accepted
    matcher::Timestamp when = matcher::never;  // what the state's texts call {when}
    matcher::NeedMask needs = 0xff;            // of which this is said
    matcher::NeedMask others = 0;              // nothing of it is: they still wait
};
// How it stands for the person, out of what the sender may see. Every referral has such a state.
LetterFacts letter_facts(const wire::ReferralFacts& facts);

// What web/templates/letter.html shows: `facts.needs` and `facts.others` are named as the person asked for them in `ask`,
// `reference` as people say it.
Model letter(const Words& words, const LetterFacts& facts, LetterForm form, const matcher::Ask& ask,
             std::string_view reference, matcher::Timestamp today);
// Links to all forms, as the section `letters` of a page.
Model letter_links(const Words& words);

}  // namespace hubward::server::pages
