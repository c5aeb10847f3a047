// SPDX-License-Identifier: Apache-2.0
//
// What a place sees of its network holds for all of it, also where a page does not list everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/pages/paged.hpp"

namespace hubward::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(PlacePage, CountsEveryHubAndListsTheFirstByName) {
    PagedRig rig;
    rig.add_hub("zion-hall", 7);  // the oldest, and the last by name
    constexpr int others = 201;
    for (int i = others; i > 0; --i) {
        rig.add_hub(fmt::format("hub-{:03}", i), 1);
    }
    rig.add_hub("elsewhere", 1, "york");
    rig.submitted(Rig::referral(R"("nhs-app")", R"(,"chosen_hub":"zion-hall")"));
    const std::string page = rig.place().get("/ops/place").body;
    EXPECT_THAT(page, AllOf(HasSubstr("<b>202</b> <span>hubs"), HasSubstr("<b>207</b> <span>free places"),
                            HasSubstr("<b>1</b> <span>offers waiting"), HasSubstr("2 more hubs are not listed here.")));
    EXPECT_THAT(page, AllOf(HasSubstr("<bdi>Hub hub-001</bdi>"), HasSubstr("<bdi>Hub hub-200</bdi>"),
                            Not(HasSubstr("Hub hub-201")), Not(HasSubstr("Hub zion-hall")), Not(HasSubstr("Hub elsewhere"))));
    EXPECT_THAT(rig.place("york").get("/ops/place").body,
                AllOf(HasSubstr("<b>1</b> <span>hubs"), Not(HasSubstr("not listed here"))));
}

TEST(WaitingOffers, SayHowManyAreNotListed) {
    PagedRig rig;
    rig.add_hub("holbeck-library", 1000);
    constexpr int listed = 100;
    for (int i = 0; i < listed; ++i) {
        rig.submitted(Rig::referral());
    }
    EXPECT_THAT(rig.place().get("/ops/offers").body, Not(HasSubstr("not listed here")));
    rig.submitted(Rig::referral());
    EXPECT_THAT(rig.place().get("/ops/offers").body, HasSubstr("1 more is not listed here."));
    rig.submitted(Rig::referral());
    EXPECT_THAT(rig.ops().get("/ops/offers").body, HasSubstr("2 more are not listed here."));
    EXPECT_THAT(rig.place("york").get("/ops/offers").body, Not(HasSubstr("not listed here")));
}

}  // namespace
}  // namespace hubward::tests
