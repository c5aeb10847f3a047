// SPDX-License-Identifier: Apache-2.0
//
// What it costs to turn a batch of referrals (sealed details of 350 bytes) into a record and back,
// to check its chain, and to seal and open details.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "storage/folder_store.hpp"
#include "storage/record.hpp"
#include "tests/storage/batches.hpp"

namespace {

namespace fs = std::filesystem;
using namespace hubward;  // NOLINT(google-build-using-namespace)

const std::string sealed_details(350, 's');

matcher::SharedBatch batch_of(benchmark::State& state) {
    storage::testing::History history;
    history.next(0);
    return history.next(static_cast<std::size_t>(state.range(0)), sealed_details);
}

void per_referral(benchmark::State& state, std::size_t bytes) {
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["bytes_each"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
}

void encode(benchmark::State& state) {
    const auto batch = batch_of(state);
    std::size_t bytes = 0;
    for (auto _ : state) {
        const auto record = storage::encode(*batch, 1, {});
        bytes = record->bytes.size();
        benchmark::DoNotOptimize(record);
    }
    per_referral(state, bytes);
}
BENCHMARK(encode)->Arg(1)->Arg(8)->Arg(64)->Arg(256);

void decode(benchmark::State& state) {
    const auto record = storage::encode(*batch_of(state), 1, {});
    for (auto _ : state) {
        benchmark::DoNotOptimize(storage::decode(record->bytes));
    }
    per_referral(state, record->bytes.size());
}
BENCHMARK(decode)->Arg(1)->Arg(8)->Arg(64)->Arg(256);

void check_chain(benchmark::State& state) {
    const auto record = storage::encode(*batch_of(state), 1, {});
    for (auto _ : state) {
        benchmark::DoNotOptimize(storage::chain_holds(record->bytes));
    }
    per_referral(state, record->bytes.size());
}
BENCHMARK(check_chain)->Arg(1)->Arg(64);

// A keyring in a folder of its own for the run.
struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "hubward-bench-XXXXXX").string();
        path = ::mkdtemp(name.data());
        storage::StoreOptions options;
        options.folder = path / "data";
        options.master_key_file = path / "master.key";
        (void)storage::make_master_key(options.master_key_file);
        store = storage::FolderStore::open(options).value();
    }
    ~Folder() {
        store.reset();
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    fs::path path;
    std::unique_ptr<storage::FolderStore> store;
};

// What a person's details look like on the wire: 700 bytes of JSON.
std::string details() {
    std::string text = R"({"name":"Ada Example","phone":"01632 960123","note":")";
    while (text.size() < 690) {
        text += "Ada would like a tablet and help with the NHS App. ";
    }
    return text + "\"}";
}

void seal(benchmark::State& state) {
    Folder folder;
    const std::string text = details();
    std::uint64_t waits = 0;
    for (auto _ : state) {
        auto sealed = folder.store->vault().seal({1, 2}, text);
        waits += sealed ? 0 : 1;
        benchmark::DoNotOptimize(sealed);
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["no_key_ready"] = static_cast<double>(waits);
}
// As many as a second of the highest rate, so that the key maker's pace counts too.
BENCHMARK(seal)->Iterations(4000);

void open(benchmark::State& state) {
    Folder folder;
    const auto sealed = folder.store->vault().seal({1, 2}, details());
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            folder.store->vault().open({1, 2}, sealed->key_slot, sealed->bytes));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(open);

}  // namespace
