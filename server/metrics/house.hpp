// SPDX-License-Identifier: Apache-2.0
//
// What the server tells about itself: the stages of the walk as histograms, and the counters that
// every room keeps for itself, read at the moment of a scrape.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "matcher/network.hpp"
#include "matcher/pipeline.hpp"
#include "server/gateway.hpp"
#include "server/http/server.hpp"
#include "server/metrics/exposition.hpp"
#include "server/metrics/histogram.hpp"
#include "storage/store.hpp"

namespace hubward::server::metrics {

// How long each stage of the walk took. One shard per I/O thread, and one more for the engine's.
class Stages {
  public:
    explicit Stages(unsigned io_threads);
    // On the I/O thread that waited (GatewayOptions::observe).
    void answered(unsigned thread, const Walk& walk);
    // When the feed has handed an event of a round to its subscribers.
    void delivered(unsigned thread, std::int64_t durable_ns, std::int64_t now_ns);

    Histogram decoded;    // first byte read … put into the ring: parse, authorise, decode, seal
    Histogram queued;     // … taken out of the ring
    Histogram decided;    // … the round decided
    Histogram durable;    // … the journal said durable
    Histogram answer;     // … the waiting coroutine runs again
    Histogram deliver;    // durable … handed to the feed's subscribers
    Histogram total;      // first byte read … the waiting coroutine runs again
    Exemplars seen;       // … and whose they were
};

struct FeedNumbers {
    std::uint64_t clients = 0;
    std::uint64_t subscriptions = 0;
    std::uint64_t events_sent = 0;
    std::uint64_t events_encoded = 0;  // frames made, each shared by all who get it
    std::uint64_t frames_waiting = 0;
    std::uint64_t cut_off = 0;      // clients dropped because they stalled
    std::uint64_t behind_max = 0;   // events between the slowest client and the newest
    double lag_seconds_max = 0;     // age of the oldest event sent and not acknowledged
};
struct OutboundNumbers {
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0;
    std::uint64_t targets = 0;
    std::uint64_t off = 0;
    std::uint64_t behind = 0;  // events that wait for targets that are on
    double lag_seconds = 0;    // age of the oldest event that is being tried
};
struct DomainNumbers {
    std::uint64_t referrals = 0;
    std::uint64_t hubs = 0;
    std::uint64_t open_offers = 0;
    std::uint64_t open_gaps = 0;
    std::uint64_t last_event = 0;
    matcher::NetworkCounts network;
};

// Where the numbers come from. Empty or null parts are left out of the text.
struct Sources {
    const Stages* stages = nullptr;
    const matcher::PipelineStats* pipeline = nullptr;
    const http::ServerStats* http = nullptr;
    std::function<storage::StoreStats()> store;
    std::function<DomainNumbers()> domain;
    std::function<FeedNumbers()> feed;
    std::function<OutboundNumbers()> outbound;
    std::function<std::uint64_t()> vault_errors;
    std::function<std::uint64_t()> without_consent;
    std::function<bool()> ready;
    std::function<bool()> room;  // whether new referrals find room on the disk
    std::string version;
    double started_at_seconds = 0;  // since 1970
};

// The whole page. Any thread.
std::string scrape(const Sources& sources, Format format = Format::text);
// … in the format that an Accept header asks for, and its media type.
std::pair<std::string, std::string_view> scrape_for(const Sources& sources, std::string_view accept);

}  // namespace hubward::server::metrics
