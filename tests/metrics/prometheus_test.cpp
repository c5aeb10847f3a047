// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/prometheus.hpp"

#include <cstdio>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server/metrics/house.hpp"

namespace hubward::server::metrics {
namespace {

using testing::HasSubstr;

// A scrape with every source present and every number different from 0.
std::string full_scrape() {
    static Stages stages(2);
    static matcher::PipelineStats pipeline;
    static http::ServerStats http;
    Walk walk{1'000, 21'000, {30'000, 50'000, 3'050'000}, 3'100'000};
    stages.answered(0, walk);
    stages.delivered(1, 3'050'000, 3'200'000);
    pipeline.commands = 5;
    Sources sources;
    sources.stages = &stages;
    sources.pipeline = &pipeline;
    sources.http = &http;
    sources.store = [] { return storage::StoreStats{1, 2, 3, 4, 5, 6, 7, true, 8, 17}; };
    sources.domain = [] { return DomainNumbers{10, 11, 12, 13, 14}; };
    sources.feed = [] { return FeedNumbers{1, 2, 3, 4, 5, 6, 7, 0.25}; };
    sources.vault_errors = [] { return std::uint64_t{9}; };
    sources.ready = [] { return true; };
    sources.room = [] { return false; };
    sources.version = "1.2.3";
    sources.started_at_seconds = 1'767'603'600.5;
    return scrape(sources);
}

TEST(Prometheus, EscapesLabelsAndPrintsWholeNumbersWhole) {
    PrometheusText text;
    text.head("hubward_x", "Help.", Kind::gauge);
    text.sample("hubward_x", {{"a", "q\"b\\s\nn"}}, 3);
    EXPECT_EQ(text.take(),
              "# HELP hubward_x Help.\n# TYPE hubward_x gauge\nhubward_x{a=\"q\\\"b\\\\s\\nn\"} 3\n");
}

TEST(Prometheus, HistogramBucketsAreCumulativeAndEndWithTheCount) {
    Histogram histogram(1);
    for (const std::int64_t ns : {1'000L, 20'000L, 1'000'000L, 60'000'000'000L}) {
        histogram.observe(0, ns);
    }
    PrometheusText text;
    text.histogram("h", {{"stage", "x"}}, histogram.merged(), nullptr);
    std::istringstream lines(text.take());
    std::uint64_t before = 0;
    double bound_before = 0;
    int buckets = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("h_bucket")) {
            continue;
        }
        ++buckets;
        const std::uint64_t count = std::stoull(line.substr(line.rfind(' ')));
        const std::string le = line.substr(line.find("le=\"") + 4);
        const double bound = le.starts_with("+Inf") ? 1e300 : std::stod(le);
        EXPECT_GE(count, before);
        EXPECT_GT(bound, bound_before);
        before = count;
        bound_before = bound;
    }
    EXPECT_EQ(before, 4U);
    EXPECT_GT(buckets, 20);
}

TEST(Prometheus, AScrapeShowsTheStagesOfTheWalk) {
    const std::string text = full_scrape();
    for (const char* stage : {"decoded", "queued", "decided", "durable", "answered", "delivered"}) {
        EXPECT_THAT(text, HasSubstr(std::string("hubward_stage_duration_seconds_count{stage=\"") + stage + "\"} 1\n"));
    }
    EXPECT_THAT(text, HasSubstr("hubward_stage_duration_seconds_sum{stage=\"durable\"} 0.003\n"));
    EXPECT_THAT(text, HasSubstr("hubward_commands_total 5\n"));
    EXPECT_THAT(text, HasSubstr("hubward_build_info{version=\"1.2.3\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("hubward_storage_writable 1\n"));
    EXPECT_THAT(text, HasSubstr("hubward_storage_room 0\n"));
    EXPECT_THAT(text, HasSubstr("hubward_journal_unreadable_total 17\n"));
    EXPECT_THAT(text, HasSubstr("hubward_vault_errors_total 9\n"));
}

TEST(Prometheus, NamesEachFamilyOnce) {
    std::istringstream lines(full_scrape());
    std::map<std::string, int> heads;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE ")) {
            EXPECT_EQ(++heads[line.substr(7, line.find(' ', 7) - 7)], 1) << line;
        }
    }
    EXPECT_GT(heads.size(), 25U);
}

TEST(Prometheus, PromtoolFindsNothingToSay) {
    if (::access("/usr/bin/promtool", X_OK) != 0) {
        GTEST_SKIP() << "promtool is missing: apt-get install prometheus";
    }
    std::FILE* tool = ::popen("/usr/bin/promtool check metrics 2>&1", "w");
    ASSERT_NE(tool, nullptr);
    const std::string text = full_scrape();
    EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), tool), text.size());
    EXPECT_EQ(::pclose(tool), 0);
}

}  // namespace
}  // namespace hubward::server::metrics
