// SPDX-License-Identifier: Apache-2.0
#include "server/pages/opening_form.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "server/wire/hub_json.hpp"
#include "server/wire/hours_json.hpp"

namespace hubward::server::pages {
namespace {

// Nothing for a span that cannot be.
std::optional<matcher::Span> span_in(const Form& form, std::size_t day, std::size_t which) {
    const std::string_view from = form.value(hour_field(day, which, true));
    const std::string_view to = form.value(hour_field(day, which, false));
    if (from.empty() && to.empty()) {
        return matcher::Span{};
    }
    const auto open = typed_minute(from);
    auto close = typed_minute(to);
    if (close == 0) {
        close = matcher::minutes_of_day;  // open until midnight
    }
    return open && close && *open < *close ? std::optional(matcher::Span{*open, *close}) : std::nullopt;
}

}  // namespace

std::optional<std::uint16_t> typed_minute(std::string_view typed) {
    std::string text(typed);
    std::ranges::replace(text, '.', ':');
    if (text.find(':') == std::string::npos) {
        text += ":00";
    }
    return wire::minute_of(text.find(':') == 1 ? "0" + text : text);
}

std::string hour_field(std::size_t day, std::size_t span, bool from) {
    return fmt::format("{}-{}-{}", wire::weekdays[day], span + 1, from ? "from" : "to");
}

std::string hour_text(std::uint16_t minute) {
    const unsigned shown = minute % matcher::minutes_of_day;
    return fmt::format("{:02}:{:02}", shown / 60, shown % 60);
}

std::expected<matcher::Week, std::vector<OpeningFault>> week_of(const Form& form,
                                                                const matcher::Week& stood) {
    matcher::Week week;
    std::vector<OpeningFault> faults;
    for (std::size_t day = 0; day < week.days.size(); ++day) {
        auto& spans = week.days[day];
        bool good = true;
        for (std::size_t i = 0; i < spans.size() && good; ++i) {
            const auto span = span_in(form, day, i);
            good = span.has_value();
            if (span) {
                spans[i] = *span;
            } else {
                faults.push_back({hour_field(day, i, true), "h_e_time"});
            }
        }
        const bool pause = spans[1].open != spans[1].close;
        if (good && pause && spans[0].open == spans[0].close) {
            std::swap(spans[0], spans[1]);  // only the second row was filled in
        } else if (good && pause && spans[1].open < spans[0].close) {
            faults.push_back({hour_field(day, 1, true), "h_e_order"});
        }
    }
    if (faults.empty() && !week.stated() && stood.stated()) {
        faults.push_back({"week", "h_e_empty"});
    }
    if (!faults.empty()) {
        return std::unexpected(std::move(faults));
    }
    return week;
}

}  // namespace hubward::server::pages
