// SPDX-License-Identifier: Apache-2.0
#include "storage/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "matcher/apply.hpp"
#include "storage/event_log.hpp"
#include "storage/high_water.hpp"
#include "storage/snapshot.hpp"
#include "storage/vault.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using matcher::Append;

StoreError why_not(const StoreOptions& options) {
    const auto opened = FolderStore::open(options);
    EXPECT_FALSE(opened);
    return opened ? StoreError::io : opened.error().why;
}

// Writes `batches` batches and closes in order.
matcher::Sequence fill(const StoreOptions& options, History& history, int batches) {
    auto store = Scratch::store(options);
    const auto owner = claim(store->journal());
    for (int i = 0; i < batches; ++i) {
        EXPECT_EQ(append(store->journal(), owner, history.next(2)), Append::durable);
    }
    return history.last();
}

TEST(Store, OpensEmptyAndAgain) {
    const Scratch scratch;
    for (int i = 0; i < 3; ++i) {
        auto store = scratch.store();
        ASSERT_TRUE(store);
        EXPECT_EQ(store->journal().tail().number, 0u);
        EXPECT_EQ(store->recover()->state.last, 0u);
        EXPECT_TRUE(store->stats().writable);
    }
}

// Strangers ask whether the server is ready, and a folder has thousands of files.
TEST(Store, LooksThroughTheFolderOnlyWhenItIsToldTo) {
    constexpr std::size_t more_bytes = 1U << 20U;
    const Scratch scratch;
    auto store = scratch.store();
    EXPECT_EQ(store->stats().disk_bytes, 0u);
    store->measure_disk();
    const StoreStats before = store->stats();
    EXPECT_GT(before.disk_bytes, 0u);
    EXPECT_GT(before.disk_free_bytes, 0u);
    std::ofstream(scratch / "data" / "keyring" / "more") << std::string(more_bytes, 'x');
    EXPECT_TRUE(store->writable());
    EXPECT_EQ(store->stats().disk_bytes, before.disk_bytes);
    store->measure_disk();
    EXPECT_GE(store->stats().disk_bytes, before.disk_bytes + more_bytes);
}

// Of details as large as may be, as many batches as there would be of small ones are gigabytes.
TEST(Store, KeepsDecodedBatchesByTheirBytes) {
    constexpr int batches = 24;
    constexpr std::size_t details_bytes = 1'000'000;
    const Scratch scratch;
    {
        History history;
        auto store = Scratch::store(scratch.options());
        const auto owner = claim(store->journal());
        for (int i = 0; i < batches; ++i) {
            ASSERT_EQ(append(store->journal(), owner, history.next(1, std::string(details_bytes, 'x'))), Append::durable);
        }
    }
    auto store = scratch.store();
    std::vector<std::weak_ptr<const matcher::Batch>> read;
    for (matcher::Sequence number = 1, last = store->journal().tail().number; number <= last;) {
        const auto found = store->event_log().entry(number);
        ASSERT_TRUE(found);
        read.push_back(found->batch);
        number = found->batch->last() + 1;
    }
    ASSERT_EQ(read.size(), batches);
    const auto kept = std::ranges::count_if(read, [](const auto& batch) { return !batch.expired(); });
    EXPECT_EQ(static_cast<std::size_t>(kept), JournalLog::cached_bytes_max / details_bytes);
    EXPECT_FALSE(read.back().expired());
    EXPECT_TRUE(read.front().expired()) << "the oldest goes first";
}

TEST(Store, HasTheSameStateAfterAReopen) {
    const Scratch scratch;
    History history;
    std::uint64_t hash = 0;
    std::string epoch;
    {
        auto store = scratch.store();
        const auto owner = claim(store->journal());
        matcher::State state;
        for (int i = 0; i < 20; ++i) {
            const auto batch = history.next(3);
            for (const auto& entry : batch->entries) {
                matcher::apply(state, *batch, entry);
            }
            ASSERT_EQ(append(store->journal(), owner, batch), Append::durable);
        }
        hash = state.state_hash();
        epoch = store->journal().tail().epoch;
        EXPECT_EQ(store->recover()->state.state_hash(), hash);
    }
    auto store = scratch.store();
    EXPECT_EQ(store->journal().tail().number, history.last());
    EXPECT_EQ(store->journal().tail().epoch, epoch);
    EXPECT_EQ(store->recover()->state.state_hash(), hash);
}

