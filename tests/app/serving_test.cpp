// SPDX-License-Identifier: Apache-2.0
//
// The way out after a signal: in which order the app is told.
#include "server/cli/serving.hpp"

#include <csignal>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace hubward::server::cli {
namespace {

// Writes down what it is told; has nothing to serve.
class DiaryApp final : public App {
  public:
    std::uint16_t port() const override { return 0; }
    const std::string& base_url() const override { return nothing_; }
    Gateway& gateway() override { std::abort(); }
    const View& view() const override { std::abort(); }
    const auth::Tokens& tokens() const override { std::abort(); }
    std::string hub_profile(const matcher::Hub&) override { return {}; }
    bool failed() const override { return journal_failed; }
    void say_not_ready() override { diary += "not ready, "; }
    void stop() override { diary += "stopped"; }

    bool journal_failed = false;
    std::string diary;

  private:
    std::string nothing_;
};

// What the demo does before its stop takes a moment, and a balancer must not wait for it.
TEST(Serving, ASignalMakesItNotReadyBeforeAnythingElse) {
    Signals signals;
    DiaryApp app;
    ::kill(::getpid(), SIGTERM);  // blocked by Signals, so it waits to be read
    EXPECT_EQ(serve_until_told(app, signals, [&] { app.diary += "traffic ends, "; }), Exit::ok);
    EXPECT_EQ(app.diary, "not ready, traffic ends, stopped");
}

TEST(Serving, AFailedJournalEndsItInTheSameOrder) {
    Signals signals;
    DiaryApp app;
    app.journal_failed = true;
    EXPECT_EQ(serve_until_told(app, signals), Exit::io);
    EXPECT_EQ(app.diary, "not ready, stopped");
}

}  // namespace
}  // namespace hubward::server::cli
