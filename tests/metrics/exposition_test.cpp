// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/exposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/metrics/prometheus.hpp"

namespace hubward::server::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

// The headers of Prometheus 2.42 (with and without native histograms), of a browser and of curl.
TEST(Exposition, IsWhatTheScraperAsksForAndPlainTextOtherwise) {
    EXPECT_EQ(format_of(""), Format::text);
    EXPECT_EQ(format_of("*/*"), Format::text);
    EXPECT_EQ(format_of("text/html,application/xhtml+xml,*/*;q=0.8"), Format::text);
    EXPECT_EQ(format_of("application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                        "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
              Format::open_metrics);
    EXPECT_EQ(format_of("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                        "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
                        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
              Format::protobuf);
    EXPECT_EQ(format_of("application/openmetrics-text;q=0.3, text/plain;q=0.6"), Format::text);
    EXPECT_EQ(format_of("application/openmetrics-text;q=0"), Format::text);
    EXPECT_EQ(format_of("application/openmetrics-text;q=much"), Format::text);
    EXPECT_EQ(format_of("application/vnd.google.protobuf"), Format::text) << "another message or encoding";
    EXPECT_EQ(format_of(";;,,;q=,"), Format::text);
    EXPECT_THAT(content_type(Format::text), HasSubstr("version=0.0.4"));
}

std::string told(Format format) {
    Histogram histogram(1);
    Exemplars seen(2);
    histogram.observe(0, 20'000'000);
    histogram.observe(0, 20'500'000);
    seen.note(0, {0xabc, 0xdef}, 20'000'000);
    seen.note(1, {0xabc, 0xfff}, 20'500'000);
    const auto out = exposition(format);
    out->counter("hubward_things_total", "Things.", 7);
    out->head("hubward_wait_seconds", "Waits.", Kind::histogram);
    out->histogram("hubward_wait_seconds", {}, histogram.merged(), &seen);
    return out->take();
}

TEST(Exposition, OpenMetricsHasExemplarsAndAnEnd) {
    const std::string text = told(Format::open_metrics);
    EXPECT_THAT(text, HasSubstr("# TYPE hubward_things counter\nhubward_things_total 7\n"));
    EXPECT_THAT(text, HasSubstr(" 2 # {trace_id=\"0000000000000abc0000000000000fff\"} 0.0205\n")) << "the slower";
    EXPECT_THAT(text, HasSubstr("le=\"1.0\"} 2\n"));
    EXPECT_TRUE(text.ends_with("# EOF\n"));
}

TEST(Exposition, PlainTextHasNeither) {
    const std::string text = told(Format::text);
    EXPECT_THAT(text, HasSubstr("# TYPE hubward_things_total counter\n"));
    EXPECT_THAT(text, Not(HasSubstr("trace_id")));
    EXPECT_THAT(text, Not(HasSubstr("EOF")));
    EXPECT_THAT(text, HasSubstr("le=\"1.0\"} 2\n")) << "the same series in every format";
}

}  // namespace
}  // namespace hubward::server::metrics