TEST(Store, RecoversFromSnapshotAndTail) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 5);
    auto store = scratch.store();
    const auto at = store->snapshot(0);
    ASSERT_TRUE(at);
    EXPECT_EQ(*at, history.last());
    const auto owner = claim(store->journal());
    ASSERT_EQ(append(store->journal(), owner, history.next(4)), Append::durable);
    const auto recovered = store->recover();
    EXPECT_EQ(recovered->from_snapshot, *at);
    EXPECT_EQ(recovered->events_folded, 8u);
    fs::remove_all(store->layout().snapshots());
    const auto folded = store->recover();
    EXPECT_EQ(folded->from_snapshot, 0u);
    EXPECT_EQ(folded->state.state_hash(), recovered->state.state_hash());
}

TEST(Store, WritesNoSnapshotThatTakesTheLastRoom) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 3);
    auto store = scratch.store();
    const auto refused = store->snapshot(std::uint64_t{1} << 60U);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, StoreError::io);
    EXPECT_THAT(refused.error().text, ::testing::HasSubstr("make room"));
    EXPECT_TRUE(list_snapshots(store->layout().snapshots()).empty());
    EXPECT_TRUE(store->snapshot(1)) << "a disk has a byte";
}

TEST(Store, TellsWhatTheDatabaseKeepsInMemory) {
    const Scratch scratch;
    History history;
    auto store = scratch.store();
    const auto before = store->stats().memtable_bytes;
    const auto owner = claim(store->journal());
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(append(store->journal(), owner, history.next(40)), Append::durable);
    }
    EXPECT_GT(store->stats().memtable_bytes, before);
}

TEST(Store, ASnapshotClearsAwayWhatADeadOneAndAnotherHistoryLeft) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 3);
    auto store = scratch.store();
    const auto folder = store->layout().snapshots();
    ASSERT_TRUE(store->snapshot(0));
    const auto name = list_snapshots(folder).at(0).path.filename().string();
    for (const std::string left : {"state-00000000000000000002.new", "state-00000000000000900000", "state-00000000000000900001"}) {
        fs::copy_file(folder / name, folder / left);
    }
    const auto owner = claim(store->journal());
    ASSERT_EQ(append(store->journal(), owner, history.next()), Append::durable);
    const auto newest = store->snapshot(0);
    ASSERT_TRUE(newest);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& file : fs::directory_iterator(folder)) {
        ++files;
    }
    EXPECT_EQ(files, 2u);
    EXPECT_EQ(store->recover()->from_snapshot, *newest);
}

TEST(Store, PassesOverADamagedSnapshot) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 3);
    auto store = scratch.store();
    const auto older = store->snapshot(0);
    const auto owner = claim(store->journal());
    ASSERT_EQ(append(store->journal(), owner, history.next()), Append::durable);
    const auto newer = store->snapshot(0);
    ASSERT_TRUE(older && newer && *older < *newer);
    const auto hash = store->recover()->state.state_hash();
    const auto files = list_snapshots(store->layout().snapshots());
    ASSERT_EQ(files.size(), 2u);
    fs::resize_file(files[0].path, fs::file_size(files[0].path) - 1);
    const auto recovered = store->recover();
    EXPECT_EQ(recovered->from_snapshot, *older);
    EXPECT_EQ(recovered->notes.size(), 1u);
    EXPECT_EQ(recovered->state.state_hash(), hash);
}

// kill -9 between an answer and the mark, and then a quiet night: what was answered is missed in the morning.
TEST(Store, RaisesTheMarkToWhatAKilledServerHadAcknowledged) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 2);
    const auto mark = scratch.options().folder / "high-water";
    const HighWater older = **read_high_water(mark);
    fill(scratch.options(), history, 3);
    ASSERT_TRUE(write_high_water(mark, older));
    const auto store = Scratch::store(scratch.options(), {.by_hand = true});
    ASSERT_TRUE(store);
    store->tend();
    EXPECT_EQ((**read_high_water(mark)).number, history.last());
    EXPECT_EQ((**read_high_water(mark)).chain_head, store->rocks().end().chain_head);
}

TEST(Store, LetsOnlyOneProcessIn) {
    const Scratch scratch;
    auto store = scratch.store();
    EXPECT_EQ(why_not(scratch.options()), StoreError::locked);
}

