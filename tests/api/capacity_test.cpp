// SPDX-License-Identifier: Apache-2.0
//
// Capacity that can be relied on, and the numbers of the network, through the API.
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
    EXPECT_EQ(places(now, "maximum"), 6);
    EXPECT_EQ(places(now, "available"), 3);  // the others are asked for again for those whom it turned away
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

// --- the numbers of the network ---

const json::value& number(const json::value& report, std::string_view key) {
    for (const json::value& one : report.at("numbers").as_array()) {
        if (one.at("key").as_string() == key) {
            return one;
        }
    }
    throw std::runtime_error("no such number");
}

class Report : public testing::Test {
  protected:
    Report() {
        rig.add_hub("holbeck-library");
        // One closed loop, one signposted, one declined and so a gap.
        const std::string closed = sent();
        const std::string signposted = sent();
        const std::string gap = sent();
        Caller hub = rig.hub();
        for (const auto& [offer, outcome] : {std::pair(closed, "need-met"), {signposted, "signposted"}}) {
            EXPECT_EQ(hub.post("/v1/offers/" + offer + "/accept").status, 200);
            EXPECT_EQ(hub.post("/v1/offers/" + offer + "/outcome",
                               std::string(R"({"need":0,"outcome":")") + outcome + R"("})").status,
                      200);
        }
        EXPECT_EQ(hub.post("/v1/offers/" + gap + "/decline", R"({"reason":"no-slot"})").status, 200);
    }
    std::string sent() { return text_at(rig.submitted(Rig::referral()), "/offers/0/id"); }
    Rig rig;
};

TEST_F(Report, CountsWhatItsDefinitionsSay) {
    const Answer answer = rig.ops().get("/v1/report");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::value report = parsed(answer);
    EXPECT_EQ(number(report, "outcome_ratio").at("value").to_number<double>(), 1.0);
    EXPECT_EQ(number(report, "outcome_ratio").at("whole").to_number<int>(), 2);
    EXPECT_EQ(number(report, "loop_closed_ratio").at("part").to_number<int>(), 1);
    EXPECT_EQ(number(report, "loop_closed_ratio").at("whole").to_number<int>(), 3);
    EXPECT_EQ(number(report, "signposted_ratio").at("part").to_number<int>(), 1);
    EXPECT_EQ(number(report, "gaps").at("value").to_number<int>(), 1);
    EXPECT_EQ(number(report, "orphans").at("value").to_number<int>(), 0);
    EXPECT_EQ(number(report, "capacity_fresh_ratio").at("value").to_number<double>(), 1.0);
    for (const json::value& one : report.at("numbers").as_array()) {
        EXPECT_GT(one.at("definition").as_string().size(), 20U);
    }
}

TEST_F(Report, AgreesExactlyWithTheMetrics) {
    const json::value report = parsed(rig.ops().get("/v1/report"));
    const std::string metrics = rig.ops().get("/metrics").body;
    std::size_t compared = 0;
    for (const json::value& one : report.at("numbers").as_array()) {
        const std::string name = "\nhubward_network_" + std::string(one.at("key").as_string()) + " ";
        const std::size_t at = metrics.find(name);
        ASSERT_NE(at, std::string::npos) << name;
        const std::string value = metrics.substr(at + name.size(),
                                                 metrics.find('\n', at + 1) - at - name.size());
        if (one.at("value").is_null()) {
            EXPECT_EQ(value, "NaN") << name;
        } else {
            EXPECT_EQ(std::stod(value), one.at("value").to_number<double>()) << name;
        }
        ++compared;
    }
    EXPECT_EQ(compared, 10U);
}

TEST_F(Report, OfAPlaceOrAPeriodCountsOnlyThose) {
    const auto referrals = [&](Caller caller, const std::string& query) {
        return parsed(caller.get("/v1/report" + query)).at("referrals").to_number<int>();
    };
    EXPECT_EQ(referrals(rig.ops(), "?place=leeds"), 3);
    EXPECT_EQ(referrals(rig.ops(), "?place=york"), 0);
    EXPECT_EQ(referrals(rig.ops(), "?from=2020-01-01T00:00:00Z"), 3);
    EXPECT_EQ(referrals(rig.ops(), "?to=2020-01-01T00:00:00Z"), 0);
    EXPECT_EQ(referrals(rig.place("leeds"), ""), 3);
    EXPECT_EQ(rig.place("leeds").get("/v1/report?place=york").status, 404);
    EXPECT_EQ(rig.ops().get("/v1/report?from=yesterday").status, 400);
    EXPECT_EQ(rig.ops().get("/v1/report?from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z").status, 400);
    EXPECT_EQ(rig.practice().get("/v1/report").status, 403);
}

}  // namespace
}  // namespace hubward::tests
