// SPDX-License-Identifier: Apache-2.0
#include "server/http/io_thread.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "server/http/out_connection.hpp"

namespace hubward::server::http {
namespace {

// In the loop of a thread: tells whether that is still there.
class Witness final : public boost::asio::execution_context::service {
  public:
    using key_type = Witness;
    static boost::asio::execution_context::id id;
    explicit Witness(boost::asio::execution_context& context) : service(context) {}
    void watch(bool& loop_is_there) { loop_is_there_ = &loop_is_there; }

  private:
    void shutdown() override { *loop_is_there_ = false; }
    bool* loop_is_there_ = nullptr;
};
boost::asio::execution_context::id Witness::id;

class Connection final : public OutConnection {
  public:
    Connection(IoThread& thread, const bool& loop_is_there, bool& went_in_time)
        : OutConnection(thread, Socket(thread.executor()), Place()),
          loop_is_there_(loop_is_there), went_in_time_(went_in_time) {}
    ~Connection() override { went_in_time_ = loop_is_there_; }
    void say(std::string text) { enqueue(std::make_shared<const std::string>(std::move(text))); }
    void begin_drain() override {}

  private:
    bool write_is_watched() const override { return false; }
    const bool& loop_is_there_;
    bool& went_in_time_;
};

// A socket that is closed after its loop is gone touches memory that is no more.
TEST(IoThread, LetsGoOfConnectionsThatWaitToBeSentToBeforeItsLoop) {
    bool loop_is_there = true;
    bool went_in_time = false;
    ServerCore core;
    {
        IoThread thread(0, core);
        boost::asio::use_service<Witness>(thread.loop()).watch(loop_is_there);
        std::make_shared<Connection>(thread, loop_is_there, went_in_time)->say("what is never sent");
    }
    EXPECT_FALSE(loop_is_there);
    EXPECT_TRUE(went_in_time);
}

}  // namespace
}  // namespace hubward::server::http
