// SPDX-License-Identifier: Apache-2.0
//
// What does one request, and one feed delivery, cost in system calls, allocations and processor time
// of the I/O thread, and what does an idle WebSocket hold? Client and server share this process; the
// client allocates nothing while it is measured, and processor time is that of the server's thread.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <ctime>
#include <future>
#include <new>
#include <string>
#include <vector>

#include "server/http/server.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace hubward::server::http;

// The subscribers of one feed; touched on the server's thread only.
std::vector<std::shared_ptr<WebSocket>> subscribers;

Task<Response> take(Request) {
    Response response;
    response.status = 201;
    response.content_type = "application/json";
    response.body = std::string(300, 'b');
    co_return response;
}

Task<void> subscribe(Request, std::shared_ptr<WebSocket> socket) {
    subscribers.push_back(socket);
    while (true) {
        const auto message = co_await socket->read();
        if (!message) {
            break;
        }
    }
    std::erase(subscribers, socket);
}

std::unique_ptr<Server> serve() {
    Route post;
    post.verb = Verb::post;
    post.pattern = "/v1/referrals";
    post.body_max = 64 * 1024;
    post.handle = take;
    Route feed;
    feed.pattern = "/v1/feed";
    feed.upgrade = subscribe;
    Server::Options options;
    options.port = 0;
    auto server = Server::listen(options, {post, feed},
                                 [](const Request&, unsigned status, std::string_view,
                                    std::string_view) {
                                     Response response;
                                     response.status = status;
                                     return response;
                                 });
    (*server)->start();
    return *std::move(server);
}

int connected(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        std::abort();
    }
    return socket;
}

int subscribed(std::uint16_t port) {
    static constexpr std::string_view hello =
        "GET /v1/feed HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const int socket = connected(port);
    std::array<char, 1024> answer{};
    if (::send(socket, hello.data(), hello.size(), 0) < 0 ||
        ::recv(socket, answer.data(), answer.size(), 0) <= 0) {
        std::abort();
    }
    return socket;
}

// Runs on the server's thread and waits for it.
template <class Work>
auto on_server(Server& server, Work work) {
    std::promise<decltype(work())> done;
    auto result = done.get_future();
    boost::asio::post(server.executor(0), [&] {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            done.set_value();
        } else {
            done.set_value(work());
        }
    });
    return result.get();
}

double thread_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void post_of_two_kilobytes(benchmark::State& state) {
    auto server = serve();
    const std::string body(2'000, 'x');
    const std::string request =
        "POST /v1/referrals HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer hwp_abcdefghijklmnopqrstuvwxyz0123456789\r\n"
        "Idempotency-Key: 3f0b9c3e-5f0e-4c8f-9d55-1f7b8b6d2a11\r\nAccept: application/json\r\n"
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    const int socket = connected(server->port());
    std::array<char, 4096> answer{};
    const auto once = [&] {
        if (::send(socket, request.data(), request.size(), 0) < 0 ||
            ::recv(socket, answer.data(), answer.size(), 0) <= 0) {
            std::abort();
        }
    };
    for (int i = 0; i < 200; ++i) {
        once();
    }
    const auto reads = server->stats().reads.load();
    const double cpu = on_server(*server, thread_seconds);
    const auto before = allocations.load();
    for (auto _ : state) {
        once();
    }
    const auto after = allocations.load();
    const auto requests = static_cast<double>(state.iterations());
    state.counters["allocations"] = static_cast<double>(after - before) / requests;
    state.counters["reads"] = static_cast<double>(server->stats().reads.load() - reads) / requests;
    state.counters["server_cpu_us"] = (on_server(*server, thread_seconds) - cpu) / requests * 1e6;
    ::close(socket);
    server->drain(std::chrono::milliseconds(200));
}
BENCHMARK(post_of_two_kilobytes)->UseRealTime();

// argument: frames published in one turn of the loop
void deliver_to_500_subscribers(benchmark::State& state) {
    constexpr std::size_t held = 500;
    const auto in_flight = static_cast<std::size_t>(state.range(0));
    auto server = serve();
    std::vector<int> sockets;
    for (std::size_t i = 0; i < held; ++i) {
        sockets.push_back(subscribed(server->port()));
    }
    const Frame frame = text_frame(std::string(300, 'f'));
    const std::size_t bytes = frame->size() * in_flight;
    std::vector<char> sink(64 * 1024);
    const double cpu = on_server(*server, thread_seconds);
    for (auto _ : state) {
        on_server(*server, [&] {
            for (std::size_t i = 0; i < in_flight; ++i) {
                for (const auto& subscriber : subscribers) {
                    subscriber->send(frame);
                }
            }
        });
        for (const int socket : sockets) {
            for (std::size_t got = 0; got < bytes;) {
                const ssize_t part = ::recv(socket, sink.data(), bytes - got, 0);
                if (part <= 0) {
                    std::abort();
                }
                got += static_cast<std::size_t>(part);
            }
        }
    }
    const double deliveries = static_cast<double>(state.iterations()) *
                              static_cast<double>(held * in_flight);
    state.counters["server_cpu_us_per_delivery"] =
        (on_server(*server, thread_seconds) - cpu) / deliveries * 1e6;
    state.SetItemsProcessed(static_cast<std::int64_t>(deliveries));
    for (const int socket : sockets) {
        ::close(socket);
    }
    server->drain(std::chrono::seconds(2));
}
BENCHMARK(deliver_to_500_subscribers)->Arg(1)->Arg(4)->UseRealTime();

// Heap only (mallinfo2): the kernel's share of a socket is the same for every server.
void heap_of_an_idle_websocket(benchmark::State& state) {
    constexpr std::size_t held = 400;
    auto server = serve();
    const int first = subscribed(server->port());
    const auto in_use = [&] { return ::mallinfo2().uordblks; };
    for (auto _ : state) {
        std::vector<int> sockets;
        sockets.reserve(held);
        on_server(*server, [] { subscribers.reserve(held * 2); });
        const std::size_t before = on_server(*server, in_use);
        for (std::size_t i = 0; i < held; ++i) {
            sockets.push_back(subscribed(server->port()));
        }
        const std::size_t after = on_server(*server, in_use);
        state.counters["bytes"] = static_cast<double>(after - before) / held;
        state.PauseTiming();
        for (const int socket : sockets) {
            ::close(socket);
        }
        while (server->stats().connections.load() != 1) {
        }
        state.ResumeTiming();
    }
    ::close(first);
    server->drain(std::chrono::seconds(2));
}
BENCHMARK(heap_of_an_idle_websocket)->Iterations(3)->UseRealTime();

}  // namespace
