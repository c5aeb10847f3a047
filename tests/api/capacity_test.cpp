// SPDX-License-Identifier: Apache-2.0
//
// Capacity that can be relied on, through the API.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

std::int64_t places(const json::value& capacity, std::string_view what) {
    return capacity.at("place").at(what).to_number<std::int64_t>();
}

TEST(Capacity, ThreeDeclinesEndItAndOneCallConfirmsIt) {
    Rig rig;
    rig.add_hub("holbeck-library");
    Caller hub = rig.hub();
    ASSERT_EQ(hub.put("/v1/hubs/holbeck-library/capacity", R"({"unit":"place","total":6})").status, 200);
    std::vector<std::string> offers;
    for (int i = 0; i < 3; ++i) {
        offers.push_back(text_at(rig.submitted(Rig::referral()), "/offers/0/id"));
    }
    for (const std::string& offer : offers) {
        const Answer no = hub.post("/v1/offers/" + offer + "/decline", R"({"reason":"no-capacity"})");
        ASSERT_EQ(no.status, 200) << no.body;
    }
    const Answer before = hub.get("/v1/hubs/holbeck-library/capacity");
    EXPECT_EQ(places(parsed(before), "available"), 0);
    EXPECT_EQ(places(parsed(before), "maximum"), 6);
    EXPECT_EQ(places(parsed(before), "declines_in_a_row"), 3);
    EXPECT_EQ(places(parsed(before), "confidence_permille"), 0);
    EXPECT_TRUE(parsed(before).at("place").at("doubted").as_bool()) << before.body;

    const Answer stranger =
        rig.hub("armley-hub").post("/v1/hubs/holbeck-library/capacity/confirm");
    EXPECT_EQ(stranger.status, 404) << stranger.body;
    const Answer confirmed = hub.post("/v1/hubs/holbeck-library/capacity/confirm");
    ASSERT_EQ(confirmed.status, 200) << confirmed.body;
    const json::value now = parsed(confirmed);
    EXPECT_EQ(places(now, "available"), 6);
    EXPECT_EQ(text_at(now, "/place/source"), "hub");
    EXPECT_GE(places(now, "confidence_permille"), 999);
    EXPECT_LT(places(now, "half_life_hours"), 336);  // its word has failed three times
}

TEST(Capacity, ConfidenceAgesAndTheTagFollowsIt) {
    Rig rig;
    rig.add_hub("holbeck-library");
    Caller hub = rig.hub();
    const Answer fresh = hub.get("/v1/hubs/holbeck-library/capacity");
    const std::string tag(fresh.header("ETag"));
    rig.clock.jump(std::chrono::hours(15 * 24));
    Caller later = rig.hub();
    const Answer old =
        later.get("/v1/hubs/holbeck-library/capacity", {{"If-None-Match", tag}});
    ASSERT_EQ(old.status, 200) << "a tag that hides what time has done";
    EXPECT_LE(places(parsed(old), "confidence_permille"), 500);
    // … and still names the version.
    const Answer set = later.put("/v1/hubs/holbeck-library/capacity", R"({"unit":"place","total":3})",
                                 {{"If-Match", tag}});
    EXPECT_EQ(set.status, 200) << set.body;
}

TEST(Capacity, IsExportedAsHsds) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const Answer list = rig.practice().get("/v1/hubs/holbeck-library/service_capacity");
    ASSERT_EQ(list.status, 200) << list.body;
    EXPECT_EQ(text_at(parsed(list), "/0/unit/name"), "place");
    EXPECT_EQ(rig.practice().get("/v1/hubs/nowhere/service_capacity").status, 404);
}

}  // namespace
}  // namespace hubward::tests
