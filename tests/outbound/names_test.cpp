// SPDX-License-Identifier: Apache-2.0
//
// Names of receivers: a slow one holds up nobody, costs one thread, and the end waits for none.
#include "server/outbound/names.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "server/outbound/limits.hpp"

namespace hubward::server::outbound {
namespace {

namespace net = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Found = std::expected<Addresses, NoName>;

constexpr std::chrono::minutes long_enough{2};

// A resolver whose names beginning with "slow" are found once somebody says so. Shared with the looks, which may
// outlive a test.
struct Resolver {
    std::mutex mutex;
    std::condition_variable changed;
    bool slow_ones_answer = false;
    std::atomic<unsigned> looks{0};
    std::atomic<unsigned> ended{0};

    Addresses look(const std::string& name) {
        ++looks;
        if (name.starts_with("slow")) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return slow_ones_answer; });
        }
        ++ended;
        return name == "nobody" ? Addresses() : Addresses{net::ip::make_address("192.0.2.7")};
    }
    void answer() {
        const std::lock_guard lock(mutex);
        slow_ones_answer = true;
        changed.notify_all();
    }
    void wait_for_all() const {
        while (ended != looks) {
            std::this_thread::yield();
        }
    }
};

struct Asking {
    std::shared_ptr<Resolver> resolver = std::make_shared<Resolver>();
    std::unique_ptr<Names> names =
        std::make_unique<Names>([r = resolver](const std::string& name) { return r->look(name); });
    net::io_context context{1};

    // A look that has just told its finding may still hold the asker's timer, which the context must outlive.
    ~Asking() { names->close(); }

    std::shared_ptr<Found> ask(const std::string& name, steady_clock::duration patience) {
        auto found = std::make_shared<Found>(std::unexpected(NoName::too_many));
        net::co_spawn(context, wait_for(names.get(), name, steady_clock::now() + patience, found), net::detached);
        return found;
    }
    void run() {
        context.restart();
        context.run();
    }

  private:
    static http::Task<void> wait_for(Names* names, std::string name, steady_clock::time_point until,
                                     std::shared_ptr<Found> into) {
        *into = co_await names->find(name, until);
    }
};

TEST(Names, ASlowNameHoldsUpNobodyAndIsGivenUpInTime) {
    Asking asking;
    const auto slow = asking.ask("slow.example", milliseconds(50));
    const auto quick = asking.ask("quick.example", long_enough);
    const auto nobody = asking.ask("nobody", long_enough);
    asking.run();  // ends although the slow one is still looked for
    EXPECT_EQ(slow->error(), NoName::too_late);
    ASSERT_TRUE(*quick);
    EXPECT_EQ(quick->value().front().to_string(), "192.0.2.7");
    EXPECT_EQ(nobody->error(), NoName::unknown);
    asking.resolver->answer();
    asking.resolver->wait_for_all();
}

TEST(Names, ASlowNameCostsOneThreadHoweverOftenItIsTried) {
    Asking asking;
    for (int tries = 0; tries < 3; ++tries) {
        const auto slow = asking.ask("slow.example", milliseconds(5));
        asking.run();
        EXPECT_EQ(slow->error(), NoName::too_late);
    }
    while (asking.resolver->looks == 0) {
        std::this_thread::yield();  // its thread may not have had its turn yet
    }
    EXPECT_EQ(asking.resolver->looks, 1u);
    const auto shares_it = asking.ask("slow.example", long_enough);
    asking.context.restart();
    asking.context.poll();  // it has asked before there is an answer
    asking.resolver->answer();
    asking.run();
    EXPECT_TRUE(*shares_it);
    EXPECT_EQ(asking.resolver->looks, 1u);
}

TEST(Names, BeyondTheBoundTheNewestIsToldAtOnce) {
    Asking asking;
    for (std::size_t n = 0; n < limits::lookups_max; ++n) {
        asking.ask("slow" + std::to_string(n), milliseconds(5));
    }
    asking.run();
    const auto one_more = asking.ask("quick.example", long_enough);
    asking.run();
    EXPECT_EQ(one_more->error(), NoName::too_many);
    asking.resolver->answer();
    asking.resolver->wait_for_all();
    // A look has ended a moment before its thread is free.
    auto after = one_more;
    while (!*after && after->error() == NoName::too_many) {
        after = asking.ask("quick.example", long_enough);
        asking.run();
    }
    EXPECT_TRUE(*after);
}

TEST(Names, TheEndWaitsForNoLook) {
    const auto resolver = [] {
        Asking asking;
        asking.ask("slow.example", long_enough);
        asking.context.poll();  // it is on its way …
        asking.names->close();
        return asking.resolver;  // … and everybody who asked is gone
    }();
    EXPECT_EQ(resolver->ended, 0u);
    resolver->answer();
    while (resolver->ended == 0) {
        std::this_thread::yield();
    }
}

}  // namespace
}  // namespace hubward::server::outbound
