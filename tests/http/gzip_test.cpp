// SPDX-License-Identifier: Apache-2.0
#include "server/http/gzip.hpp"

#include <gtest/gtest.h>

namespace hubward::server::http {
namespace {

TEST(Gzip, GivesBackWhatWentIn) {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += std::to_string(i * i);
    }
    const auto small = gzip(text);
    EXPECT_LT(small.size(), text.size());
    EXPECT_EQ(gunzip(small, text.size()), text);
    EXPECT_EQ(gzip("a"), "");
}

TEST(Gzip, ASmallBodyThatUnfoldsIntoALargeOneIsStopped) {
    const auto bomb = gzip(std::string(50'000'000, 'x'));
    EXPECT_LT(bomb.size(), 60'000U);
    EXPECT_EQ(gunzip(bomb, 100'000).error(), GzipFault::too_large);
}

TEST(Gzip, DamageIsSeen) {
    const auto good = gzip(std::string(1000, 'x'));
    EXPECT_EQ(gunzip("", 10).error(), GzipFault::damaged);
    EXPECT_EQ(gunzip("plain text", 10'000).error(), GzipFault::damaged);
    EXPECT_EQ(gunzip(good + "more", 10'000).error(), GzipFault::damaged);
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(gunzip(std::string_view(good).substr(0, size), 10'000)) << size;
    }
    auto wrong = good;
    wrong[good.size() - 6] ^= 1;  // the checksum
    EXPECT_EQ(gunzip(wrong, 10'000).error(), GzipFault::damaged);
}

}  // namespace
}  // namespace hubward::server::http
