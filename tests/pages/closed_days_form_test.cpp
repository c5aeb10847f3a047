// SPDX-License-Identifier: Apache-2.0
#include "server/pages/closed_days_form.hpp"

#include <gtest/gtest.h>

#include "server/wire/closed_days_json.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using server::wire::Date;
using server::wire::whole_days;

Form form(std::string_view body) { return *Form::read(body); }
// Noon of Monday 2 November 2026.
constexpr matcher::Timestamp now{1'793'620'800'000};

matcher::Closures half_term_and_christmas() {
    matcher::Closures closures;
    closures.times[0] = whole_days({{2026, 10, 26}, {2026, 10, 30}});
    closures.times[1] = whole_days({{2026, 12, 24}, {2027, 1, 3}});
    return closures;
}

TEST(ClosedDaysForm, KeepsThemInOrderAndForgetsThoseThatAreOver) {
    const matcher::Closures closures = half_term_and_christmas();
    const auto more = with_closed_days(closures, form("first=2026-11-20&last="), now);
    ASSERT_TRUE(more);
    EXPECT_EQ(more->times[0], whole_days({{2026, 11, 20}, {2026, 11, 20}}));
    EXPECT_EQ(more->times[1], closures.times[1]);
    EXPECT_EQ(more->times[2], matcher::Closures::Time());
    EXPECT_TRUE(more->sound());
    const auto fewer = without_closed_days(*more, {2026, 11, 20});
    EXPECT_EQ(fewer.times[0], closures.times[1]);
    EXPECT_EQ(fewer.times[1], matcher::Closures::Time());
    EXPECT_EQ(without_closed_days(fewer, {2026, 11, 21}), fewer);
}

// Midnight in summer is an hour earlier than in winter, and a day may have 23 or 25 hours.
TEST(ClosedDaysForm, ADayIsOneOfLondon) {
    using namespace std::chrono_literals;
    const auto summer = whole_days({{2026, 7, 1}, {2026, 7, 1}});
    EXPECT_EQ(summer.from.ms % 86'400'000, 23 * 3'600'000);
    EXPECT_EQ(summer.to - summer.from, 24h);
    const auto autumn = whole_days({{2026, 10, 25}, {2026, 10, 25}});
    EXPECT_EQ(autumn.to - autumn.from, 25h);
    const auto spring = whole_days({{2026, 3, 29}, {2026, 3, 29}});
    EXPECT_EQ(spring.to - spring.from, 23h);
}

TEST(ClosedDaysForm, SaysAtTheFieldWhatIsWrong) {
    matcher::Closures closures;
    closures.times[0] = whole_days({{2026, 12, 24}, {2027, 1, 3}});
    const auto fault = [&](std::string_view body) {
        const auto made = with_closed_days(closures, form(body), now);
        return made ? OpeningFault() : made.error();
    };
    EXPECT_EQ(fault(""), (OpeningFault{"first", "h_e_first"}));
    EXPECT_EQ(fault("first=soon"), (OpeningFault{"first", "h_e_first"}));
    EXPECT_EQ(fault("first=2026-11-01"), (OpeningFault{"first", "h_e_first"})) << "yesterday";
    EXPECT_EQ(fault("first=2026-11-02"), OpeningFault()) << "today";
    EXPECT_EQ(fault("first=5.12.2026&last=06/12/2026"), OpeningFault()) << "as people write it";
    EXPECT_EQ(fault("first=02%2F11%2F2026&last=03.11.2026"), OpeningFault()) << "as the country writes";
    EXPECT_EQ(fault("first=2026-11-10&last=2026-11-09"), (OpeningFault{"last", "h_e_last"}));
    EXPECT_EQ(fault("first=2026-11-10&last=never"), (OpeningFault{"last", "h_e_last"}));
    EXPECT_EQ(fault("first=2026-11-10&last=2027-03-01"), (OpeningFault{"last", "h_e_long"}));
    EXPECT_EQ(fault("first=2026-12-20&last=2026-12-24"), (OpeningFault{"first", "h_e_overlap"}));
    for (std::size_t i = 1; i < closures.times.size(); ++i) {
        const Date day{2027, 2, static_cast<std::uint32_t>(i)};
        closures.times[i] = whole_days({day, day});
    }
    EXPECT_EQ(fault("first=2026-11-10"), (OpeningFault{"first", "h_e_many"}));
}

}  // namespace
}  // namespace hubward::tests
