// SPDX-License-Identifier: Apache-2.0
//
// Named moments at which a test ends the process, as a power switch would. Inside the program they
// are nothing: an empty function that the compiler leaves out.
//
// tests/kill compiles the files that hold one a second time, with HUBWARD_KILL_POINTS, into a
// program of its own. The two inline namespaces keep that program's two kinds of object apart.
#pragma once

#include <string_view>

#include "matcher/types.hpp"

namespace hubward::matcher {

#ifdef HUBWARD_KILL_POINTS
inline namespace armed {
// `of` is the file that the moment is about; its kind becomes part of the name. Any thread.
void kill_point(std::string_view name, std::string_view of = {});
// The event that the next record ends with, and the chain up to there: the commit trace.
void about_to_commit(Sequence last, std::string_view chain_head);
}  // namespace armed
#else
inline namespace silent {
constexpr void kill_point(std::string_view /*name*/, std::string_view /*of*/ = {}) {}
constexpr void about_to_commit(Sequence /*last*/, std::string_view /*chain_head*/) {}
}  // namespace silent
#endif

}  // namespace hubward::matcher
