// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/names.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/outbound/limits.hpp"

namespace hubward::server::outbound {
namespace {

namespace net = boost::asio;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, http::Executor>;

constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});

std::optional<net::ip::address> address_of(const sockaddr* found) {
    if (found->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, found, sizeof v4);
        return net::ip::address_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (found->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, found, sizeof v6);
        net::ip::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
        return net::ip::address_v6(bytes, v6.sin6_scope_id);
    }
    return std::nullopt;
}

Addresses by_the_system(const std::string& name) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &wanted, &list) != 0) {
        return {};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> kept(list, &::freeaddrinfo);
    Addresses found;
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        if (const auto address = address_of(each->ai_addr)) {
            found.push_back(*address);
        }
    }
    return found;
}

}  // namespace

// Who waits for one name: asleep until it is found, or it is too late.
struct Names::Waiter {
    explicit Waiter(const http::Executor& executor) : wake(executor) {}
    Timer wake;
    std::optional<Addresses> found;  // the asking thread's
};

struct Names::Shared {
    Look look;
    std::mutex mutex;
    bool closed = false;  // under mutex, as below
    std::map<std::string, std::vector<std::shared_ptr<Waiter>>> wanted;  // each with a thread that looks
};

Names::Names() : Names(by_the_system) {}
Names::Names(Look look) : shared_(std::make_shared<Shared>()) { shared_->look = std::move(look); }
Names::~Names() { close(); }

void Names::close() {
    const std::lock_guard lock(shared_->mutex);
    shared_->closed = true;
    for (auto& [name, waiters] : shared_->wanted) {
        waiters.clear();  // their timers belong to an io_context that may go now
    }
}

http::Task<std::expected<Addresses, NoName>> Names::find(std::string name,
                                                         std::chrono::steady_clock::time_point until) {
    const http::Executor executor = co_await net::this_coro::executor;
    const auto waiter = std::make_shared<Waiter>(executor);
    waiter->wake.expires_at(until);
    if (!ask(name, waiter)) {
        co_return std::unexpected(NoName::too_many);
    }
    co_await waiter->wake.async_wait(completion);
    if (!waiter->found) {
        leave(name, waiter);
        co_return std::unexpected(NoName::too_late);
    }
    if (waiter->found->empty()) {
        co_return std::unexpected(NoName::unknown);
    }
    co_return *std::move(waiter->found);
}

bool Names::ask(const std::string& name, const std::shared_ptr<Waiter>& waiter) {
    const std::lock_guard lock(shared_->mutex);
    if (const auto looked_for = shared_->wanted.find(name); looked_for != shared_->wanted.end()) {
        looked_for->second.push_back(waiter);
        return true;
    }
    if (shared_->closed || shared_->wanted.size() >= limits::lookups_max) {
        return false;
    }
    shared_->wanted[name].push_back(waiter);
    try {
        std::thread([shared = shared_, name] { look_up(shared, name); }).detach();
    } catch (const std::system_error&) {  // no thread to be had
        shared_->wanted.erase(name);
        return false;
    }
    return true;
}

void Names::leave(const std::string& name, const std::shared_ptr<Waiter>& waiter) {
    const std::lock_guard lock(shared_->mutex);
    if (const auto looked_for = shared_->wanted.find(name); looked_for != shared_->wanted.end()) {
        std::erase(looked_for->second, waiter);
    }
}

// Touches nothing but what it was given: everything else may be gone when the library comes back.
void Names::look_up(const std::shared_ptr<Shared>& shared, const std::string& name) {
    Addresses found;
    try {
        found = shared->look(name);
    } catch (const std::exception&) {
        found.clear();  // out of memory: as good as unknown, and asked again at the next try
    }
    const std::lock_guard lock(shared->mutex);
    const auto asked = shared->wanted.extract(name);
    for (const std::shared_ptr<Waiter>& waiter : asked.mapped()) {
        net::post(waiter->wake.get_executor(), [waiter, found] {
            waiter->found = found;
            waiter->wake.cancel();
        });
    }
}

}  // namespace hubward::server::outbound
