// SPDX-License-Identifier: Apache-2.0
//
// What each event is called outside.
#pragma once

#include <string_view>

#include "matcher/event.hpp"

namespace hubward::server::wire {

struct Kind {
    std::string_view type;     // org.hubward.….v1
    std::string_view meaning;  // the event's name in docs/GLOSSARY.md
};

// Never fails: a new event without a name does not compile.
Kind kind_of(const matcher::Event& event);

}  // namespace hubward::server::wire
