// SPDX-License-Identifier: Apache-2.0
#include "server/pages/session_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/pages/session_words.hpp"
#include "server/wire/calendar.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::ElementsAre;
using testing::HasSubstr;

Form form(std::string_view body) { return *Form::read(body); }

// London in 2026, as the edge tells the core.
matcher::Calendar london() {
    const auto summer = server::wire::summer_time(2026);
    matcher::Calendar calendar;
    matcher::CalendarYear year;
    year.year = 2026;
    year.summer_from = summer.from;
    year.summer_to = summer.to;
    calendar.set(year);
    return calendar;
}

std::string utc(matcher::Timestamp at) { return server::wire::time_text(at); }

TEST(SessionForm, IsInTheLocalTimeOfTheHub) {
    const auto winter = session_of(form("date=2026-12-01&from=10:00&to=12:30&seats=8&needs=nhs-app&needs=nhs-login"), london());
    ASSERT_TRUE(winter);
    EXPECT_EQ(utc(winter->starts), "2026-12-01T10:00:00.000Z");
    EXPECT_EQ(utc(winter->ends), "2026-12-01T12:30:00.000Z");
    EXPECT_EQ(winter->seats, 8);
    EXPECT_TRUE(winter->needs.has(matcher::Need::nhs_app) && winter->needs.has(matcher::Need::nhs_login));
    const auto summer = session_of(form("date=2026-06-30&from=22:00&to=00:00&seats=1"), london());
    ASSERT_TRUE(summer);
    EXPECT_EQ(utc(summer->starts), "2026-06-30T21:00:00.000Z");
    EXPECT_EQ(utc(summer->ends), "2026-06-30T23:00:00.000Z") << "midnight ends the day";
    EXPECT_TRUE(summer->needs.empty());
}

TEST(SessionForm, TakesDatesAsPeopleWriteThem) {
    const auto day = typed_day("2026-12-01");
    ASSERT_TRUE(day);
    EXPECT_EQ(typed_day("1/12/2026"), day);
    EXPECT_EQ(typed_day("01.12.2026"), day);
    for (const char* bad : {"", "tomorrow", "31/2/2026", "1/12", "1/12/2026/", "1/12/26", "2026-13-01", "1//2026", "/1/2026"}) {
        EXPECT_FALSE(typed_day(bad)) << bad;
    }
}

TEST(SessionForm, NamesEachFieldThatCannotBe) {
    const auto none = session_of(form(""), london());
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error(), ElementsAre(FieldFault{"date", "s_e_date"}, FieldFault{"from", "h_e_time"},
                                          FieldFault{"seats", "s_e_seats"}));
    const auto odd = session_of(form("date=2026-12-01&from=12:00&to=12:00&seats=10001"), london());
    ASSERT_FALSE(odd);
    EXPECT_THAT(odd.error(), ElementsAre(FieldFault{"from", "h_e_time"}, FieldFault{"seats", "s_e_seats"}));
    const auto zero = session_of(form("date=2026-12-01&from=9&to=10&seats=0"), london());
    ASSERT_FALSE(zero);
    EXPECT_THAT(zero.error(), ElementsAre(FieldFault{"seats", "s_e_seats"}));
}

TEST(SessionForm, MakesAWeeklySlot) {
    const auto slot = slot_of(form("day=tue&from=14.00&to=16:00&seats=6&needs=nonsense"));
    ASSERT_TRUE(slot);
    EXPECT_EQ(*slot, (matcher::WeeklySlot{6, 1, {14 * 60, 16 * 60}, {}}));
    const auto none = slot_of(form("day=someday&from=14:00&to=16:00&seats=6"));
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error(), ElementsAre(FieldFault{"day", "s_e_day"}));
    EXPECT_EQ(seats_of(form("seats=0")), 0) << "full";
    EXPECT_EQ(seats_of(form("seats=-1")), std::nullopt);
}

matcher::Session session() {
    matcher::Session one;
    one.number = 3;
    one.starts = {1'796'119'200'000};  // 1 December 2026, 10:00
    one.ends = {1'796'126'400'000};
    one.seats = 8;
    one.held = 1;
    one.used = 4;
    return one;
}

TEST(SessionWords, SayWhatIsFreeUntilItBegins) {
    const Words& words = words_in(languages().front());
    matcher::Session one = session();
    const matcher::Timestamp before{one.starts.ms - 1};
    EXPECT_EQ(seats_text(words, one, before), "3 of 8 seats free");
    EXPECT_EQ(seats_text(words, one, one.starts), "has begun");
    one.used = 7;
    EXPECT_EQ(seats_text(words, one, before), "full: 0 of 8 seats free");
    one.cancelled = true;
    EXPECT_EQ(seats_text(words, one, before), "does not take place");
}

TEST(SessionWords, SayTheDateOfAnOfferInLocalTime) {
    const Words& words = words_in(languages().front());
    OfferAt at;
    at.session = session();
    at.offer.status = matcher::OfferStatus::requested;
    const std::string offered = date_line(words, at);
    EXPECT_THAT(offered, HasSubstr("Seat offered: "));
    EXPECT_THAT(offered, HasSubstr("10:00"));
    EXPECT_THAT(offered, HasSubstr("12:00"));
    at.ask.whole_session = true;
    EXPECT_THAT(date_line(words, at), HasSubstr("Whole session offered: "));
    at.offer.status = matcher::OfferStatus::accepted;
    EXPECT_THAT(date_line(words, at), HasSubstr("Whole session booked: "));
    at.session.reset();
    EXPECT_EQ(date_line(words, at), "");
    at.offer.appointment = session().starts;
    EXPECT_THAT(date_line(words, at), HasSubstr("Date agreed: "));
    at.offer.status = matcher::OfferStatus::failed;
    EXPECT_EQ(date_line(words, at), "") << "it is this hub's date no more";
}

TEST(SessionWords, NameOnlyWhatIsLessThanAllTheHubHelpsWith) {
    const Words& words = words_in(languages().front());
    matcher::HubProfile profile;
    profile.needs.add(matcher::Need::nhs_app);
    profile.needs.add(matcher::Need::nhs_login);
    profile.needs.add(matcher::Need::dev_loan);  // no place at a table
    matcher::NeedSet some;
    some.add(matcher::Need::nhs_app);
    EXPECT_THAT(helps_with_text(words, profile, some), HasSubstr("For: "));
    matcher::NeedSet all = some;
    all.add(matcher::Need::nhs_login);
    EXPECT_EQ(helps_with_text(words, profile, all), "");
    EXPECT_EQ(helps_with_text(words, profile, {}), "");
    EXPECT_EQ(need_boxes(words, profile, some).size(), 2U);
}

}  // namespace
}  // namespace hubward::tests
