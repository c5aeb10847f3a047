// SPDX-License-Identifier: Apache-2.0
#include "server/cli/signals.hpp"

#include <cerrno>
#include <csignal>
#include <thread>

#include <pthread.h>
#include <unistd.h>

namespace hubward::server::cli {
namespace {

sigset_t ours() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

Signals::Signals() {
    const sigset_t set = ours();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

bool Signals::wait(std::chrono::milliseconds time) {
    const sigset_t set = ours();
    timespec limit{};
    limit.tv_sec = static_cast<time_t>(time.count() / 1000);
    limit.tv_nsec = static_cast<long>(time.count() % 1000 * 1'000'000);
    siginfo_t about{};
    const int number = sigtimedwait(&set, &about, &limit);
    if (number <= 0) {
        return false;
    }
    name_ = number == SIGTERM ? "SIGTERM" : "SIGINT";
    sender_ = about.si_code == SI_USER || about.si_code == SI_TKILL ? about.si_pid : 0;
    return true;
}

void Signals::next_one_exits() {
    std::thread([] {
        const sigset_t set = ours();
        int number = 0;
        if (sigwait(&set, &number) == 0) {
            ::_exit(128 + number);
        }
    }).detach();
}

}  // namespace hubward::server::cli
