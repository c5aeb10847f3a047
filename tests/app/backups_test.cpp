// SPDX-License-Identifier: Apache-2.0
//
// A copy that takes longer than the server lives is broken off before the threads go that its report is posted
// to. Clean under the thread sanitizer too: build the tsan preset and run it there.
#include "server/backups.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace hubward::server {
namespace {

namespace fs = std::filesystem;

struct IoThread {
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<http::Executor> work{io.get_executor()};
    std::thread thread{[this] { io.run(); }};
    ~IoThread() {
        io.stop();
        thread.join();
    }
};

enum class Came : std::uint8_t { nothing, report, failure, busy, stopping };

http::Task<void> ask(Backups* backups, std::atomic<Came>* came) {
    Came found = Came::nothing;
    if (const auto begun = backups->begin(); !begun) {
        found = begun.error() == Backups::Turned::busy ? Came::busy : Came::stopping;
    } else {
        const auto outcome = co_await backups->take("/somewhere");
        found = outcome ? Came::report : Came::failure;
    }
    came->store(found);
    came->notify_all();
}

// What came of one request on that thread, once it is there.
class Request {
  public:
    Request(IoThread& on, Backups& backups) {
        boost::asio::co_spawn(on.io.get_executor(), ask(&backups, &came_), boost::asio::detached);
    }
    Came came() {
        came_.wait(Came::nothing);
        return came_;
    }

  private:
    std::atomic<Came> came_{Came::nothing};
};

// A copy that goes on for as long as it may.
struct Endless {
    std::atomic<bool> begun{false};
    Backups::CopyTo copy() {
        return [this](const fs::path&, const storage::KeepOn& keep_on) -> Backups::Outcome {
            begun = true;
            begun.notify_all();
            while (keep_on(0, 0)) {
                std::this_thread::yield();
            }
            return std::unexpected(storage::StoreFailure{storage::StoreError::io, "broken off"});
        };
    }
};

TEST(Backups, AServerThatStopsBreaksTheCopyOffAndWaitsForIt) {
    Endless endless;
    IoThread io;
    Backups backups(endless.copy());
    Request first(io, backups);
    endless.begun.wait(false);
    Request second(io, backups);
    EXPECT_EQ(second.came(), Came::busy);
    backups.stop();
    EXPECT_EQ(first.came(), Came::failure) << "its report came while the thread still ran";
    Request late(io, backups);
    EXPECT_EQ(late.came(), Came::stopping);
    backups.stop();
}

TEST(Backups, AReportThatNobodyRunsForAnyMoreGoesWithItsThread) {
    Endless endless;
    auto io = std::make_unique<IoThread>();
    Backups backups(endless.copy());
    Request request(*io, backups);
    endless.begun.wait(false);
    io->io.stop();  // as after the grace: nothing is resumed any more
    backups.stop();
    io.reset();  // and the coroutine that waited goes with it
}

TEST(Backups, ACopyThatThrowsIsAFailureAndTheNextOneRuns) {
    IoThread io;
    bool first = true;
    Backups backups([&first](const fs::path&, const storage::KeepOn&) -> Backups::Outcome {
        if (std::exchange(first, false)) {
            throw std::bad_alloc();
        }
        return storage::BackupReport{};
    });
    EXPECT_EQ(Request(io, backups).came(), Came::failure);
    EXPECT_EQ(Request(io, backups).came(), Came::report);
}

// Two I/O threads ask at once, again and again: the thread of one copy is replaced by that of the next.
TEST(Backups, FromSeveralThreadsRunOneAtATime) {
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    Backups backups([&](const fs::path&, const storage::KeepOn&) -> Backups::Outcome {
        most = std::max(most.load(), ++running);
        std::this_thread::yield();
        --running;
        return storage::BackupReport{};
    });
    IoThread one;
    IoThread two;
    int reports = 0;
    for (int i = 0; i < 300; ++i) {
        Request a(one, backups);
        Request b(two, backups);
        for (Request* request : {&a, &b}) {
            const Came came = request->came();
            EXPECT_TRUE(came == Came::report || came == Came::busy);
            reports += came == Came::report ? 1 : 0;
        }
    }
    EXPECT_GE(reports, 300) << "of two at least one each time";
    EXPECT_EQ(most, 1);
    backups.stop();
}

}  // namespace
}  // namespace hubward::server
