// SPDX-License-Identifier: Apache-2.0
#include "server/http/server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "server/http/io_thread.hpp"
#include "server/http/session.hpp"

namespace hubward::server::http {
namespace {

namespace asio = boost::asio;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Endpoint = asio::ip::tcp::endpoint;

constexpr auto completion = asio::as_tuple(asio::use_awaitable_t<Executor>{});
constexpr int backlog = 4'096;
// After "too many open files" there is nothing to do but let others close theirs.
constexpr std::chrono::milliseconds accept_pause{100};

std::string address_text(const Endpoint& endpoint) {
    const asio::ip::address address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

bool is_loopback(const Endpoint& endpoint) {
    const asio::ip::address address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    }
    return address.is_loopback();
}

class TcpServer final : public Server {
  public:
    TcpServer(Options options, Router router, Refusal refusal) {
        core_.limits = options.limits;
        core_.router = std::move(router);
        core_.refusal = std::move(refusal);
        for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
            threads_.push_back(std::make_unique<IoThread>(i, core_));
        }
    }
    ~TcpServer() override { stop(); }

    std::expected<void, std::string> bind(const std::string& address, std::uint16_t port);

    std::uint16_t port() const override { return port_; }
    unsigned threads() const override { return static_cast<unsigned>(threads_.size()); }
    Executor executor(unsigned thread) override { return threads_[thread]->executor(); }
    const ServerStats& stats() const override { return core_.stats; }
    void start() override;
    void drain(std::chrono::milliseconds grace) override;
    void stop() override;

  private:
    Task<void> accept();
    void welcome(Socket socket, const Endpoint& peer, unsigned thread);
    void turn_away(Socket socket, const Endpoint& peer);
    void on_every_thread(const std::function<void(IoThread&)>& work);
    bool wait_until_empty(std::chrono::milliseconds patience);

    ServerCore core_;  // first: everything below uses it until its end
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::unique_ptr<Acceptor> acceptor_;
    std::vector<std::thread> running_;
    std::uint16_t port_ = 0;
    unsigned next_ = 0;
};

std::expected<void, std::string> TcpServer::bind(const std::string& address, std::uint16_t port) {
    boost::system::error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) {
        return std::unexpected("cannot listen on \"" + address + "\": not an IP address");
    }
    const Endpoint endpoint(ip, port);
    const auto failed = [&](std::string_view step) {
        return std::unexpected("cannot " + std::string(step) + " " + address + " port " +
                               std::to_string(port) + ": " + error.message());
    };
    acceptor_ = std::make_unique<Acceptor>(threads_.front()->executor());
    acceptor_->open(endpoint.protocol(), error);
    if (error) {
        return failed("open a socket for");
    }
    acceptor_->set_option(asio::socket_base::reuse_address(true), error);
    acceptor_->bind(endpoint, error);
    if (error) {
        return failed("bind");
    }
    acceptor_->listen(backlog, error);
    if (error) {
        return failed("listen on");
    }
    port_ = acceptor_->local_endpoint(error).port();
    return {};
}

void TcpServer::start() {
    if (!running_.empty()) {
        return;
    }
    // What it ends by ends the program, which a supervisor starts again: a server that lives and lets nobody in
    // is no better, and nobody hears of it.
    asio::co_spawn(threads_.front()->executor(), accept(), [](std::exception_ptr trouble) {
        if (trouble) {
            std::rethrow_exception(std::move(trouble));
        }
    });
    for (const auto& thread : threads_) {
        thread->start_ticking();
        running_.emplace_back([io = thread.get()] { io->loop().run(); });
    }
}

// One acceptor hands out connections in turn: a kernel that spreads by hash leaves few connections
// unevenly on two threads.
Task<void> TcpServer::accept() {
    while (acceptor_->is_open()) {
        const unsigned thread = next_++ % threads();
        Endpoint peer;
        Socket socket(threads_[thread]->executor());
        const auto [error] = co_await acceptor_->async_accept(socket, peer, completion);
        if (error == asio::error::operation_aborted || !acceptor_->is_open()) {
            co_return;
        }
        if (error) {
            Timer pause(threads_.front()->executor());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(completion);
            continue;
        }
        core_.stats.accepted.fetch_add(1, std::memory_order_relaxed);
        boost::system::error_code ignored;
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        welcome(std::move(socket), peer, thread);
    }
}

