// SPDX-License-Identifier: Apache-2.0
//
// How long a start takes by the number of referrals: opening, folding from the first event, writing
// a snapshot, starting from it, and the index of streams. HUBWARD_BENCH_REFERRALS sets the number
// (100,000 by default; 1,000,000 take about a minute and 2 GB).
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "storage/folder_store.hpp"
#include "storage/snapshot.hpp"
#include "tests/storage/batches.hpp"

namespace {

namespace fs = std::filesystem;
using namespace hubward;  // NOLINT(google-build-using-namespace)

std::size_t referrals() {
    const char* wanted = std::getenv("HUBWARD_BENCH_REFERRALS");  // NOLINT(concurrency-mt-unsafe)
    return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 100'000;
}

// Sealed bytes look like noise: they do not compress.
std::string sealed(std::mt19937_64& random) {
    std::string bytes(350, '\0');
    for (char& c : bytes) {
        c = static_cast<char>(random());
    }
    return bytes;
}

// One filled folder for all: left by a process that was killed, so its newest part is in the log.
class Filled {
  public:
    static Filled& once() {
        static Filled filled;
        return filled;
    }
    const storage::StoreOptions& options() const { return options_; }
    std::unique_ptr<storage::FolderStore> open() const {
        return storage::FolderStore::open(options_).value();
    }
    std::uint64_t bytes(const char* part) const {
        std::uint64_t total = 0;
        for (const auto& file : fs::recursive_directory_iterator(options_.folder / part)) {
            total += file.is_regular_file() ? file.file_size() : 0;
        }
        return total;
    }

  private:
    Filled() {
        std::string name = (fs::temp_directory_path() / "hubward-bench-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
        options_.folder = path_ / "data";
        options_.master_key_file = path_ / "master.key";
        options_.sync = false;  // filling is not what is measured
        (void)storage::make_master_key(options_.master_key_file);
        auto store = open();
        const auto owner = store->journal().claim("bench", std::chrono::seconds(1));
        storage::testing::History history;
        std::mt19937_64 random(1);
        for (std::size_t done = 0; done < referrals(); done += 256) {
            auto batch = std::make_shared<matcher::Batch>(*history.next(256));
            for (matcher::Entry& entry : batch->entries) {
                entry.payload = sealed(random);
            }
            store->journal().append(*owner, std::move(batch),
                                    [](matcher::Append, matcher::Sequence) {});
        }
    }
    ~Filled() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    fs::path path_;
    storage::StoreOptions options_;
};

void report(benchmark::State& state) {
    state.counters["referrals"] = static_cast<double>(referrals());
}

void open_folder(benchmark::State& state) {
    Filled& filled = Filled::once();
    for (auto _ : state) {
        auto store = filled.open();
        state.PauseTiming();
        store.reset();
        state.ResumeTiming();
    }
    report(state);
    state.counters["db_bytes_each"] =
        static_cast<double>(filled.bytes("db")) / static_cast<double>(referrals());
}

void fold_from_first(benchmark::State& state) {
    const auto store = Filled::once().open();
    std::error_code ignored;
    fs::remove_all(store->layout().snapshots(), ignored);
    std::size_t memory = 0;
    for (auto _ : state) {
        const auto recovered = store->recover();
        state.PauseTiming();
        memory = recovered->state.memory_bytes();
        state.ResumeTiming();
    }
    report(state);
    state.counters["state_bytes_each"] =
        static_cast<double>(memory) / static_cast<double>(referrals());
}

void index_streams(benchmark::State& state) {
    const auto store = Filled::once().open();
    for (auto _ : state) {
        storage::JournalLog log(store->rocks());
        benchmark::DoNotOptimize(log.bounds("ops"));
    }
    report(state);
}

// … as a start does it that has a snapshot. After write_snapshot.
void index_streams_from_snapshot(benchmark::State& state) {
    const auto store = Filled::once().open();
    const auto newest = storage::list_snapshots(store->layout().snapshots());
    for (auto _ : state) {
        if (newest.empty() || !storage::read_stream_index(newest.front().path)) {
            state.SkipWithError("no snapshot");
        }
    }
    report(state);
}

void write_snapshot(benchmark::State& state) {
    const auto store = Filled::once().open();
    const auto recovered = store->recover();
    storage::StreamTraces traces;
    (void)store->journal().read(0, recovered->state.last, [&traces](const matcher::SharedBatch& batch) {
        traces.add(*batch);
        return true;
    });
    for (auto _ : state) {
        if (!storage::write_snapshot(store->layout().snapshots(), recovered->state, traces,
                                     store->rocks().end().chain_head)) {
            state.SkipWithError("not written");
        }
    }
    report(state);
    state.counters["bytes_each"] =
        static_cast<double>(Filled::once().bytes("snapshots")) / static_cast<double>(referrals());
}

void recover_from_snapshot(benchmark::State& state) {
    const auto store = Filled::once().open();
    for (auto _ : state) {
        const auto recovered = store->recover();
        if (recovered->from_snapshot == 0) {
            state.SkipWithError("no snapshot");
        }
    }
    report(state);
}

BENCHMARK(open_folder)->Iterations(3)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(fold_from_first)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(index_streams)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(write_snapshot)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(index_streams_from_snapshot)->Iterations(3)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(recover_from_snapshot)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
