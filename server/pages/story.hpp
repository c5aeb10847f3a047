// SPDX-License-Identifier: Apache-2.0
//
// What happened to a referral, one plain sentence an event, in the language of the page. Pure.
#pragma once

#include <string>

#include "server/api/referral_events.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

// From the group "story" by the name of the event; every event has words in every language.
std::string story(const Words& words, const api::Told& told);
// "Somebody at your hub", "Practice A12345", "The server": who caused it, as the reader may know them.
std::string who(const Words& words, const auth::Principal& reader, const matcher::Actor& actor);

// What people wrote, line by line: "line".
Model::List lines_of(std::string_view text);
// "Using the NHS App, Borrow a device"
std::string needs_text(const Words& words, const matcher::Ask& ask, matcher::NeedMask needs);

}  // namespace hubward::server::pages
