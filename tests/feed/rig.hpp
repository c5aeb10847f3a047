// SPDX-License-Identifier: Apache-2.0
//
// A feed without network, disk or real time: a log that is a list, sockets that are lists, a clock
// that moves when told, and an event loop that runs when told.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "matcher/state.hpp"
#include "server/feed/feed.hpp"
#include "server/feed/feed_session.hpp"
#include "tests/support/manual_clock.hpp"

namespace hubward::tests {

// Fails the test when the frame is not what docs/asyncapi.json says, or says more.
void expect_documented(const std::string& frame);

// The JSON inside a server frame.
std::string payload_of(const server::http::Frame& frame);

class ListLog final : public storage::EventLog {
  public:
    std::optional<storage::StreamEvent> entry(matcher::Sequence) override { return std::nullopt; }
    std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex) override { return {}; }
    void show_up_to(matcher::Sequence) override {}
    storage::StreamBounds bounds(std::string_view stream) override;
    std::vector<storage::StreamEvent> read(std::string_view stream, std::uint64_t after,
                                           std::size_t limit) override;
    // Appends the next event of hub/{slug at that index} and gives its batch. It stands on
    // place/leeds, too.
    matcher::SharedBatch append(const std::string& stream, matcher::HubIndex hub);
    // The same with an event of another type: OfferExpired.
    matcher::SharedBatch append_expiry(const std::string& stream, matcher::HubIndex hub);
    void forget_before(const std::string& stream, std::uint64_t floor);
    void renew_epoch(std::string epoch);
    std::size_t reads = 0;  // calls of read()
    bool unreadable = false;  // read() finds nothing, as when the disk fails for a moment

  private:
    matcher::SharedBatch add(const std::string& stream, matcher::Event event);

    std::mutex mutex_;
    std::string epoch_ = "e1";
    std::map<std::string, std::vector<storage::StreamEvent>, std::less<>> streams_;
    std::map<std::string, std::uint64_t, std::less<>> floors_;
    matcher::Sequence last_ = 0;
};

// A socket whose kernel takes frames only when told to.
class ListSocket final : public server::http::WebSocket {
  public:
    explicit ListSocket(server::http::Executor executor) : executor_(executor) {}
    server::http::Task<std::optional<std::string>> read() override { co_return std::nullopt; }
    bool send(server::http::Frame frame) override;
    std::size_t queued_frames() const override { return stuck ? queued_ : 0; }
    std::size_t queued_bytes() const override { return 0; }
    void close(std::uint16_t code, std::string_view) override { closed = code; }
    server::http::Executor executor() override { return executor_; }
    void unstick();

    std::vector<server::http::Frame> frames;
    std::uint16_t closed = 0;
    bool stuck = false;  // the peer reads nothing
    // Whether each frame is compared with docs/asyncapi.json; a benchmark does not want that.
    bool judges_frames = true;

    std::vector<std::string> texts() const;
    // Payloads that hold this text; and the numbers of all events so far.
    std::vector<std::string> with(std::string_view part) const;
    std::vector<std::uint64_t> seqs() const;
    std::string last() const { return frames.empty() ? std::string() : payload_of(frames.back()); }

  private:
    server::http::Executor executor_;
    std::size_t queued_ = 0;
};

class Rig {
  public:
    explicit Rig(server::feed::FeedTimes times = {}, std::uint64_t replay_events_max = 0);

    // A client that is logged in (or, with an empty token, is not).
    struct Client {
        std::shared_ptr<ListSocket> socket;
        std::unique_ptr<server::feed::FeedSession> session;
        void say(std::string_view text) const { session->receive(text); }
    };
    Client client(std::string token);
    Client library();  // a client with the token of the hub "library"
    std::string token(matcher::Role role, std::string subject,
                      matcher::Timestamp expires = matcher::never);
    // n events happen at the hub "library": durable, in the view, published.
    void happen(std::size_t n = 1);
    void expire();  // one event of another type
    void run() { loop.restart(), loop.poll(); }
    void pass(std::chrono::milliseconds time);  // the clock moves, the clockwork ticks

    boost::asio::io_context loop;
    ListLog log;
    test::ManualClock clock;
    std::unique_ptr<server::auth::Tokens> tokens = server::auth::Tokens::in_memory();
    server::View view;
    std::size_t encoded = 0;
    bool encodes = true;  // false: it throws
    std::unique_ptr<storage::FeedCursors> cursors = storage::FeedCursors::in_memory();
    server::feed::Feed feed;
};

}  // namespace hubward::tests
