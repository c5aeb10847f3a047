// SPDX-License-Identifier: Apache-2.0
//
// A check for our own mistakes. It stays on in release: a wrong match is worse than a restart, and
// a restart rebuilds the truth from the journal. Input from outside is refused long before one.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace hubward::matcher {

inline void invariant(bool holds, const char* text,
                      std::source_location where = std::source_location::current()) {
    if (!holds) [[unlikely]] {
        std::fprintf(stderr, "invariant broken: %s (%s:%u)\n", text, where.file_name(),
                     static_cast<unsigned>(where.line()));
        std::abort();
    }
}

}  // namespace hubward::matcher
