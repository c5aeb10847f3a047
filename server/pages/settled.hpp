// SPDX-License-Identifier: Apache-2.0
//
// Waiting for what another thread writes to disk, on a thread that must not wait.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/http/task.hpp"

namespace hubward::server::pages {

// What `pending` is once it is no longer `not_yet`, or `not_yet` when the deadline came first. Looks now and
// then: whoever writes must not need a thread of ours, which may be gone when a disk comes back.
template <class Word>
http::Task<Word> settled(std::shared_ptr<const std::atomic<Word>> pending, Word not_yet,
                         std::chrono::milliseconds deadline) {
    namespace net = boost::asio;
    using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                            net::wait_traits<std::chrono::steady_clock>, http::Executor>;
    constexpr std::chrono::milliseconds look_again{5};
    constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});
    Timer timer(co_await net::this_coro::executor);
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (*pending == not_yet && std::chrono::steady_clock::now() < until) {
        timer.expires_after(look_again);
        co_await timer.async_wait(completion);
    }
    co_return *pending;
}

}  // namespace hubward::server::pages
