// SPDX-License-Identifier: Apache-2.0
//
// The only bridge between the I/O threads and the engine thread.
//
// submit() puts an envelope into the ring and suspends the caller's coroutine; deliver() posts all
// answers of a round to the threads that wait, once per thread and round. A deadline belongs here:
// a waiter that is not answered in time gets Refused::journal_failed ("nothing is known to be
// stored, ask again with the key"), because from outside nobody can tell whether the round has
// begun; a late answer is dropped. A full ring or table is Refused::busy, at once; a payload larger than the
// journal takes is Refused::too_large and never enters the ring.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "matcher/clock.hpp"
#include "matcher/outlet.hpp"
#include "matcher/pipeline.hpp"
#include "server/http/task.hpp"
#include "storage/event_log.hpp"

namespace hubward::server {

// The durable entry that answers a command. For a resend it is the first one's, read from storage.
struct Done {
    matcher::SharedBatch batch;
    const matcher::Entry* entry = nullptr;  // inside batch; null when the command had no event
    bool resend = false;
};

class Gateway : public matcher::Outlet {
  public:
    // Sees every durable batch on the engine thread, before any waiter is answered. Must not block.
    using Listener = std::function<void(const matcher::SharedBatch&, const matcher::StageTimes&)>;

    ~Gateway() override = default;
    // Call on I/O thread `thread` (Request::thread). Never throws.
    virtual http::Task<std::expected<Done, matcher::Rejection>> submit(
        unsigned thread, matcher::Envelope envelope) = 0;
    // Whether submit() would turn this away now: to be asked before a key is taken and details are sealed, so
    // that those who are turned away cost those who are not nothing. Any thread. Never throws.
    virtual std::optional<matcher::Rejection> turned_away(const matcher::Command& command) = 0;
    // From any other thread (jobs, demo, start-up): blocks until answered.
    virtual std::expected<Done, matcher::Rejection> submit_and_wait(matcher::Envelope envelope) = 0;
};

// When one answered command passed each stage of the walk; steady-clock nanoseconds, 0 for unknown.
struct Walk {
    std::int64_t received_ns = 0;
    std::int64_t queued_ns = 0;
    matcher::StageTimes round;
    std::int64_t answered_ns = 0;
    matcher::TraceId trace{};  // zero when none came in
};

struct GatewayOptions {
    std::chrono::milliseconds deadline{5000};  // from submit to answer
    // Waiters per I/O thread. More than the ring and the journal window hold together (4096 + 8 ×
    // 256), so the ring is what fills first.
    std::uint32_t waiters_max = 8192;
    // Told of every answer on the I/O thread that waited. Must not block. May be empty.
    std::function<void(unsigned thread, const Walk&)> observe;
    // While it is true new referrals are told `full` at once, and all else goes on: what hubs and people say
    // about those who wait has the rest of the disk. Null: never. Outlives the gateway.
    const std::atomic<bool>* nearly_full = nullptr;
};

// The Gateway that the server runs. Put together in this order, because its neighbours need it
// before it can know them: make_gateway, listen…, Pipeline(gateway), attach, Server::listen, serve,
// Pipeline::start. Destroy it after the pipeline and before the server, so that coroutines that
// still wait are unwound on their own io_context.
class PipelineGateway : public Gateway {
  public:
    // Listeners run in the order of this call. Before Pipeline::start.
    virtual void listen(Listener listener) = 0;
    // Before the first submit. The pipeline must outlive the last one.
    virtual void attach(matcher::Pipeline& pipeline) = 0;
    // One executor per I/O thread, in the order of Request::thread. Before the first submit().
    virtual void serve(std::vector<http::Executor> executors) = 0;
};

// `events` answers resends; it is read on the thread that waited.
std::unique_ptr<PipelineGateway> make_gateway(storage::EventLog& events, matcher::Clock& clock,
                                              GatewayOptions options = {});

}  // namespace hubward::server
