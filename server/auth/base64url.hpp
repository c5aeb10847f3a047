// SPDX-License-Identifier: Apache-2.0
//
// RFC 4648 §5 base64 for URLs, without padding. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hubward::server::auth {

std::string to_base64url(std::string_view bytes);
// Strict: nothing for any other character, a length that cannot be, or unused bits that are not 0;
// so every byte string has exactly one text.
std::optional<std::string> from_base64url(std::string_view text);

// 128 random bits as such a text: a name that nobody can guess.
std::string random_code();

}  // namespace hubward::server::auth