void TcpServer::welcome(Socket socket, const Endpoint& peer, unsigned thread) {
    std::string address = address_text(peer);
    if (core_.stats.connections.load(std::memory_order_relaxed) >= core_.limits.connections_max ||
        !core_.addresses.enter(address, core_.limits.connections_per_address_max)) {
        return turn_away(std::move(socket), peer);
    }
    core_.stats.connections.fetch_add(1, std::memory_order_relaxed);
    Place place(core_, std::move(address));
    IoThread& io = *threads_[thread];
    const bool loopback = is_loopback(peer);
    // A Session belongs to its thread from birth: it registers itself in that thread's lists.
    asio::post(io.executor(), [&io, socket = std::move(socket), place = std::move(place),
                               loopback]() mutable {
        auto session =
            std::make_unique<Session>(io, std::move(socket), std::move(place), loopback);
        asio::co_spawn(io.executor(), Session::run(std::move(session)), asio::detached);
    });
}

// Full: one honest answer without reading a request, then close.
void TcpServer::turn_away(Socket socket, const Endpoint& peer) {
    Request head;
    head.peer = address_text(peer);
    Response response;
    try {
        response = core_.refusal(head, 503, "there are too many connections", {});
    } catch (const std::exception&) {
        response = Response();
    }
    response.status = 503;
    response.with("Retry-After", "1");
    std::string bytes;
    DateLine date;
    append_head(bytes, response, date.at(std::time(nullptr)), Connection::close);
    bytes += response.body;
    // A request that is here already is taken, so that the close is no reset; a full kernel buffer
    // cannot be: the socket is new.
    std::array<char, 4096> unread{};
    ::recv(socket.native_handle(), unread.data(), unread.size(), MSG_DONTWAIT);
    ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    boost::system::error_code ignored;
    socket.shutdown(Socket::shutdown_send, ignored);
    socket.close(ignored);
}

void TcpServer::on_every_thread(const std::function<void(IoThread&)>& work) {
    std::mutex mutex;
    std::condition_variable done;
    std::size_t left = threads_.size();
    for (const auto& thread : threads_) {
        asio::post(thread->executor(), [&, io = thread.get()] {
            work(*io);
            const std::lock_guard lock(mutex);
            --left;
            done.notify_all();
        });
    }
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return left == 0; });
}

bool TcpServer::wait_until_empty(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (core_.stats.connections.load(std::memory_order_relaxed) != 0) {
        if (std::chrono::steady_clock::now() >= until) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

void TcpServer::drain(std::chrono::milliseconds grace) {
    core_.draining.store(true, std::memory_order_release);  // pairs with IoThread::draining
    if (running_.empty()) {
        return;
    }
    on_every_thread([&](IoThread& io) {
        if (io.index() == 0) {
            boost::system::error_code ignored;
            acceptor_->close(ignored);
        }
        for (Drainable* connection : std::vector(io.connections.begin(), io.connections.end())) {
            connection->begin_drain();
        }
    });
    if (!wait_until_empty(grace)) {
        on_every_thread([](IoThread& io) {
            for (Drainable* each : std::vector(io.connections.begin(), io.connections.end())) {
                each->cut();
            }
        });
        wait_until_empty(std::chrono::milliseconds(200));
    }
}

void TcpServer::stop() {
    for (const auto& thread : threads_) {
        thread->loop().stop();
    }
    for (std::thread& thread : running_) {
        thread.join();
    }
    running_.clear();
}

}  // namespace

std::expected<std::unique_ptr<Server>, std::string> Server::listen(Options options,
                                                                   std::vector<Route> routes,
                                                                   Refusal refusal) {
    auto router = Router::build(std::move(routes));
    if (!router) {
        return std::unexpected(router.error());
    }
    const std::string address = options.address;
    const std::uint16_t port = options.port;
    auto server =
        std::make_unique<TcpServer>(std::move(options), *std::move(router), std::move(refusal));
    if (auto bound = server->bind(address, port); !bound) {
        return std::unexpected(bound.error());
    }
    return server;
}

}  // namespace hubward::server::http
