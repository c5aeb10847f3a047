// SPDX-License-Identifier: Apache-2.0
#include "server/log.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace hubward::server::log {
namespace {

constexpr std::int64_t at = 1'767'603'600'123;

TEST(Log, AJsonLineIsOneObjectWithItsFields) {
    EXPECT_EQ(line(Format::json, at, Level::warning, "app", "hub was changed",
                   {{Key::hub, "library"}, {Key::count, 3}}),
              R"({"ts":"2026-01-05T09:00:00.123Z","level":"warning","msg":"hub was changed",)"
              R"("component":"app","hub":"library","count":3})");
}

TEST(Log, NothingBreaksOutOfTheJsonString) {
    for (int byte = 1; byte < 128; ++byte) {
        const std::string text = std::string("a") + static_cast<char>(byte) + "b";
        const std::string out = line(Format::json, at, Level::info, "app", text, {{Key::path, text}});
        EXPECT_EQ(out.find('\n'), std::string::npos);
        const auto object = boost::json::parse(out).as_object();
        EXPECT_EQ(object.at("msg").as_string(), text);
        EXPECT_EQ(object.at("path").as_string(), text);
    }
}

TEST(Log, ATextLineStaysOneLine) {
    const std::string out = line(Format::text, at, Level::error, "storage", "two\nlines", {{Key::number, 7}});
    EXPECT_EQ(out, "09:00:00.123 error   storage: two\\u000alines number=7");
}

TEST(Log, WithoutStartWritesNothingAndDoesNotFail) {
    testing::internal::CaptureStderr();
    info("app", "nobody hears this");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Log, WritesFromTheLeastLevelOn) {
    testing::internal::CaptureStderr();
    start(Level::warning, Format::json);
    info("app", "too small");
    warning("app", "large enough");
    stop();
    const std::string out = testing::internal::GetCapturedStderr();
    EXPECT_EQ(out.find("too small"), std::string::npos);
    EXPECT_NE(out.find("large enough"), std::string::npos);
    EXPECT_EQ(out.back(), '\n');
}

}  // namespace
}  // namespace hubward::server::log
