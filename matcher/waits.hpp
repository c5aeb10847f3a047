// SPDX-License-Identifier: Apache-2.0
//
// When things fall due: on the hub's opening hours where it stated them, else on the plain clock.
// Internal to the room; reads the draft's rules and the calendar.
#pragma once

#include "matcher/draft.hpp"

namespace hubward::matcher {

// From now on, so much of the hub's open time; `plain` for a hub without stated hours. Closed days of
// the hub do not count, unless that would make the wait longer than limits::closure_delay_max.
Timestamp within(const Draft& draft, const Hub& hub, std::int64_t working_ms,
                 std::int64_t plain_ms);
// … of a wait of Care, which on the plain clock is three times as long.
Timestamp within(const Draft& draft, const Hub& hub, std::int64_t working_ms);

struct AnswerTimes {
    Timestamp remind_at{};
    Timestamp answer_by{};
};
AnswerTimes answer_times(const Draft& draft, const Hub& hub, const Ask& ask);

Timestamp contact_due(const Draft& draft, const Hub& hub, const Ask& ask);
Timestamp check_in_due(const Draft& draft);

}  // namespace hubward::matcher
