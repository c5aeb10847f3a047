// SPDX-License-Identifier: Apache-2.0
#include "storage/upkeep.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "storage/describe.hpp"
#include "storage/manifest.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using matcher::Append;

// A store with really sealed payloads, so that verify finds their keys.
class Filled {
  public:
    explicit Filled(const Scratch& scratch) : store_(scratch.store()) {
        owner_ = claim(store_->journal());
    }
    void add(int batches) {
        for (int i = 0; i < batches; ++i) {
            auto batch = std::make_shared<matcher::Batch>(*history_.next(1));
            for (auto& entry : batch->entries) {
                if (auto* submit = std::get_if<matcher::SubmitReferral>(&entry.command)) {
                    const auto sealed = store_->vault().seal(submit->id, "Ada Example");
                    ASSERT_TRUE(sealed);
                    entry.payload = sealed->bytes;
                    submit->key_slot = sealed->key_slot;
                    std::get<matcher::ReferralSubmitted>(batch->events[entry.event_first])
                        .key_slot = sealed->key_slot;
                }
            }
            ASSERT_EQ(append(store_->journal(), owner_, batch), Append::durable);
            last_slot_ = std::get<matcher::SubmitReferral>(batch->entries.back().command).key_slot;
        }
    }
    FolderStore& store() { return *store_; }
    std::uint64_t last_slot() const { return last_slot_; }
    matcher::Sequence last() const { return history_.last(); }
    void close() { store_.reset(); }

  private:
    std::unique_ptr<FolderStore> store_;
    matcher::Claim owner_;
    History history_;
    std::uint64_t last_slot_ = 0;
};

TEST(Verify, DerivesEverythingAgain) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(10);
    const auto at = filled.store().snapshot(0);
    ASSERT_TRUE(at);
    filled.add(10);
    const auto hash = filled.store().recover()->state.state_hash();
    ASSERT_TRUE(filled.store().vault().erase(filled.last_slot()));
    filled.close();
    std::uint64_t done = 0;
    const auto report =
        verify(scratch.options(), [&](std::uint64_t d, std::uint64_t) { done = d; });
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_EQ(report->batches, 20u);
    EXPECT_EQ(report->events, filled.last());
    EXPECT_EQ(report->sealed, 19u);  // one was erased
    EXPECT_EQ(report->state_hash, hash);
    EXPECT_EQ(report->snapshot, *at);
    EXPECT_EQ(report->chain_head.size(), 64u);
    EXPECT_EQ(done, filled.last());
}

TEST(Verify, NamesAMissingKey) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(3);
    filled.close();
    for (const auto& file : fs::directory_iterator(scratch.options().folder / "keyring")) {
        if (file.path().filename().string().starts_with("keys-")) {
            fs::remove(file.path());
        }
    }
    const auto report = verify(scratch.options(), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().why, StoreError::corrupt);
    EXPECT_NE(report.error().text.find("key"), std::string::npos);
}

// A decline and its words: a key of its own, and of nothing else in its shard.
TEST(Verify, NamesAMissingKeyOfANote) {
    const Scratch scratch;
    fs::path shard;
    std::uint64_t slot = 0;
    {
        Filled filled(scratch);
        filled.add(1);
        filled.close();
    }
    {
        auto store = scratch.store();  // begins a new shard
        const auto owner = claim(store->journal());
        const auto recovered = store->recover();
        ASSERT_TRUE(recovered);
        const matcher::Referral& referral = recovered->state.at(matcher::ReferralIndex{0});
        const auto sealed = store->vault().seal(referral.id, "No room for a wheelchair");
        ASSERT_TRUE(sealed);
        slot = sealed->key_slot;
        auto batch = std::make_shared<matcher::Batch>();
        batch->id = 1;
        batch->first = recovered->state.last + 1;
        batch->count = 1;
        batch->events.emplace_back(matcher::PersonMoved{
            {matcher::ReferralIndex{0}, 3}, {}, matcher::PlaceCode("leeds"), slot});
        matcher::Entry entry;
        entry.number = batch->first;
        entry.event_count = 1;
        entry.command = matcher::Tick{};  // as good as any: the event says whose words they are
        entry.at = {1'790'000'900'000};
        entry.payload = sealed->bytes;
        batch->entries.push_back(entry);
        ASSERT_EQ(append(store->journal(), owner, batch), Append::durable);
        shard = store->keyring().file_of(slot);
    }
    const auto whole = verify(scratch.options(), {});
    ASSERT_TRUE(whole) << whole.error().text;
    EXPECT_EQ(whole->sealed, 2u);
    fs::rename(shard, scratch / "away");
    const auto report = verify(scratch.options(), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().why, StoreError::corrupt);
    EXPECT_NE(report.error().text.find("its sealed note and its key do not agree"), std::string::npos)
        << report.error().text;
    fs::rename(scratch / "away", shard);
    ASSERT_TRUE(scratch.store()->vault().erase(slot));
    const auto erased = verify(scratch.options(), {});
    ASSERT_TRUE(erased) << erased.error().text;
    EXPECT_EQ(erased->sealed, 1u);
}

