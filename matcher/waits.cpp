// SPDX-License-Identifier: Apache-2.0
#include "matcher/waits.hpp"

namespace hubward::matcher {
namespace {

// What the place says, or where it says nothing, the house.
std::int64_t own_or(std::int64_t place_ms, std::int64_t house_ms) {
    return place_ms != 0 ? place_ms : house_ms;
}

Timestamp by_hours(const Draft& draft, const Week& hours, const Closures& shut,
                   std::int64_t working_ms, std::int64_t plain_ms) {
    return hours.stated()
               ? draft.before().calendar.after(hours, draft.at(),
                                               std::chrono::milliseconds(working_ms), shut)
               : shut.after(draft.at(), std::chrono::milliseconds(plain_ms));
}

}  // namespace

Timestamp within(const Draft& draft, const Hub& hub, std::int64_t working_ms,
                 std::int64_t plain_ms) {
    const Closures& shut = hub.profile.closures;
    const Timestamp open = by_hours(draft, hub.profile.hours, {}, working_ms, plain_ms);
    if (shut == Closures()) {
        return open;
    }
    const Timestamp later = by_hours(draft, hub.profile.hours, shut, working_ms, plain_ms);
    return open <= later && later - open <= limits::closure_delay_max ? later : open;
}

Timestamp within(const Draft& draft, const Hub& hub, std::int64_t working_ms) {
    return within(draft, hub, working_ms, 3 * working_ms);
}

AnswerTimes answer_times(const Draft& draft, const Hub& hub, const Ask& ask) {
    const bool urgent = ask.urgency == Urgency::urgent;
    const Policy& rules = draft.rules_for(ask.place);
    const std::int64_t working =
        urgent ? own_or(rules.answer_urgent_working_ms, draft.how().answer_urgent_working_ms)
               : own_or(rules.answer_routine_working_ms, draft.how().answer_routine_working_ms);
    const std::int64_t plain =
        urgent ? rules.answer_within_urgent_ms : rules.answer_within_routine_ms;
    AnswerTimes times{within(draft, hub, working / 2, plain / 2),
                      within(draft, hub, working, plain)};
    // A wait too short to remind anybody of; or one that the hub's few hours of a year do not hold, which
    // ends by the plain clock while half of it would still have fitted.
    if (times.remind_at >= times.answer_by || times.remind_at == draft.at()) {
        times.remind_at = {};
    }
    return times;
}

Timestamp contact_due(const Draft& draft, const Hub& hub, const Ask& ask) {
    return within(draft, hub, own_or(draft.rules_for(ask.place).contact_working_ms,
                                     draft.how().contact_working_ms));
}

Timestamp check_in_due(const Draft& draft) {
    return draft.at() + std::chrono::milliseconds(draft.how().check_in_ms);
}

}  // namespace hubward::matcher
