// SPDX-License-Identifier: Apache-2.0
//
// Durable referrals per second through the journal, by batch size, beside the same bytes as one
// bare synced Put in the same run: the ratio is what the journal itself costs. And one event by its number,
// beside a bare Get.
#include <benchmark/benchmark.h>
#include <rocksdb/db.h>

#include <cstdlib>
#include <filesystem>

#include "storage/rocks_journal.hpp"
#include "storage/rocks_open.hpp"
#include "storage/rocks_options.hpp"
#include "tests/storage/batches.hpp"

namespace {

namespace fs = std::filesystem;
using namespace hubward;  // NOLINT(google-build-using-namespace)

const std::string sealed_details(350, 's');

// HUBWARD_BENCH_DIR names the disk to measure; the system's temporary folder otherwise.
class Folder {
  public:
    Folder() {
        const char* wanted = std::getenv("HUBWARD_BENCH_DIR");  // NOLINT(concurrency-mt-unsafe)
        const fs::path base = wanted != nullptr ? fs::path(wanted) : fs::temp_directory_path();
        std::string name = (base / "hubward-bench-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path db() const { return path_ / "db"; }

  private:
    fs::path path_;
};

void journal(benchmark::State& state) {
    const Folder folder;
    storage::JournalOptions options;
    options.folder = folder.db();
    const auto opened = storage::RocksJournal::open(options);
    matcher::Journal& journal = **opened;
    const auto owner = journal.claim("bench", std::chrono::seconds(1));
    storage::testing::History history;
    const auto size = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        state.PauseTiming();
        auto batch = history.next(size, sealed_details);
        state.ResumeTiming();
        journal.append(*owner, std::move(batch), [&](matcher::Append a, matcher::Sequence) {
            if (a != matcher::Append::durable) {
                state.SkipWithError("not durable");
            }
        });
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["bytes_each"] = static_cast<double>((*opened)->stats().appended_bytes) /
                                   static_cast<double>(state.iterations() * state.range(0));
}

void bare_put(benchmark::State& state) {
    const Folder folder;
    rocksdb::Options options(storage::database_options(), storage::event_family_options());
    options.create_if_missing = true;
    rocksdb::DB* raw = nullptr;
    if (!rocksdb::DB::Open(options, folder.db().string(), &raw).ok()) {
        state.SkipWithError("cannot open");
        return;
    }
    const std::unique_ptr<rocksdb::DB> db(raw);
    storage::testing::History history;
    history.next(0);
    const auto size = static_cast<std::size_t>(state.range(0));
    const std::string bytes = storage::encode(*history.next(size, sealed_details), 1, {})->bytes;
    rocksdb::WriteOptions synced;
    synced.sync = true;
    matcher::Sequence number = 0;
    for (auto _ : state) {
        if (!db->Put(synced, storage::record_key(++number), bytes).ok()) {
            state.SkipWithError("not written");
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

// A file of 20,000 records of one event each, as a quiet network writes them.
constexpr matcher::Sequence records = 20'000;

storage::JournalOptions filled(const Folder& folder) {
    storage::JournalOptions options;
    options.folder = folder.db();
    options.sync = false;  // filling is not what is measured
    const auto opened = storage::RocksJournal::open(options);
    const auto owner = (*opened)->claim("bench", std::chrono::seconds(1));
    storage::testing::History history;
    for (matcher::Sequence end = 0; end < records; end = (*opened)->end().number) {
        (*opened)->append(*owner, history.next(1, sealed_details), [](matcher::Append, matcher::Sequence) {});
    }
    return options;  // the next to open it makes a file of what the log holds
}

// Every number once in a fixed order that jumps about.
matcher::Sequence jump(matcher::Sequence number) { return (number + 7'919) % records; }

// One event by its number, as a resent request, a page's timeline and a feed that catches up ask for it; beside …
void look_up(benchmark::State& state) {
    const Folder folder;
    const auto opened = storage::RocksJournal::open(filled(folder));
    matcher::Sequence number = 0;
    for (auto _ : state) {
        number = jump(number);
        const auto batch = (*opened)->batch_with(number + 1);
        if (!batch || *batch == nullptr) {
            state.SkipWithError("not found");
        }
    }
    state.SetItemsProcessed(state.iterations());
}

// … the database's own answer to the same key.
void bare_get(benchmark::State& state) {
    const Folder folder;
    const storage::JournalOptions options = filled(folder);
    rocksdb::DB* raw = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    const rocksdb::DBOptions database = storage::database_options();
    std::vector<std::string> names;
    rocksdb::DB::ListColumnFamilies(database, options.folder.string(), &names);
    std::vector<rocksdb::ColumnFamilyDescriptor> all;
    for (const std::string& name : names) {
        all.emplace_back(name, storage::event_family_options());
    }
    if (!rocksdb::DB::Open(database, options.folder.string(), all, &families, &raw).ok()) {
        state.SkipWithError("cannot open");
        return;
    }
    const std::unique_ptr<rocksdb::DB> db(raw);
    matcher::Sequence number = 0;
    std::string bytes;
    for (auto _ : state) {
        number = jump(number);
        benchmark::DoNotOptimize(db->Get({}, families.back(), storage::record_key(number + 1), &bytes));
    }
    for (rocksdb::ColumnFamilyHandle* family : families) {
        db->DestroyColumnFamilyHandle(family);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(look_up)->UseRealTime();
BENCHMARK(bare_get)->UseRealTime();

// Interleaved, so that a change of weather on the disk meets both.
BENCHMARK(journal)->Arg(1)->UseRealTime();
BENCHMARK(bare_put)->Arg(1)->UseRealTime();
BENCHMARK(journal)->Arg(8)->UseRealTime();
BENCHMARK(bare_put)->Arg(8)->UseRealTime();
BENCHMARK(journal)->Arg(64)->UseRealTime();
BENCHMARK(bare_put)->Arg(64)->UseRealTime();
BENCHMARK(journal)->Arg(256)->UseRealTime();
BENCHMARK(bare_put)->Arg(256)->UseRealTime();

}  // namespace
