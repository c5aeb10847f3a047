// SPDX-License-Identifier: Apache-2.0
#include "server/log.hpp"

#include <array>
#include <string>
#include <string_view>

#include <boost/json.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

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

// stderr as a pipe that is full, until it is read again.
class FullPipe {
  public:
    FullPipe() : stderr_(::dup(STDERR_FILENO)) {
        EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
        ::fcntl(ends_[1], F_SETPIPE_SZ, 4096);
        const int filler = ::open(("/proc/self/fd/" + std::to_string(ends_[1])).c_str(), O_WRONLY | O_NONBLOCK);
        while (::write(filler, "#", 1) == 1) {
        }
        ::close(filler);
        ::dup2(ends_[1], STDERR_FILENO);
    }
    ~FullPipe() {
        ::dup2(stderr_, STDERR_FILENO);
        for (const int fd : {ends_[0], ends_[1], stderr_}) {
            ::close(fd);
        }
    }
    FullPipe(const FullPipe&) = delete;
    FullPipe& operator=(const FullPipe&) = delete;
    // All up to that text.
    std::string read_to(std::string_view last) const {
        std::string all;
        for (char c = 0; !all.ends_with(last) && ::read(ends_[0], &c, 1) == 1;) {
            all += c;
        }
        return all;
    }

  private:
    int stderr_;
    std::array<int, 2> ends_{};
};

// Nothing ends by itself then: not the server at SIGTERM, and not one that leaves because the disk failed.
TEST(Log, NobodyWaitsForEverForAReaderWhoHasStopped) {
    const FullPipe pipe;
    start(Level::info, Format::json);
    info("app", "the first");
    info("app", "the last");
    EXPECT_FALSE(flush());
    pipe.read_to("the last\",\"component\":\"app\"}\n");
    EXPECT_TRUE(flush()) << "all is written now";
    stop();
}

TEST(Log, WhoLeavesSaysWhatTheReaderTakesAndGoes) {
    const FullPipe pipe;
    start(Level::info, Format::json);
    info("app", "the last");
    stop();  // comes back, and its thread stands at the pipe
    info("app", "nobody hears this");
    EXPECT_EQ(pipe.read_to("}\n").find("nobody"), std::string::npos);
}

}  // namespace
}  // namespace hubward::server::log
