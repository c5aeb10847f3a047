// SPDX-License-Identifier: Apache-2.0
#include "server/backups.hpp"

#include <exception>
#include <memory>
#include <system_error>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hubward::server {

namespace net = boost::asio;

Backups::Backups(CopyTo copy) : copy_(std::move(copy)) {}

std::expected<void, Backups::Turned> Backups::begin() {
    const std::lock_guard lock(mutex_);
    if (stopping() || running_) {
        return std::unexpected(stopping() ? Turned::stopping : Turned::busy);
    }
    running_ = true;
    return {};
}

// The thread before has nothing left to do but to post its report, so nobody waits for a disk here.
bool Backups::start(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (stopping()) {
        return false;
    }
    thread_ = std::jthread(std::move(work));
    return true;
}

void Backups::ended() {
    const std::lock_guard lock(mutex_);
    running_ = false;
}

void Backups::stop() {
    std::jthread last;
    {
        const std::lock_guard lock(mutex_);
        stopping_.store(true, std::memory_order_relaxed);
        last = std::move(thread_);
    }
    // Joined at the end of the block, without the lock: the thread takes it once more.
}

// A coroutine's frame keeps its parameters, so everything it needs comes in as one.
http::Task<Backups::Outcome> Backups::take(std::filesystem::path target) {
    const http::Executor executor = co_await net::this_coro::executor;
    auto initiate = [this, target, executor](auto handler) {
        // Held by pointer: a thread's function must be copyable until C++23's own library has more.
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        // Whatever a copy ends by, the server goes on: nothing may leave the thread that copies.
        const auto copied = [this, target]() -> Outcome {
            try {
                return copy_(target, [this](std::uint64_t, std::uint64_t) { return !stopping(); });
            } catch (const std::exception&) {
                return std::unexpected(storage::StoreFailure{
                    storage::StoreError::io, "the copy broke off; see that there is memory and room, and try again"});
            }
        };
        const auto answer = [executor, resume](Outcome outcome) {
            net::post(executor, [resume, outcome = std::move(outcome)]() mutable {
                std::move (*resume)(std::move(outcome));
            });
        };
        bool started = false;
        try {
            started = start([this, copied, answer, work = net::make_work_guard(executor)] {
                Outcome outcome = copied();
                ended();  // before the report, so that whoever has it may ask for the next
                answer(std::move(outcome));
            });
        } catch (const std::system_error&) {
            started = false;  // no thread to be had; the next one may have one
        }
        if (!started) {
            ended();
            answer(std::unexpected(
                storage::StoreFailure{storage::StoreError::io, "the copy could not be begun; try again"}));
        }
    };
    constexpr net::use_awaitable_t<http::Executor> token;
    co_return co_await net::async_initiate<const net::use_awaitable_t<http::Executor>, void(Outcome)>(initiate,
                                                                                                      token);
}

}  // namespace hubward::server