TEST(Store, SaysWhatIsMissing) {
    const Scratch scratch;
    auto options = scratch.options();
    options.create = false;
    EXPECT_EQ(why_not(options), StoreError::missing);
    options.create = true;
    options.master_key_file = scratch / "nowhere.key";
    EXPECT_EQ(why_not(options), StoreError::no_master_key);
}

TEST(Store, KnowsAWrongMasterKey) {
    const Scratch scratch;
    scratch.store();
    auto options = scratch.options();
    options.master_key_file = scratch / "other.key";
    ASSERT_TRUE(make_master_key(options.master_key_file));
    EXPECT_EQ(why_not(options), StoreError::wrong_master_key);
}

// A database that lost its newest log opens well by itself; only the mark beside it tells.
TEST(Store, RefusesADatabaseThatEndsBeforeTheMark) {
    const Scratch scratch;
    const auto options = scratch.options();
    History history;
    fill(options, history, 2);
    fs::copy(options.folder / "db", scratch / "old-db", fs::copy_options::recursive);
    fill(options, history, 2);
    fs::remove_all(options.folder / "db");
    fs::copy(scratch / "old-db", options.folder / "db", fs::copy_options::recursive);
    EXPECT_EQ(why_not(options), StoreError::lost_data);

    auto accepting = options;
    accepting.accept_loss = true;
    std::string old_epoch;
    {
        auto store = Scratch::store(accepting);
        ASSERT_TRUE(store);
        old_epoch = store->journal().tail().epoch;
        EXPECT_LT(store->journal().tail().number, history.last());
    }
    auto store = Scratch::store(options);  // accepted once is enough
    EXPECT_EQ(store->journal().tail().epoch, old_epoch);
}

TEST(Store, StartsANewEpochWhenLossIsAccepted) {
    const Scratch scratch;
    const auto options = scratch.options();
    History history;
    std::string epoch;
    {
        auto store = scratch.store();
        epoch = store->journal().tail().epoch;
    }
    fill(options, history, 1);
    ASSERT_TRUE(write_high_water(options.folder / "high-water", {history.last() + 5, {}}));
    EXPECT_EQ(why_not(options), StoreError::lost_data);
    auto accepting = options;
    accepting.accept_loss = true;
    EXPECT_NE(Scratch::store(accepting)->journal().tail().epoch, epoch);
}

TEST(Store, RefusesAFolderWithAPartMissing) {
    for (const char* part : {"db", "keyring", "high-water", "db/CURRENT"}) {
        const Scratch scratch;
        History history;
        fill(scratch.options(), history, 2);
        fs::remove_all(scratch.options().folder / part);
        const auto opened = FolderStore::open(scratch.options());
        EXPECT_FALSE(opened) << part;
    }
}

// A mark that cannot be read may be whole: nobody is told to give up what it guards.
TEST(Store, AsksNobodyToAcceptALossBecauseOfAFaultOfTheDisk) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 2);
    fs::remove(scratch.options().folder / "high-water");
    fs::create_directories(scratch.options().folder / "high-water");
    auto options = scratch.options();
    for (const bool accepted : {false, true}) {
        options.accept_loss = accepted;
        const auto opened = FolderStore::open(options);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().why, StoreError::io);
        EXPECT_EQ(opened.error().text.find("accept_loss"), std::string::npos) << opened.error().text;
    }
}

TEST(Store, ReadsWithoutWritingWhenReadOnly) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 2);
    auto options = scratch.options();
    options.read_only = true;
    auto writer = scratch.store();  // read-only takes no lock
    auto store = Scratch::store(options);
    ASSERT_TRUE(store);
    EXPECT_EQ(store->recover()->state.last, history.last());
    EXPECT_FALSE(store->journal().claim("reader", std::chrono::seconds(1)));
    EXPECT_FALSE(store->vault().seal({1, 1}, "x"));
}

