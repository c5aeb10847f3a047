// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

// The scraper's wish decides what it gets; people and old scrapers get plain text.
TEST(Metrics, ComeInTheFormatThatIsAskedFor) {
    Rig rig;
    Caller ops = rig.ops();
    const auto type = [&](const std::string& accept) {
        return std::string(ops.get("/metrics", {{"Accept", accept}}).header("Content-Type"));
    };
    EXPECT_TRUE(type("*/*").starts_with("text/plain; version=0.0.4"));
    EXPECT_TRUE(type("text/html").starts_with("text/plain; version=0.0.4"));
    EXPECT_TRUE(type("application/openmetrics-text;version=1.0.0").starts_with("application/openmetrics-text"));
    EXPECT_TRUE(type("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7")
                    .starts_with("application/vnd.google.protobuf"));
    EXPECT_EQ(ops.get("/metrics").header("Vary"), "Accept");
}

}  // namespace
}  // namespace hubward::tests
