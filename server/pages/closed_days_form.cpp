// SPDX-License-Identifier: Apache-2.0
#include "server/pages/closed_days_form.hpp"

#include <algorithm>

#include "server/pages/typed_date.hpp"
#include "server/wire/closed_days_json.hpp"

namespace hubward::server::pages {
namespace {

using Times = decltype(matcher::Closures::times);

bool used(const matcher::Closures::Time& time) { return time.from != time.to; }

// Those that are used, in order, in front.
matcher::Closures in_order(const Times& times) {
    matcher::Closures made;
    made.times = times;
    std::ranges::sort(made.times, [](const auto& a, const auto& b) {
        return used(a) != used(b) ? used(a) : a.from < b.from;
    });
    return made;
}

template <class Gone>
matcher::Closures without(const matcher::Closures& closures, Gone gone) {
    Times times = closures.times;
    for (auto& time : times) {
        if (used(time) && gone(time)) {
            time = {};
        }
    }
    return in_order(times);
}

}  // namespace

std::expected<matcher::Closures, OpeningFault> with_closed_days(const matcher::Closures& closures,
                                                                const Form& form, matcher::Timestamp now) {
    const auto wrong = [](const char* field, std::string_view text) {
        return std::unexpected(OpeningFault{field, text});
    };
    const auto first = typed_date(form.value("first"));
    if (!first || *first < wire::in_london(now).date) {
        return wrong("first", "h_e_first");
    }
    const auto last = form.value("last").empty() ? first : typed_date(form.value("last"));
    if (!last || *last < *first) {
        return wrong("last", "h_e_last");
    }
    const matcher::Closures::Time days = wire::whole_days({*first, *last});
    if (days.to - days.from > matcher::limits::closure_longest) {
        return wrong("last", "h_e_long");
    }
    matcher::Closures kept = wire::still_ahead(closures, now);
    if (std::ranges::any_of(kept.times, [&](const auto& time) {
            return used(time) && time.from < days.to && days.from < time.to;
        })) {
        return wrong("first", "h_e_overlap");
    }
    if (used(kept.times.back())) {
        return wrong("first", "h_e_many");
    }
    kept.times.back() = days;
    return in_order(kept.times);
}

matcher::Closures without_closed_days(const matcher::Closures& closures, const wire::Date& first) {
    return without(closures, [&](const auto& time) { return wire::in_london(time.from).date == first; });
}

}  // namespace hubward::server::pages
