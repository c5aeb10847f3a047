// SPDX-License-Identifier: Apache-2.0
//
// What staff of a hub do on its pages: nothing that they typed is lost, and a missed date is not the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "matcher/state.hpp"
#include "server/wire/calendar.hpp"
#include "tests/pages/paged.hpp"

namespace hubward::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct HubActions : testing::Test {
    PagedRig rig;
    std::string id;
    const std::string own = "/hub/holbeck-library";

    HubActions() {
        rig.add_hub("holbeck-library");
        id = text_at(rig.submitted(Rig::referral()), "/id");
    }
    std::string offer() const { return own + "/offers/" + id + ".1"; }
    Answer send(const std::string& path, const std::string& form) {
        return PagedRig::send(rig.hub(), path, form + "&key=" + fresh_key());
    }
    matcher::NeedStatus need() {
        matcher::NeedStatus status{};
        rig.state([&](const matcher::State& state) { status = state.referrals.back().needs[0].status; });
        return status;
    }
};

TEST_F(HubActions, ADateOnAClosedDayIsNamedAsOne) {
    const std::string day = server::wire::date_text(server::wire::in_london(rig.clock.now() + std::chrono::hours(48)).date);
    ASSERT_EQ(rig.ops().put("/v1/hubs/holbeck-library",
                            fmt::format(R"({{"name":"Holbeck","place":"leeds","needs":["nhs-app"],"capacity":{{"place":5}},)"
                                        R"("closed_days":[{{"first":"{}","last":"{}"}}]}})", day, day)).status,
              200);
    const Answer no = send(own + "/sessions", "date=" + day + "&from=10:00&to=12:00&seats=4");
    EXPECT_EQ(no.status, 422);
    EXPECT_THAT(no.body, AllOf(HasSubstr("You are closed then."), Not(HasSubstr("Choose something that you help with"))));
}

// The third time somebody at the place decides, and the page says so.
TEST_F(HubActions, SomebodyWhoIsNotReachedStaysUntilTheyWereTriedOftenEnough) {
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/accept").status, 200);
    const std::string page = rig.hub().get(offer()).body;
    EXPECT_THAT(page, AllOf(HasSubstr(R"(value="no-contact")"), Not(HasSubstr(R"(value="did-not-attend">They did not come</button>)"))))
        << "there is no date that they could have missed";
    std::string told;
    for (int i = 0; i < 8 && need() == matcher::NeedStatus::accepted; ++i) {
        told += behind(send(offer() + "/contact", "what=no-contact"), "done=") + " ";
    }
    EXPECT_EQ(told, "contact contact ended_place ");
    EXPECT_EQ(need(), matcher::NeedStatus::with_owner);
    EXPECT_EQ(behind(send(offer() + "/contact", "what=nonsense"), "refused="), "missing");
}

TEST_F(HubActions, AMissedDateCanBeSaidOnceItIsOver) {
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post("/v1/offers/" + id + ".1/accept").status, 200);
    const auto in_an_hour = server::wire::time_text(rig.clock.now() + std::chrono::hours(1));
    ASSERT_EQ(hub.post("/v1/offers/" + id + ".1/appointment", R"({"starts":")" + in_an_hour + R"("})").status, 200);
    const std::string button = R"(value="did-not-attend">They did not come</button>)";
    EXPECT_THAT(hub.get(offer()).body, Not(HasSubstr(button)));
    rig.clock.jump(std::chrono::hours(2));
    EXPECT_THAT(hub.get(offer()).body, HasSubstr(button));
    EXPECT_EQ(behind(send(offer() + "/contact", "what=did-not-attend"), "done="), "contact");
    EXPECT_EQ(need(), matcher::NeedStatus::accepted) << "the first miss ends nothing";
}

// A colleague pressed "Still right" while somebody typed the week.
TEST_F(HubActions, AWeekThatSomebodyTypedOutlivesAChangeOfAnother) {
    const auto version = [&] {
        std::uint32_t now = 0;
        rig.state([&](const matcher::State& state) { now = state.hubs.front().version; });
        return now;
    };
    const std::uint32_t before = version();
    ASSERT_EQ(PagedRig::send(rig.hub(), own + "/capacity", "do=confirm").status, 303);
    if (version() == before) {
        rig.add_hub("holbeck-library", 6);
    }
    ASSERT_NE(version(), before);
    const std::string week = "do=week&mon-1-from=09:15&mon-1-to=12:45&version=";
    const Answer overtaken = send(own + "/hours", week + std::to_string(before));
    EXPECT_EQ(overtaken.status, 422);
    EXPECT_THAT(overtaken.body, AllOf(HasSubstr("What you typed stands here"), HasSubstr(R"(value="09:15")")));
    EXPECT_EQ(behind(send(own + "/hours", week + std::to_string(version())), "done="), "hours");
}

// Why a hub gives somebody back is first of all that it cannot go on; of somebody whom it never had it says no such thing.
TEST_F(HubActions, AHubThatCannotGoOnSaysSoWhenItGivesSomebodyBackAndNotBefore) {
    const std::string first = R"(<option value="">Choose a reason</option><option value="hub-withdrew">Our hub cannot go on</option>)";
    EXPECT_THAT(rig.hub().get(offer()).body, Not(HasSubstr("hub-withdrew")));
    EXPECT_EQ(behind(send(offer() + "/decline", "reason=hub-withdrew"), "refused="), "reason");
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/accept").status, 200);
    EXPECT_THAT(rig.hub().get(offer()).body, HasSubstr(first));
    EXPECT_EQ(behind(send(offer() + "/return", "reason=offer-expired"), "refused="), "reason");
    EXPECT_EQ(behind(send(offer() + "/return", "reason=hub-withdrew"), "done="), "returned");
    EXPECT_EQ(need(), matcher::NeedStatus::gap) << "there is no other hub";
    rig.state([](const matcher::State& state) { EXPECT_EQ(state.offers.back().reason, matcher::Reason::hub_withdrew); });
}

// Some reasons end the search, and the page must not promise another hub before one is chosen.
TEST_F(HubActions, NoHubIsPromisedBeforeTheReasonIsKnown) {
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/accept").status, 200);
    EXPECT_THAT(rig.hub().get(offer()).body,
                AllOf(HasSubstr("What happens next depends on the reason"), Not(HasSubstr("another hub at once"))));
}

// A wrong choice of kinds of help is told beside the boxes, also to whoever hears the page.
TEST_F(HubActions, AnErrorOfASessionsKindsOfHelpBelongsToItsBoxes) {
    const std::string form = "date=2027-03-30&from=10:00&to=12:00&seats=4";
    const Answer wrong = send(own + "/sessions", form + "&needs=skill-safe");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_THAT(wrong.body, AllOf(HasSubstr(R"(aria-describedby="needs-hint session-needs-error")"),
                                  HasSubstr(R"(id="session-needs-error">Choose something that you help with)")));
    EXPECT_THAT(rig.hub().get(own + "/sessions").body, HasSubstr(R"(aria-describedby="needs-hint">)"));
}

}  // namespace
}  // namespace hubward::tests
