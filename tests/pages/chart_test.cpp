// SPDX-License-Identifier: Apache-2.0
#include "server/pages/chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/pages/ops_charts.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::HasSubstr;

const Words& english() { return words_in(languages().front()); }

std::string text(const Model& model, std::string_view name) {
    return std::get<std::string>(model.values().find(name)->second);
}
const Model::List& list(const Model& model, std::string_view name) {
    return std::get<Model::List>(model.values().find(name)->second);
}

TEST(Chart, AmountsAreShort) {
    EXPECT_EQ(amount(Unit::number, 12), "12");
    EXPECT_EQ(amount(Unit::number, 1.25), "1.2");
    EXPECT_EQ(amount(Unit::number, 1234.5), "1234");
    EXPECT_EQ(amount(Unit::nanoseconds, 0), "0");
    EXPECT_EQ(amount(Unit::nanoseconds, 820'000), "820\u00a0µs");
    EXPECT_EQ(amount(Unit::nanoseconds, 3'400'000), "3.4\u00a0ms");
    EXPECT_EQ(amount(Unit::seconds, 1.5), "1.5\u00a0s");
    EXPECT_EQ(amount(Unit::bytes, 3'200'000), "3.2\u00a0MB");
}

TEST(Chart, TheAxisEndsAtARoundNumberAboveTheHighest) {
    EXPECT_EQ(chart_top(0), 1);
    EXPECT_EQ(chart_top(1), 1);
    EXPECT_EQ(chart_top(3), 5);
    EXPECT_EQ(chart_top(0.3), 0.5);
    EXPECT_EQ(chart_top(6.2e6), 1e7);
}

TEST(Chart, TheNewestValueStandsAtTheRightEdge) {
    EXPECT_EQ(chart_points({0, 10}, 10, 4), "400,118 600,2");
    EXPECT_EQ(chart_points({}, 10, 4), "");
    EXPECT_EQ(chart_points({1e9}, 10, 4), "600,2") << "never outside of the box";
}

TEST(Chart, AFlatRunIsTwoPoints) {
    EXPECT_EQ(chart_points({0, 0, 0, 0, 0, 10}, 10, 6), "0,118 480,118 600,2");
}

TEST(Chart, SaysTheSameInWordsAndByTheMinute) {
    Chart shown{"queue", Unit::number, {{"waiting", {0, 2, 4, 6}}}};
    const Model made = chart(english(), shown, {"17:00", "17:01"}, 2, 4);
    EXPECT_EQ(text(list(made, "lines")[0], "summary"), "Now 6; on average 3; at most 6.");
    const Model::List& rows = list(made, "rows");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(text(list(rows[0], "cells")[0], "mean"), "1");
    EXPECT_EQ(text(list(rows[1], "cells")[0], "most"), "6");
}

// Every language has words for every step and everything that can happen.
TEST(Chart, EveryHappeningHasWords) {
    server::metrics::Picture picture;
    picture.samples.resize(3);
    for (int i = 0; i < 8; ++i) {
        picture.happened.push_back({1'000, static_cast<server::metrics::Happening>(i), 2});
    }
    for (const Language& language : languages()) {
        const Words& words = words_in(language);
        EXPECT_EQ(ops_charts(words, picture).size(), 6U);
        EXPECT_EQ(ops_stages(words, picture).size(), server::metrics::stage_count);
        for (const Model& item : ops_happened(words, picture)) {
            EXPECT_THAT(text(item, "text"), HasSubstr(" ")) << language.tag;
        }
    }
}

}  // namespace
}  // namespace hubward::tests
