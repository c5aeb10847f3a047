// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/outbound.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/outbound/deliveries.hpp"
#include "server/outbound/names.hpp"
#include "server/outbound/signature.hpp"
#include "server/outbound/webhook_message.hpp"

namespace hubward::server::outbound {
namespace {

namespace net = boost::asio;
using Made = std::expected<TargetNow, Refusal>;

// How coarse waits are, and how long a burst of events gathers before anybody looks.
constexpr std::chrono::milliseconds tick{100};
constexpr std::chrono::milliseconds gather{5};

class TheOutbound final : public Outbound {
  public:
    TheOutbound(Services services, Trust trust)
        : services_(std::move(services)), trust_(std::move(trust)) {}
    ~TheOutbound() override { stop(); }

    std::expected<void, std::string> load(storage::OutboundBook book, storage::TargetLedger ledger) {
        deliveries_ =
            std::make_unique<Deliveries>(services_, std::move(book), std::move(ledger), trust_, names_);
        deliveries_->add_kind(webhook_kind, {webhook_messages(services_), {}});
        // The first numbers come with the first look, on a thread that may wait for the streams to be gathered.
        any_.store(true, std::memory_order_relaxed);
        return deliveries_->load();
    }

    void add_kind(std::string_view name, Kind kind) override {
        deliveries_->add_kind(name, std::move(kind));
    }
    void start() override {
        // What it ends by ends the program, as in the HTTP server: else nothing would be sent, and nobody told.
        net::co_spawn(context_, watch(), [](std::exception_ptr trouble) {
            if (trouble) {
                std::rethrow_exception(std::move(trouble));
            }
        });
        thread_ = std::thread([this] { context_.run(); });
    }
    void stop() override {
        if (!thread_.joinable()) {
            return;
        }
        net::post(context_, [this] {
            deliveries_->stop();
            context_.stop();
        });
        thread_.join();
        names_.close();  // what is still looked up finds nobody any more
    }
    void wake() override {
        if (any_.load(std::memory_order_relaxed) && !woken_.exchange(true, std::memory_order_relaxed)) {
            net::post(context_, [this] {
                woken_.store(false, std::memory_order_relaxed);
                timer_.expires_after(gather);
            });
        }
    }
    Numbers numbers() const override {
        const std::lock_guard lock(mutex_);
        return numbers_;
    }

    std::string secret(const storage::OutboundTarget& target) const override {
        return secret_text(secret_of(services_.vault, target.id, target.secret_generation));
    }
    bool may_send_to(const Url& url) const override {
        boost::system::error_code error;
        const auto address = net::ip::make_address(url.host, error);
        return error || services_.client.addresses.allows(address);
    }

    http::Task<Made> create(NewTarget wanted) override {
        return ask<Made>([this, wanted] { return deliveries_->create(wanted); });
    }
    http::Task<Made> rotate(std::string id, storage::RequestMark mark) override {
        return ask<Made>([this, id, mark] { return deliveries_->rotate(id, mark); });
    }
    http::Task<Made> resume(std::string id) override {
        return ask<Made>([this, id] { return deliveries_->resume(id); });
    }
    http::Task<Made> resend(std::string id, std::uint64_t seq, storage::RequestMark mark) override {
        return ask<Made>([this, id, seq, mark] { return deliveries_->resend(id, seq, mark); });
    }
    http::Task<std::expected<void, Refusal>> remove(std::string id) override {
        return ask<std::expected<void, Refusal>>([this, id] { return deliveries_->remove(id); });
    }
    http::Task<std::vector<TargetNow>> list() override {
        return ask<std::vector<TargetNow>>([this] { return deliveries_->list(); });
    }
    http::Task<std::optional<TargetNow>> find(std::string id) override {
        return ask<std::optional<TargetNow>>([this, id] { return deliveries_->find(id); });
    }
    http::Task<std::vector<storage::OutboundAttempt>> attempts(std::string id) override {
        return ask<std::vector<storage::OutboundAttempt>>(
            [this, id] { return deliveries_->attempts(id); });
    }

  private:
    using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                            net::wait_traits<std::chrono::steady_clock>,
                                            http::Executor>;

    // Runs `work` on the thread that owns the deliveries and gives its answer on the caller's. What waits
    // is bounded by the connections of the API.
    template <class Answer>
    http::Task<Answer> ask(std::function<Answer()> work) {
        const http::Executor mine = co_await net::this_coro::executor;
        auto initiate = [this, work, mine](auto handler) {
            // Held by pointer: what is posted must be copyable.
            auto resume = std::make_shared<decltype(handler)>(std::move(handler));
            net::post(context_, [this, work, mine, resume, keep = net::make_work_guard(mine)] {
                Answer answer = work();
                publish();
                timer_.expires_after(std::chrono::milliseconds(0));  // there may be something to send
                net::post(mine, [resume, answer = std::move(answer)]() mutable {
                    std::move (*resume)(std::move(answer));
                });
            });
        };
        constexpr net::use_awaitable_t<http::Executor> token;
        co_return co_await net::async_initiate<const net::use_awaitable_t<http::Executor>,
                                               void(Answer)>(initiate, token);
    }

    // Looks when there is something new, and at each tick. A wake-up only shortens the wait.
    http::Task<void> watch() {
        constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});
        for (;;) {
            deliveries_->look(context_.get_executor());
            publish();
            timer_.expires_after(tick);
            auto [ended] = co_await timer_.async_wait(completion);
            if (ended) {  // woken: let what comes together come together
                timer_.expires_after(gather);
                [[maybe_unused]] const auto again = co_await timer_.async_wait(completion);
            }
        }
    }

    void publish() {
        const Numbers now = deliveries_->numbers();
        any_.store(now.targets != 0, std::memory_order_relaxed);
        const std::lock_guard lock(mutex_);
        numbers_ = now;
    }

    const Services services_;
    const Trust trust_;
    Names names_;
    mutable std::mutex mutex_;
    Numbers numbers_;  // under mutex_
    // Both only steer wake-ups; a look that comes too early is repeated at the next tick.
    std::atomic<bool> any_{false};
    std::atomic<bool> woken_{false};
    std::unique_ptr<Deliveries> deliveries_;
    net::io_context context_{1};  // its coroutines use all above; they go first
    Timer timer_{context_.get_executor()};
    std::thread thread_;
};

}  // namespace

std::expected<std::unique_ptr<Outbound>, std::string> Outbound::open(std::filesystem::path folder,
                                                                     Services services) {
    auto book = storage::OutboundBook::open(std::move(folder));
    if (!book) {
        return std::unexpected(book.error());
    }
    auto ledger = storage::TargetLedger::open(services.ledger_file);
    if (!ledger) {
        return std::unexpected(ledger.error());
    }
    auto trust = Trust::of(services.client);
    if (!trust) {
        return std::unexpected(trust.error());
    }
    auto made = std::make_unique<TheOutbound>(std::move(services), *std::move(trust));
    if (auto loaded = made->load(*std::move(book), *std::move(ledger)); !loaded) {
        return std::unexpected(loaded.error());
    }
    return made;
}

}  // namespace hubward::server::outbound
