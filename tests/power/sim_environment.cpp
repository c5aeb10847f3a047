// SPDX-License-Identifier: Apache-2.0
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <atomic>
#include <mutex>
#include <vector>

#include "tests/power/sim_files.hpp"

namespace hubward::test {

namespace {

// So far ahead that a thread of the library which waits for a moment waits until it is woken.
constexpr std::uint64_t year_2100_us = 4'102'444'800'000'000ULL;

class StillClock final : public rocksdb::SystemClockWrapper {
  public:
    StillClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
    const char* Name() const override { return "StillClock"; }
    uint64_t NowMicros() override { return now_us_.load(std::memory_order_relaxed); }
    uint64_t NowNanos() override { return NowMicros() * 1000; }
    void SleepForMicroseconds(int micros) override {
        now_us_.fetch_add(static_cast<std::uint64_t>(micros), std::memory_order_relaxed);
    }
    rocksdb::Status GetCurrentTime(int64_t* seconds) override {
        *seconds = static_cast<int64_t>(NowMicros() / 1'000'000);
        return rocksdb::Status::OK();
    }

  private:
    std::atomic<std::uint64_t> now_us_{year_2100_us};
};

struct Job {
    void (*run)(void*);
    void* with;
    void* tag;
    void (*dropped)(void*);
    rocksdb::Env::Priority priority;
};

class SeededEnv final : public rocksdb::EnvWrapper {
  public:
    SeededEnv(std::unique_ptr<rocksdb::Env> inner, std::uint64_t seed)
        : EnvWrapper(inner.get()), inner_(std::move(inner)), random_(seed) {
        system_clock_ = std::make_shared<StillClock>();
    }
    const char* Name() const override { return "SeededEnv"; }

    void Schedule(void (*run)(void*), void* with, Priority priority, void* tag,
                  void (*dropped)(void*)) override {
        const std::lock_guard lock(mutex_);
        jobs_.push_back({run, with, tag, dropped, priority});
    }
    int UnSchedule(void* tag, Priority priority) override {
        std::vector<Job> gone;
        {
            const std::lock_guard lock(mutex_);
            std::erase_if(jobs_, [&](const Job& job) {
                const bool match = job.tag == tag && job.priority == priority;
                if (match) {
                    gone.push_back(job);
                }
                return match;
            });
        }
        for (const Job& job : gone) {
            if (job.dropped != nullptr) {
                job.dropped(job.with);
            }
        }
        return static_cast<int>(gone.size());
    }
    unsigned int GetThreadPoolQueueLen(Priority) const override { return 0; }
    // There is no pool to slow down.
    rocksdb::Status LowerThreadPoolCPUPriority(Priority, rocksdb::CpuPriority) override {
        return rocksdb::Status::OK();
    }

    std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return jobs_.size();
    }
    bool run_one() {
        Job job{};
        {
            const std::lock_guard lock(mutex_);
            if (jobs_.empty()) {
                return false;
            }
            const auto which = static_cast<std::ptrdiff_t>(random_.below(jobs_.size()));
            job = jobs_[static_cast<std::size_t>(which)];
            jobs_.erase(jobs_.begin() + which);
        }
        job.run(job.with);
        return true;
    }

  private:
    std::unique_ptr<rocksdb::Env> inner_;
    Random random_;
    mutable std::mutex mutex_;
    std::vector<Job> jobs_;
};

}  // namespace

struct SimEnvironment::Impl {
    SeededEnv env;
};

SimEnvironment::SimEnvironment(SimDisk& disk, std::uint64_t seed)
    : impl_(new Impl{SeededEnv(rocksdb::NewCompositeEnv(file_system_on(disk)), seed)}) {}
SimEnvironment::~SimEnvironment() = default;
rocksdb::Env* SimEnvironment::env() {
    return &impl_->env;
}
std::size_t SimEnvironment::jobs_waiting() const {
    return impl_->env.waiting();
}
bool SimEnvironment::run_one() {
    return impl_->env.run_one();
}

}  // namespace hubward::test
