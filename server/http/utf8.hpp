// SPDX-License-Identifier: Apache-2.0
//
// Is this text valid UTF-8 (RFC 3629)? No overlong forms, no surrogates, nothing above U+10FFFF.
// Pure; any thread.
#pragma once

#include <string_view>

namespace hubward::server::http {

bool valid_utf8(std::string_view text);

}  // namespace hubward::server::http
