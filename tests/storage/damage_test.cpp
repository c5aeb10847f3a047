// SPDX-License-Identifier: Apache-2.0
//
// Bytes that change, files that go: nothing of it may pass in silence.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "storage/upkeep.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using matcher::Append;

// A folder as a killed process leaves it: some batches in tables, some only in the log.
class KilledFolder {
  public:
    KilledFolder() {
        auto store = scratch_.store();
        const auto owner = claim(store->journal());
        History history;
        const auto write = [&](int batches) {
            for (int i = 0; i < batches; ++i) {
                auto batch = std::make_shared<matcher::Batch>(*history.next(2));
                for (auto& entry : batch->entries) {
                    if (auto* submit = std::get_if<matcher::SubmitReferral>(&entry.command)) {
                        const auto sealed = store->vault().seal(submit->id, "Ada Example");
                        ASSERT_TRUE(sealed);
                        entry.payload = sealed->bytes;
                        submit->key_slot = sealed->key_slot;
                        std::get<matcher::ReferralSubmitted>(batch->events[entry.event_first])
                            .key_slot = sealed->key_slot;
                    }
                }
                ASSERT_EQ(append(store->journal(), owner, batch), Append::durable);
            }
        };
        write(40);
        store->rocks().flush();
        EXPECT_TRUE(store->snapshot(0));
        write(40);
        hash_ = store->recover()->state.state_hash();
        last_ = history.last();
        // The mark as it would be 100 ms later.
        const JournalEnd end = store->rocks().end();
        scratch_.copy_living("data", "killed");
        fs::remove(scratch_ / "killed/LOCK");
        EXPECT_TRUE(write_high_water(scratch_ / "killed/high-water", {end.number, end.chain_head}));
    }

    // A fresh copy to damage.
    StoreOptions copy() {
        fs::remove_all(scratch_ / "copy");
        fs::copy(scratch_ / "killed", scratch_ / "copy", fs::copy_options::recursive);
        return scratch_.options("copy");
    }
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& file : fs::recursive_directory_iterator(scratch_ / "killed")) {
            if (file.is_regular_file() && file.file_size() > 0) {
                names.push_back(file.path().lexically_relative(scratch_ / "killed").string());
            }
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    std::uint64_t hash() const { return hash_; }
    matcher::Sequence last() const { return last_; }

  private:
    Scratch scratch_;
    std::uint64_t hash_ = 0;
    matcher::Sequence last_ = 0;
};

enum class Found { loud, harmless, silent };

// Loud: the start or verify refuses. Harmless: everything acknowledged is there, unchanged.
Found judge(const StoreOptions& options, const KilledFolder& folder) {
    const auto report = verify(options, {});
    auto opened = FolderStore::open(options);
    if (!opened || !report) {
        return Found::loud;
    }
    const auto recovered = (*opened)->recover();
    if (!recovered) {
        return Found::loud;
    }
    return recovered->state.last == folder.last() && recovered->state.state_hash() == folder.hash()
               ? Found::harmless
               : Found::silent;
}

TEST(Damage, AnUntouchedFolderIsWhole) {
    KilledFolder folder;
    EXPECT_EQ(judge(folder.copy(), folder), Found::harmless);
}

TEST(Damage, NoFlippedBitPassesInSilence) {
    KilledFolder folder;
    std::mt19937_64 random(20'260'105);
    std::map<std::string, std::map<Found, int>> found;
    int flips = 0;
    for (const std::string& name : folder.files()) {
        if (name.find("LOG") != std::string::npos || name.find("IDENTITY") != std::string::npos ||
            name.find("OPTIONS") != std::string::npos) {
            continue;  // a diary and notes for people; nothing is read from them
        }
        for (int i = 0; i < 24; ++i) {
            const StoreOptions options = folder.copy();
            std::string bytes = *read_file(options.folder / name);
            const std::size_t bit = random() % (bytes.size() * 8);
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            ASSERT_TRUE(write_file_atomically(options.folder / name, bytes));
            const Found was = judge(options, folder);
            EXPECT_NE(was, Found::silent) << name << " bit " << bit;
            ++found[name][was];
            ++flips;
        }
    }
    EXPECT_GE(flips, 200);
    for (auto& [name, counts] : found) {
        std::printf("%-40s loud %2d harmless %2d silent %d\n", name.c_str(), counts[Found::loud],
                    counts[Found::harmless], counts[Found::silent]);
    }
}

TEST(Damage, NoMissingFilePassesInSilence) {
    KilledFolder folder;
    for (const std::string& name : folder.files()) {
        const StoreOptions options = folder.copy();
        fs::remove(options.folder / name);
        EXPECT_NE(judge(options, folder), Found::silent) << name;
    }
}

std::string newest_log(const KilledFolder& folder) {
    std::string newest;
    for (const std::string& name : folder.files()) {
        if (name.ends_with(".log")) {
            newest = std::max(newest, name);
        }
    }
    return newest;
}

TEST(Damage, AMissingNewestLogIsNamedAsLostData) {
    KilledFolder folder;
    const StoreOptions options = folder.copy();
    ASSERT_FALSE(newest_log(folder).empty());
    fs::remove(options.folder / newest_log(folder));
    const auto opened = FolderStore::open(options);
    ASSERT_FALSE(opened);
    EXPECT_TRUE(opened.error().why == StoreError::lost_data ||
                opened.error().why == StoreError::corrupt)
        << opened.error().text;
}

// What a power cut leaves: the last record half there. It was never acknowledged, so it opens.
TEST(Damage, ATornTailOpensWithoutTheTornBatch) {
    KilledFolder folder;
    const std::string log = newest_log(folder);
    ASSERT_FALSE(log.empty());
    int opened_count = 0;
    for (const std::uintmax_t cut : {1u, 7u, 100u, 900u}) {
        const StoreOptions options = folder.copy();
        // The torn batch was not acknowledged, so the mark does not know it.
        JournalOptions look;
        look.folder = options.folder / "db";
        look.read_only = true;
        fs::resize_file(options.folder / log, fs::file_size(options.folder / log) - cut);
        const auto torn = RocksJournal::open(look);
        ASSERT_TRUE(torn) << cut << torn.error().text;
        const JournalEnd end = (*torn)->end();
        EXPECT_LT(end.number, folder.last());
        ASSERT_TRUE(write_high_water(options.folder / "high-water", {end.number, end.chain_head}));
        const auto opened = FolderStore::open(options);
        ASSERT_TRUE(opened) << opened.error().text;
        EXPECT_EQ((*opened)->recover()->state.last, end.number);
        ++opened_count;
    }
    EXPECT_EQ(opened_count, 4);
}

// … and if it was acknowledged, the mark says so.
TEST(Damage, ATornTailBelowTheMarkIsLostData) {
    KilledFolder folder;
    const StoreOptions options = folder.copy();
    const std::string log = newest_log(folder);
    fs::resize_file(options.folder / log, fs::file_size(options.folder / log) - 10);
    const auto opened = FolderStore::open(options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().why, StoreError::lost_data);
}

}  // namespace
}  // namespace hubward::storage::testing
