// SPDX-License-Identifier: Apache-2.0
#include "bench/feed_load/server.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "server/feed/feed.hpp"
#include "server/http/server.hpp"
#include "server/system_clock.hpp"

namespace hubward::bench {
namespace {

using namespace server;

enum class Ask : std::uint32_t { publish, publish_at, usage };
struct Order {
    Ask ask = Ask::usage;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
};

// Keeps the newest events of each stream, as many as a page of the feed may ask for.
class ShortLog final : public storage::EventLog {
  public:
    static constexpr std::size_t kept = 20'000;

    std::optional<storage::StreamEvent> entry(matcher::Sequence) override { return std::nullopt; }
    std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex) override { return {}; }
    void show_up_to(matcher::Sequence) override {}
    storage::StreamBounds bounds(std::string_view stream) override {
        const std::lock_guard lock(mutex_);
        storage::StreamBounds bounds;
        bounds.epoch = "bench";
        if (const auto found = streams_.find(stream); found != streams_.end()) {
            bounds.head = found->second.head;
            bounds.floor = bounds.head - found->second.events.size() + 1;
        }
        return bounds;
    }
    std::vector<storage::StreamEvent> read(std::string_view stream, std::uint64_t after,
                                           std::size_t limit) override {
        const std::lock_guard lock(mutex_);
        std::vector<storage::StreamEvent> out;
        const auto found = streams_.find(stream);
        if (found == streams_.end()) {
            return out;
        }
        for (const storage::StreamEvent& event : found->second.events) {
            if (event.seq > after && out.size() < limit) {
                out.push_back(event);
            }
        }
        return out;
    }
    matcher::SharedBatch append(const std::string& stream, matcher::HubIndex hub) {
        const std::lock_guard lock(mutex_);
        Stream& into = streams_[stream];
        matcher::CapacityReported event;
        event.hub = hub;
        event.hub_seq = ++into.head;
        auto batch = std::make_shared<matcher::Batch>();
        batch->first = ++last_;
        batch->count = 1;
        batch->events.emplace_back(event);
        matcher::Entry entry;
        entry.number = last_;
        entry.event_count = 1;
        // Not the time of day here: the steady clock, which the client's process shares.
        entry.received_ns = std::chrono::steady_clock::now().time_since_epoch().count();
        batch->entries.push_back(entry);
        storage::StreamEvent at;
        at.seq = into.head;
        at.number = last_;
        at.batch = batch;
        at.entry = &batch->entries.front();
        at.event = &batch->events.front();
        into.events.push_back(at);
        if (into.events.size() > kept) {
            into.events.pop_front();
        }
        return batch;
    }