TEST(Backup, OfARunningStoreRestoresAndVerifies) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(20);
    ASSERT_TRUE(filled.store().snapshot(0));
    filled.add(20);
    const auto taken = backup(filled.store(), scratch / "backup", {});
    ASSERT_TRUE(taken) << taken.error().text;
    EXPECT_EQ(taken->number, filled.last());
    EXPECT_FALSE(backup(filled.store(), scratch / "backup", {}));  // never over an old one
    const auto hash = filled.store().recover()->state.state_hash();
    const std::string epoch = filled.store().journal().tail().epoch;
    filled.add(5);  // lost by going back

    const auto options = scratch.options("restored");
    const auto restored = restore(scratch / "backup", options.folder, {});
    ASSERT_TRUE(restored) << restored.error().text;
    EXPECT_EQ(restored->number, taken->number);
    EXPECT_EQ(restored->bytes, taken->bytes);
    {
        auto store = Scratch::store(options);
        ASSERT_TRUE(store);
        EXPECT_EQ(store->recover()->state.state_hash(), hash);
        EXPECT_NE(store->journal().tail().epoch, epoch);
    }
    const auto report = verify(options, {});
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_EQ(report->sealed, 40u);
    EXPECT_FALSE(restore(scratch / "backup", options.folder, {}));  // not over what is there
}

// A copy without it would restore to a server that sends nobody anything.
TEST(Backup, IsNoneWhereTheFolderOfTargetsCannotBeLookedAt) {
    const Scratch scratch;
    const auto store = scratch.store();
    const fs::path outbound = store->layout().outbound();
    fs::create_symlink(outbound, outbound);
    const auto refused = backup(*store, scratch / "backup", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, StoreError::io);
    EXPECT_NE(refused.error().text.find(outbound.string()), std::string::npos) << refused.error().text;
    EXPECT_FALSE(fs::exists(scratch / "backup"));
}

TEST(Backup, ThatIsBrokenOffLeavesNothingBehind) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(5);
    int asked = 0;
    const auto broken = backup(filled.store(), scratch / "backup", [&](std::uint64_t, std::uint64_t) {
        return ++asked < 2;
    });
    ASSERT_FALSE(broken);
    EXPECT_EQ(asked, 2) << "nothing was copied after the word";
    EXPECT_FALSE(fs::exists(scratch / "backup"));
    EXPECT_FALSE(fs::exists(scratch / "backup.partial"));
    EXPECT_TRUE(backup(filled.store(), scratch / "backup", {}));
}

// The sums take as long as the copy, and a server that stops waits for them.
TEST(Backup, IsBrokenOffWhileItsFilesAreSummedUp) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(5);
    const auto summed_up = [&] { return fs::exists(scratch / "backup.partial" / "high-water"); };
    int asked = 0;
    const auto broken = backup(filled.store(), scratch / "backup", [&](std::uint64_t, std::uint64_t) {
        asked += summed_up() ? 1 : 0;
        return !summed_up();
    });
    ASSERT_FALSE(broken);
    EXPECT_EQ(asked, 1);
    EXPECT_FALSE(fs::exists(scratch / "backup"));
    EXPECT_FALSE(fs::exists(scratch / "backup.partial"));
    EXPECT_FALSE(fs::exists(scratch / "data" / "checkpoint.new"));
}

