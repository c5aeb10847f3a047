// SPDX-License-Identifier: Apache-2.0
//
// A hub that is closed for some days, through the API.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/wire/calendar.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

using namespace std::chrono_literals;
constexpr std::string_view hub_json = R"({"name":"Holbeck","place":"leeds","needs":["nhs-app"],"capacity":{"place":5})";

std::string closed(const std::string& first, const std::string& last) {
    return fmt::format(R"({},"closed_days":[{{"first":"{}","last":"{}"}}]}})", hub_json, first, last);
}

TEST(ClosedDays, NobodyIsSentWhileTheyLastAndADirectoryDoesNotEndThem) {
    Rig rig;
    const auto day = [&](std::chrono::hours from_now) {
        return server::wire::date_text(server::wire::in_london(rig.clock.now() + from_now).date);
    };
    const std::string first = day(0h);
    const std::string last = day(48h);
    ASSERT_EQ(rig.ops().put("/v1/hubs/holbeck-library", closed(first, last)).status, 201);
    const json::value told = parsed(rig.practice().get("/v1/hubs/holbeck-library"));
    EXPECT_EQ(text_at(told, "/closed_days/0/first"), first);
    EXPECT_EQ(text_at(told, "/closed_days/0/last"), last);
    EXPECT_EQ(text_at(rig.submitted(Rig::referral()), "/offers/0/id"), "");
    // A directory that does not speak of them.
    ASSERT_EQ(rig.ops().put("/v1/hubs/holbeck-library", std::string(hub_json) + R"(,"languages":["ur"]})").status, 200);
    EXPECT_EQ(text_at(rig.submitted(Rig::referral()), "/offers/0/id"), "");
    const json::value kept = parsed(rig.practice().get("/v1/hubs/holbeck-library"));
    EXPECT_EQ(text_at(kept, "/closed_days/0/last"), last);
    ASSERT_EQ(rig.ops().put("/v1/hubs/holbeck-library", std::string(hub_json) + R"(,"closed_days":[]})").status, 200);
    EXPECT_NE(text_at(rig.submitted(Rig::referral()), "/offers/0/id"), "");
    const Answer bad = rig.ops().put("/v1/hubs/holbeck-library", closed(last, first));
    EXPECT_EQ(bad.status, 422);
    EXPECT_EQ(text_at(parsed(bad), "/errors/0/pointer"), "/closed_days/0/last");
}

}  // namespace
}  // namespace hubward::tests
