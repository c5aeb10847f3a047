// SPDX-License-Identifier: Apache-2.0
//
// The live feed, protocol hubward.feed.v1: durable events out to whoever may see them.
//
// Three ways in, the same numbers on all: a WebSocket (/v1/feed), an event stream and a request that
// waits (both /v1/streams/{stream}/events).
//
// A subscriber is a cursor into a log, not a queue: it has a position, a window of events that it
// may still be sent before it acknowledges some, and nothing else. Behind the live end it reads
// pages of the event log; at the live end it gets frames that were made once for all. Replay and
// live are the same cursor, so nothing can fall between them.
//
// Order: construct, PipelineGateway::listen (after View::apply), Server::listen with routes(feed),
// serve, Server::start, Pipeline::start. At the end: drain, then Server::drain. The Feed may go
// before or after the Server; what it lends to connections outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/clock.hpp"
#include "matcher/outlet.hpp"
#include "server/auth/token.hpp"
#include "server/http/server.hpp"
#include "server/view.hpp"
#include "server/wire/event_json.hpp"  // Detail
#include "storage/event_log.hpp"
#include "storage/feed_cursors.hpp"

namespace hubward::server::feed {

// Every wait of the protocol; tests shorten them.
struct FeedTimes {
    std::chrono::milliseconds heartbeat{20'000};
    std::chrono::milliseconds heartbeat_answer{10'000};  // then 4408
    std::chrono::milliseconds first_auth{10'000};        // to log in after the upgrade; then 4401
    // How soon a revoked token ends a connection; auth may take two seconds to hear of it.
    std::chrono::milliseconds auth_check{2'000};
    std::chrono::milliseconds auth_warning{60'000};      // auth_expiring so long before
    std::chrono::milliseconds lagging_after{120'000};    // without an ack while events are unacked
    std::chrono::milliseconds lagging_again{60'000};
    std::chrono::milliseconds stalled_after{900'000};    // then 4408
    std::chrono::milliseconds presence_every{1'000};
    std::chrono::milliseconds poll_wait_max{60'000};     // a longer ?wait= is cut to it
    std::chrono::milliseconds tick{100};                 // how coarse all of the above are
};

// The JSON of one event as it stands in the stream.
using Encode = std::function<std::string(const storage::StreamEvent&, std::string_view stream,
                                         wire::Detail detail)>;
// CloudEvents by wire/event_json, with the facts of the subject out of the view.
Encode cloud_events(const View& view, storage::EventLog& events);

// Everything outlives the Feed and every connection.
struct FeedServices {
    const View& view;
    storage::EventLog& events;
    const auth::Tokens& tokens;
    matcher::Clock& clock;
    Encode encode;
    std::string base_url;  // for links and problem types; may be empty
    std::string version;   // of this server
    FeedTimes times;
    storage::FeedCursors* cursors = nullptr;  // null: no reader's place is remembered
    // How many of the newest events of a stream are replayed; 0: all that are kept. Whoever is
    // further behind is told "truncated" and loads the present state instead.
    std::uint64_t replay_events_max = 0;
    // Told on I/O thread `thread` when events of a round have been handed to live subscribers.
    std::function<void(unsigned thread, std::int64_t durable_ns, std::int64_t now_ns)> delivered;
};

struct FeedStats {
    std::uint64_t clients = 0;        // open now
    std::uint64_t subscriptions = 0;  // open now
    std::uint64_t events_sent = 0;
    std::uint64_t events_encoded = 0;  // frames made; events_sent / events_encoded is the sharing
    std::uint64_t frames_waiting = 0;  // queued to connections, not yet taken by the kernel
    std::uint64_t cut_off = 0;         // clients closed because they stalled or did not answer
    std::uint64_t behind_max = 0;      // events between the slowest cursor and its head
    double lag_seconds_max = 0;        // age of the oldest event sent and not acknowledged
};

class FeedThread;
struct Shared;

class Feed {
  public:
    Feed(FeedServices services, unsigned threads);
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    // One executor per I/O thread, in the order of Request::thread. Before the first publish and
    // before the server starts.
    void serve(std::vector<http::Executor> executors);

    // The gateway's listener, on the engine thread. Only notes the batch and wakes each I/O thread
    // that has subscribers, once.
    void publish(const matcher::SharedBatch& batch, const matcher::StageTimes& times);

    // Says goodbye to everybody (1012) with a waiting time spread over `spread`. Any thread; the
    // goodbyes are queued when the executors have run what is posted to them now.
    void drain(std::chrono::milliseconds spread);

    FeedStats stats() const;  // any thread; refreshed every tick

    // The connections' side of it.
    FeedThread& thread(unsigned index) { return *threads_[index]; }
    std::shared_ptr<FeedThread> shared_thread(unsigned index) { return threads_[index]; }
    const FeedServices& services() const { return *services_; }
    Shared& shared() { return *shared_; }

  private:
    std::shared_ptr<const FeedServices> services_;
    std::shared_ptr<Shared> shared_;
    std::vector<std::shared_ptr<FeedThread>> threads_;
};

// GET /v1/feed, GET /v1/streams/{stream}/events, POST /v1/feed-tickets. `feed` must outlive the
// server's last request.
std::vector<http::Route> routes(Feed& feed);

}  // namespace hubward::server::feed