TEST(Backup, ThatWasKilledLeavesNothingInTheDataFolderForLong) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(1);
    filled.close();
    fs::copy(scratch / "data" / "db", scratch / "data" / "checkpoint.new");
    const auto looking = [&] {
        auto options = scratch.options();
        options.read_only = true;
        return options;
    };
    Scratch::store(looking());
    EXPECT_TRUE(fs::exists(scratch / "data" / "checkpoint.new")) << "who only looks removes nothing";
    scratch.store();
    EXPECT_FALSE(fs::exists(scratch / "data" / "checkpoint.new"));
}

TEST(Backup, TakenWhileAppendsGoOnIsWhole) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(5);
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        while (!stop) {
            filled.add(1);
        }
    });
    for (const char* name : {"one", "two", "three"}) {
        const auto taken = backup(filled.store(), scratch / name, {});
        ASSERT_TRUE(taken) << taken.error().text;
        auto options = scratch.options(std::string("restored-") + name);
        ASSERT_TRUE(restore(scratch / name, options.folder, {}));
        const auto report = verify(options, {});
        EXPECT_TRUE(report) << report.error().text;
        EXPECT_EQ(report->events, taken->number);
    }
    stop = true;
    writer.join();
}

TEST(Restore, FindsEveryDamagedFile) {
    const Scratch scratch;
    Filled filled(scratch);
    filled.add(10);
    ASSERT_TRUE(filled.store().snapshot(0));
    ASSERT_TRUE(backup(filled.store(), scratch / "backup", {}));
    int tried = 0;
    for (const auto& file : fs::recursive_directory_iterator(scratch / "backup")) {
        if (!file.is_regular_file() || file.file_size() == 0) {
            continue;
        }
        const std::string good = *read_file(file.path());
        std::string bad = good;
        bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
        ASSERT_TRUE(write_file_atomically(file.path(), bad));
        const auto restored = restore(scratch / "backup", scratch / "restored", {});
        EXPECT_FALSE(restored) << file.path();
        EXPECT_FALSE(fs::exists(scratch / "restored")) << file.path();
        ASSERT_TRUE(write_file_atomically(file.path(), good));
        ++tried;
    }
    EXPECT_GT(tried, 5);
    EXPECT_TRUE(restore(scratch / "backup", scratch / "restored", {}));
}

TEST(Manifest, LetsNoPathOut) {
    Manifest manifest;
    manifest.files.push_back({1, "00", "../outside"});
    EXPECT_FALSE(parse_manifest(to_text(manifest)));
    manifest.files[0].path = "/etc/passwd";
    EXPECT_FALSE(parse_manifest(to_text(manifest)));
    manifest.files[0].path = "db/000001.sst";
    EXPECT_TRUE(parse_manifest(to_text(manifest)));
    EXPECT_FALSE(parse_manifest(""));
    EXPECT_FALSE(parse_manifest("end "));
}

TEST(Describe, SaysWhatHappenedAndNothingSealed) {
    const matcher::Batch batch = every_kind();
    for (const auto& entry : batch.entries) {
        const std::string line = describe(entry, batch);
        EXPECT_EQ(line.find('\n'), std::string::npos);
        EXPECT_EQ(line.find("payload " + std::to_string(entry.number)), std::string::npos) << line;
        EXPECT_EQ(std::count(line.begin(), line.end(), '{'),
                  std::count(line.begin(), line.end(), '}'));
        EXPECT_NE(line.find("\"number\":" + std::to_string(entry.number)), std::string::npos);
    }
    EXPECT_NE(describe(batch.entries[3], batch).find("\"type\":\"SubmitReferral\""),
              std::string::npos);
    EXPECT_NE(describe(batch.entries[6], batch).find("\"reason\":\"no"), std::string::npos)
        << describe(batch.entries[6], batch);
}

}  // namespace
}  // namespace hubward::storage::testing
