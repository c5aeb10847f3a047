// SPDX-License-Identifier: Apache-2.0
#include "server/calendar_years.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "server/wire/calendar.hpp"

namespace hubward::server {
namespace {

constexpr int years_told = 3;

std::expected<std::vector<wire::Date>, std::string> read_days(const std::string& file) {
    std::vector<wire::Date> days;
    if (file.empty()) {
        return days;
    }
    std::ifstream in(file);
    if (!in) {
        return std::unexpected(fmt::format("{} cannot be read", file));
    }
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto day = wire::parse_date(std::string_view(line).substr(0, 10));
        if (!day || (line.size() > 10 && line[10] != ' ')) {
            return std::unexpected(
                fmt::format("{}:{}: a day is expected, as in 2026-12-25 Christmas Day", file, number));
        }
        days.push_back(*day);
    }
    std::ranges::sort(days);
    const auto twice = std::ranges::unique(days);
    days.erase(twice.begin(), twice.end());
    return days;
}

}  // namespace

std::expected<std::vector<matcher::CalendarYear>, std::string> calendar_years(
    const std::string& closed_days_file, matcher::Timestamp now) {
    const auto days = read_days(closed_days_file);
    if (!days) {
        return std::unexpected(days.error());
    }
    const std::int32_t first = wire::in_london(now).date.year;
    std::vector<matcher::CalendarYear> years;
    for (std::int32_t y = first; y < first + years_told; ++y) {
        matcher::CalendarYear year;
        year.year = static_cast<std::uint16_t>(y);
        const auto [from, to] = wire::summer_time(y);
        year.summer_from = from;
        year.summer_to = to;
        for (const wire::Date& day : *days) {
            if (day.year != y) {
                continue;
            }
            if (year.closed_count == year.closed.size()) {
                return std::unexpected(fmt::format("{}: more than {} closed days in {}",
                                                   closed_days_file, year.closed.size(), y));
            }
            year.closed[year.closed_count++] = wire::day_of_year(day);
        }
        years.push_back(year);
    }
    return years;
}

}  // namespace hubward::server