TEST(EventLog, ReadsStreamsInOrderWithoutHoles) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 4);
    auto store = scratch.store();
    auto& log = store->event_log();
    for (const char* stream : {"hub/harehills-library", "practice/B86001", "ops"}) {
        const auto bounds = log.bounds(stream);
        EXPECT_EQ(bounds.epoch, store->journal().tail().epoch);
        EXPECT_EQ(bounds.floor, 1u);
        std::uint64_t seq = 0;
        while (true) {
            const auto page = log.read(stream, seq, 3);
            if (page.empty()) {
                break;
            }
            for (const auto& event : page) {
                EXPECT_EQ(event.seq, ++seq);
                ASSERT_TRUE(event.entry && event.event && event.batch);
                EXPECT_LE(event.entry->number, event.number);
                EXPECT_GT(event.entry->number + event.entry->event_count, event.number);
                const auto on = streams_of(*event.event);
                if (std::string_view(stream).starts_with("hub/")) {
                    EXPECT_EQ(on.hub_seq, seq);
                } else if (std::string_view(stream) != "ops") {
                    EXPECT_EQ(on.practice_seq, seq);
                }
            }
        }
        EXPECT_EQ(seq, bounds.head) << stream;
        EXPECT_GT(seq, 0u);
    }
    EXPECT_EQ(log.bounds("hub/nowhere").head, 0u);
    EXPECT_TRUE(log.read("practice/X", 0, 10).empty());
    EXPECT_EQ(log.bounds("place/nowhere").head, 0u);
}

TEST(EventLog, APlaceHasWhatItsHubsHaveInTheOrderOfTheJournal) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 4);
    auto store = scratch.store();
    auto& log = store->event_log();
    std::string place;
    std::vector<matcher::Sequence> wanted;
    for (const auto& event : log.read("ops", 0, 1'000)) {
        if (const auto* hub = std::get_if<matcher::HubUpserted>(event.event)) {
            place = hub->profile.place.view();
        }
        if (streams_of(*event.event).hub != matcher::no_hub) {
            wanted.push_back(event.number);
        }
    }
    ASSERT_FALSE(wanted.empty());
    std::vector<matcher::Sequence> found;
    for (const auto& event : log.read("place/" + place, 0, 1'000)) {
        EXPECT_EQ(event.seq, found.size() + 1);
        found.push_back(event.number);
    }
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(log.bounds("place/" + place).head, wanted.size());
}

TEST(EventLog, SeesABatchOnceItIsDurable) {
    const Scratch scratch;
    History history;
    auto store = scratch.store();
    const auto owner = claim(store->journal());
    EXPECT_EQ(store->event_log().bounds("practice/B86001").head, 0u);
    ASSERT_EQ(append(store->journal(), owner, history.next(2)), Append::durable);
    EXPECT_EQ(store->event_log().bounds("practice/B86001").head, 4u);
    EXPECT_EQ(store->event_log().read("practice/B86001", 3, 9).size(), 1u);
}

TEST(EventLog, FindsAnEntryByItsFirstNumberOnly) {
    const Scratch scratch;
    History history;
    fill(scratch.options(), history, 3);
    auto store = scratch.store();
    auto& log = store->event_log();
    const auto entry = log.entry(4);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->entry->payload, "sealed bytes");
    EXPECT_FALSE(log.entry(5));
    EXPECT_FALSE(log.entry(0));
    EXPECT_FALSE(log.entry(history.last() + 1));
}

}  // namespace
// A server's readers look up in a view what an event is about, and the view comes after the journal.
TEST(Store, StreamsEndWhereTheyAreShownTo) {
    const Scratch scratch;
    History history;
    auto store = scratch.store();
    const auto owner = claim(store->journal());
    ASSERT_EQ(append(store->journal(), owner, history.next(2)), Append::durable);
    const matcher::Sequence first = history.last();
    auto& log = store->event_log();
    const std::uint64_t head = log.bounds("ops").head;
    log.show_up_to(first);
    ASSERT_EQ(append(store->journal(), owner, history.next(2)), Append::durable);
    const matcher::Sequence second = history.last();
    ASSERT_EQ(append(store->journal(), owner, history.next(2)), Append::durable);
    EXPECT_EQ(log.bounds("ops").head, head);
    EXPECT_TRUE(log.read("ops", head, 9).empty());
    log.show_up_to(second);
    EXPECT_EQ(log.bounds("ops").head, second);
    EXPECT_EQ(log.read("ops", head, 99).size(), second - head);
    log.show_up_to(history.last());
    EXPECT_EQ(log.bounds("ops").head, history.last());
}

}  // namespace hubward::storage::testing
