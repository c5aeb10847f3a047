// SPDX-License-Identifier: Apache-2.0
//
// `hubward top`: what is read out of /metrics, and what fits on a screen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <boost/json.hpp>

#include "server/cli/scrape.hpp"
#include "server/cli/top_screen.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server::cli;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

constexpr auto first = R"(# HELP hubward_commands_total Commands.
# TYPE hubward_commands_total counter
hubward_build_info{version="1.2.3"} 1
hubward_ready 1
hubward_commands_total 100
hubward_commands_answered_total{result="accepted"} 90
hubward_stage_duration_seconds_bucket{stage="durable",le="0.001"} 10
hubward_stage_duration_seconds_bucket{stage="durable",le="0.01"} 10
hubward_stage_duration_seconds_bucket{stage="durable",le="+Inf"} 10
nonsense
hubward_storage_disk_bytes 1.5e+09
)";
constexpr auto second = R"(hubward_build_info{version="1.2.3"} 1
hubward_ready 1
hubward_commands_total 300
hubward_commands_answered_total{result="accepted"} 250
hubward_stage_duration_seconds_bucket{stage="durable",le="0.001"} 60
hubward_stage_duration_seconds_bucket{stage="durable",le="0.01"} 110
hubward_stage_duration_seconds_bucket{stage="durable",le="+Inf"} 110
hubward_feed_clients 1234567
hubward_storage_disk_bytes 1.5e+09
)";

Glance two_seconds() {
    const auto now = steady_clock::now();
    return between(Scrape(first, now), Scrape(second, now + seconds(2)));
}

TEST(Top, ShowsWhatHappenedBetweenTwoScrapes) {
    const Glance g = two_seconds();
    EXPECT_EQ(g.version, "1.2.3");
    EXPECT_DOUBLE_EQ(g.commands, 100);
    EXPECT_DOUBLE_EQ(g.accepted, 80);
    const StageFigures& durable = g.stages[3];
    EXPECT_EQ(durable.name, "durable");
    EXPECT_DOUBLE_EQ(durable.per_second, 50);
    EXPECT_NEAR(durable.p50_ms, 1.0, 1e-9) << "half of the hundred lie below a millisecond";
    EXPECT_NEAR(durable.p99_ms, 9.82, 1e-9);
    EXPECT_DOUBLE_EQ(g.stages[0].p99_ms, 0) << "nothing was seen of that stage";
}

// A restart makes counters smaller; that is no negative rate.
TEST(Top, TakesARestartForASilence) {
    const auto now = steady_clock::now();
    EXPECT_DOUBLE_EQ(between(Scrape(second, now), Scrape(first, now + seconds(1))).commands, 0);
}

TEST(Top, FitsOnATerminalOf80By24) {
    Screen screen;
    screen.server = "http://a-server-with-a-rather-long-name.example:8080/below/a/path/that/goes/on";
    screen.commands.assign(60, 3.0);
    screen.commands.back() = 6.0;
    for (const std::string& trouble : {std::string(), std::string(200, 'x')}) {
        screen.trouble = trouble;
        const std::string text = render(two_seconds(), screen);
        EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 24);
        std::size_t columns = 0;
        for (const char c : text) {
            columns = c == '\n' ? 0 : columns + ((c & 0xC0) != 0x80 ? 1 : 0);
            ASSERT_LE(columns, 80u);
        }
    }
}

TEST(Top, WritesNoEscapeWithoutColourAndSomeWith) {
    Screen screen;
    EXPECT_THAT(render(two_seconds(), screen), Not(HasSubstr("\x1b")));
    screen.colour = true;
    EXPECT_THAT(render(two_seconds(), screen), HasSubstr("\x1b[1m"));
}

TEST(Top, SaysWhenThereIsNoAnswer) {
    Screen screen;
    screen.trouble = "cannot reach http://127.0.0.1:1";
    EXPECT_THAT(render(two_seconds(), screen), HasSubstr("NO ANSWER: cannot reach"));
    Glance g = two_seconds();
    g.ready = 0;
    screen.trouble.clear();
    EXPECT_THAT(render(g, screen), HasSubstr("NOT READY"));
}

TEST(Top, GivesTheSameAsJson) {
    const boost::json::value json = boost::json::parse(to_json(two_seconds()));
    EXPECT_EQ(json.at("per_second").at("commands").to_number<double>(), 100);
    EXPECT_EQ(json.at("feed").at("clients").to_number<double>(), 1'234'567);
    EXPECT_NEAR(json.at("stages").at("durable").at("p99_ms").to_number<double>(), 9.82, 1e-9);
    EXPECT_TRUE(json.at("ready").as_bool());
}

}  // namespace
}  // namespace hubward::tests
