// SPDX-License-Identifier: Apache-2.0
//
// English made longer and accented, to see what does not fit and what nobody translated. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hubward::server::pages {

// "[Ȧċċēƥţ ···]" for "Accept": about 40 % longer; the arguments of a MessageFormat pattern stay as they are.
std::string pseudo(std::string_view pattern);

}  // namespace hubward::server::pages
