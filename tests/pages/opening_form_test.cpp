// SPDX-License-Identifier: Apache-2.0
#include "server/pages/opening_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::ElementsAre;

Form form(std::string_view body) { return *Form::read(body); }

TEST(OpeningForm, MakesAWeekOutOfItsFields) {
    const auto week = week_of(form("mon-1-from=09:00&mon-1-to=12:30&mon-2-from=13:30&mon-2-to=17:00&"
                                   "sat-1-from=18:00&sat-1-to=00:00&sun-2-from=10:00&sun-2-to=12:00"), matcher::Week());
    ASSERT_TRUE(week);
    EXPECT_EQ(week->days[0][0], (matcher::Span{540, 750}));
    EXPECT_EQ(week->days[0][1], (matcher::Span{810, 1020}));
    EXPECT_EQ(week->days[5][0], (matcher::Span{1080, 1440})) << "open until midnight";
    EXPECT_EQ(week->days[6][0], (matcher::Span{600, 720})) << "only the second line was filled in";
    EXPECT_EQ(week->days[1][0], matcher::Span());
    EXPECT_TRUE(week->sound());
    EXPECT_EQ(hour_text(1440), "00:00");
    EXPECT_EQ(hour_text(570), "09:30");
}

// What people write into a plain field of an old browser.
TEST(OpeningForm, TakesHoursAsPeopleWriteThem) {
    const auto week = week_of(form("tue-1-from=9.30&tue-1-to=12&wed-1-from=9:05&wed-1-to=17.00"), matcher::Week());
    ASSERT_TRUE(week);
    EXPECT_EQ(week->days[1][0], (matcher::Span{570, 720}));
    EXPECT_EQ(week->days[2][0], (matcher::Span{545, 1020}));
}

TEST(OpeningForm, NamesEachDayThatCannotBe) {
    const auto week = week_of(form("mon-1-from=09:00&tue-1-from=17:00&tue-1-to=09:00&wed-1-from=x&wed-1-to=y&"
                                   "thu-1-from=09:00&thu-1-to=12:00&thu-2-from=11:00&thu-2-to=14:00&"
                                   "fri-1-from=00:00&fri-1-to=25:00&sat-1-from=10:00&sat-1-to=10:00"), matcher::Week());
    ASSERT_FALSE(week);
    EXPECT_THAT(week.error(),
                ElementsAre(OpeningFault{"mon-1-from", "h_e_time"}, OpeningFault{"tue-1-from", "h_e_time"},
                            OpeningFault{"wed-1-from", "h_e_time"}, OpeningFault{"thu-2-from", "h_e_order"},
                            OpeningFault{"fri-1-from", "h_e_time"}, OpeningFault{"sat-1-from", "h_e_time"}));
}

// A hub without hours counts as open day and night: the opposite of what an emptied week says.
TEST(OpeningForm, AWeekThatStoodCannotBeEmptied) {
    const auto stood = week_of(form("mon-1-from=9&mon-1-to=12"), matcher::Week());
    ASSERT_TRUE(stood);
    const auto emptied = week_of(form("do=week&mon-1-from=&mon-1-to="), *stood);
    ASSERT_FALSE(emptied);
    EXPECT_THAT(emptied.error(), ElementsAre(OpeningFault{"week", "h_e_empty"}));
    EXPECT_TRUE(week_of(form("do=week"), matcher::Week())) << "nothing was stated before";
    EXPECT_TRUE(week_of(form("sun-1-from=9&sun-1-to=12"), *stood));
    EXPECT_THAT(week_of(form("tue-1-from=x&tue-1-to=y"), *stood).error(),
                ElementsAre(OpeningFault{"tue-1-from", "h_e_time"})) << "one fault at a time";
}

}  // namespace
}  // namespace hubward::tests