  private:
    struct Stream {
        std::deque<storage::StreamEvent> events;
        std::uint64_t head = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Stream, std::less<>> streams_;
    matcher::Sequence last_ = 0;
};

matcher::State hubs(unsigned count) {
    matcher::State state;
    for (unsigned i = 0; i < count; ++i) {
        matcher::Hub hub;
        hub.profile.id = {1, i + 1};
        hub.profile.slug = matcher::HubSlug(fmt::format("bench-{}", i));
        hub.profile.place = matcher::PlaceCode("benchtown");
        state.hubs.push_back(hub);
    }
    state.rebuild_indexes();
    return state;
}

// About the size of an offer: 600 bytes with its frame.
std::string encode(const storage::StreamEvent& event) {
    static const std::string facts(380, 'x');
    return fmt::format(R"({{"ns":{},"id":"{}","data":"{}"}})", event.entry->received_ns, event.number, facts);
}

Usage usage_now(std::uint64_t published) {
    Usage usage;
    rusage spent{};
    ::getrusage(RUSAGE_SELF, &spent);
    const auto ns = [](const timeval& t) {
        return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
               static_cast<std::uint64_t>(t.tv_usec) * 1'000;
    };
    usage.cpu_ns = ns(spent.ru_utime) + ns(spent.ru_stime);
    usage.published = published;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        unsigned long whole = 0;
        unsigned long resident = 0;
        if (std::fscanf(file, "%lu %lu", &whole, &resident) == 2) {
            usage.resident_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        }
        std::fclose(file);
    }
    return usage;
}

[[noreturn]] void serve(int control, unsigned streams) {
    SystemClock clock;
    const auto tokens = auth::Tokens::in_memory();
    View view(hubs(streams));
    ShortLog log;
    feed::Feed the_feed(
        feed::FeedServices{.view = view, .events = log, .tokens = *tokens, .clock = clock,
                           .encode = [](const storage::StreamEvent& event, std::string_view,
                                        wire::Detail) { return encode(event); },
                           .base_url = {}, .version = "bench", .times = {}, .cursors = nullptr,
                           .replay_events_max = 0, .delivered = {}},
        1);
    http::Server::Options options;
    options.port = 0;
    options.limits.write_deadline = std::chrono::seconds(60);  // who has stalled stays for a round of slow.cpp
    auto server = http::Server::listen(options, feed::routes(the_feed),
                                       [](const http::Request&, unsigned status, std::string_view,
                                          std::string_view) {
                                           http::Response response;
                                           response.status = status;
                                           return response;
                                       });
    the_feed.serve({(*server)->executor(0)});
    (*server)->start();
    auth::Principal ops;
    ops.role = matcher::Role::ops;
    ops.subject = "bench";
    std::string greeting = tokens->mint(ops);
    greeting.resize(512, '\0');
    const std::uint16_t port = (*server)->port();
    (void)!::write(control, &port, sizeof port);
    (void)!::write(control, greeting.data(), greeting.size());
    std::uint64_t published = 0;
    const auto publish = [&](unsigned stream) {
        the_feed.publish(log.append(FeedServer::stream(stream), matcher::HubIndex{stream}), {});
        ++published;
    };
    Order order;
    while (::read(control, &order, sizeof order) == sizeof order) {
        if (order.ask == Ask::publish) {
            for (unsigned i = 0; i < order.a; ++i) {
                publish(0);
            }
            continue;
        }
        if (order.ask == Ask::publish_at) {
            const auto begin = std::chrono::steady_clock::now();
            const std::chrono::nanoseconds step{1'000'000'000 / order.a};
            for (unsigned i = 0; i < order.b; ++i) {
                std::this_thread::sleep_until(begin + step * i);
                publish(i % streams);
            }
        }
        Usage usage = usage_now(published);
        usage.frames_waiting = the_feed.stats().frames_waiting;
        (void)!::write(control, &usage, sizeof usage);
    }
    std::_Exit(0);
}

}  // namespace

FeedServer::FeedServer(unsigned streams) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || (child_ = ::fork()) < 0) {
        std::perror("feed_load");
        std::exit(1);
    }
    if (child_ == 0) {
        ::close(ends[0]);
        serve(ends[1], streams);
    }
    ::close(ends[1]);
    control_ = ends[0];
    token_.resize(512);
    if (::recv(control_, &port_, sizeof port_, MSG_WAITALL) != sizeof port_ ||
        ::recv(control_, token_.data(), token_.size(), MSG_WAITALL) != 512) {
        std::fprintf(stderr, "feed_load: the server did not start\n");
        std::exit(1);
    }
    token_.resize(token_.find('\0'));
}

FeedServer::~FeedServer() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    ::close(control_);
}

void FeedServer::publish(unsigned events) {
    const Order order{Ask::publish, events, 0};
    (void)!::write(control_, &order, sizeof order);
}

void FeedServer::publish_at(unsigned events_per_second, unsigned events) {
    const Order order{Ask::publish_at, events_per_second, events};
    (void)!::write(control_, &order, sizeof order);
    Usage done;
    (void)!::recv(control_, &done, sizeof done, MSG_WAITALL);
}

Usage FeedServer::usage() {
    const Order order{Ask::usage, 0, 0};
    (void)!::write(control_, &order, sizeof order);
    Usage usage;
    (void)!::recv(control_, &usage, sizeof usage, MSG_WAITALL);
    return usage;
}

}  // namespace hubward::bench
