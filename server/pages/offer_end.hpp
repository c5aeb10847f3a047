// SPDX-License-Identifier: Apache-2.0
//
// A hub lets go of a person, on its page or by a link: what it says in words, and what it is told of who goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/codes.hpp"
#include "server/api/services.hpp"
#include "server/gateway.hpp"

namespace hubward::server::pages {

// The words may name the person, so they are sealed like the details. More than 2,000 bytes are cut off, after a
// whole letter; the field of the form takes 500 letters. Nothing when it cannot be sealed now.
struct SealedNote {
    std::uint64_t slot = 0;
    std::string bytes;
};
std::optional<SealedNote> seal_note(api::Services& services, const matcher::ReferralId& referral, std::string_view note);

// The word of the group "flash" for who has the person now: another hub is looked for (`goes_on`), the practice,
// somebody at the place, or nobody any more. Which hub it is and whether there is one, is not this hub's to know.
std::string_view word_after(const Done& done, matcher::Reason reason, std::string_view goes_on);

// Somebody at the place has the person now, because nobody could be reached as often as they were tried.
bool handed_on(const Done& done);

}  // namespace hubward::server::pages
