// SPDX-License-Identifier: Apache-2.0
//
// What is destroyed stays destroyed: also in a backup that was made before, and never somebody else.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

#include "storage/erasure_ledger.hpp"
#include "storage/key_shard.hpp"
#include "storage/store.hpp"
#include "storage/upkeep.hpp"
#include "storage/vault.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;

const matcher::ReferralId person{7, 8};
const matcher::ReferralId other{9, 10};

// A server that runs writes new files and renames them, so one that was listed may be gone before it is copied: then the
// copy is begun anew.
void copy_beside_its_server(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    for (int tries = 0; tries < 100; ++tries) {
        fs::remove_all(to);
        failed.clear();
        fs::copy(from, to, fs::copy_options::recursive, failed);
        if (failed != std::errc::no_such_file_or_directory) {
            break;
        }
    }
    ASSERT_FALSE(failed) << failed.message();
}

struct Erasure : ::testing::Test {
    std::unique_ptr<Store> open(const fs::path& folder) {
        StoreOptions options = scratch.options();
        options.folder = folder;
        auto store = Store::open(options);
        EXPECT_TRUE(store) << store.error().text;
        return store ? *std::move(store) : nullptr;
    }
    Scratch scratch;
};

TEST_F(Erasure, AnOldCopyOfTheKeyringLosesTheKeyWhenItIsOpened) {
    const fs::path now = scratch.path() / "now";
    const fs::path copy = scratch.path() / "copy";
    Sealed theirs;
    Sealed others;
    {
        auto store = open(now);
        theirs = *store->vault().seal(person, "Zeb");
        others = *store->vault().seal(other, "Ann");
        copy_beside_its_server(now, copy);
        ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot));
        ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot)) << "twice is no harm";
        EXPECT_EQ(store->vault().open(person, theirs.key_slot, theirs.bytes).error(),
                  VaultError::erased);
    }
    auto restored = open(copy);
    EXPECT_EQ(restored->vault().open(person, theirs.key_slot, theirs.bytes).error(),
              VaultError::erased);
    EXPECT_EQ(restored->vault().open(other, others.key_slot, others.bytes).value(), "Ann");
    EXPECT_EQ(restored->erased_for_good(), std::vector{person});
}

TEST_F(Erasure, ASlotThatIsGivenOutAgainIsNotTheOneThatWasErased) {
    const fs::path empty = scratch.path() / "empty";
    const fs::path lived = scratch.path() / "lived";
    std::uint64_t slot = 0;
    {
        auto store = open(lived);
        slot = store->vault().seal(person, "Zeb")->key_slot;
        ASSERT_TRUE(store->vault().erase_for_good(person, slot));
    }
    Sealed again;
    {
        auto store = open(empty);  // as after the loss of everything but the master key
        again = *store->vault().seal(other, "Ann");
        ASSERT_EQ(again.key_slot, slot);
    }
    auto store = open(empty);
    EXPECT_EQ(store->vault().open(other, again.key_slot, again.bytes).value(), "Ann");
}

// One byte of somebody else's key, in the same shard.
TEST_F(Erasure, DamageElsewhereInTheShardRefusesNoErasureAndNoStart) {
    const fs::path now = scratch.path() / "now";
    const fs::path copy = scratch.path() / "copy";
    Sealed theirs;
    Sealed others;
    const auto spoil = [&](const fs::path& folder) {
        const fs::path shard = folder / "keyring" / "keys-0000000000000001";
        std::fstream file(shard, std::ios::in | std::ios::out | std::ios::binary);
        const auto far_from_both = static_cast<std::streamoff>(offset_in_shard(theirs.key_slot + 500));
        file.seekg(far_from_both);
        const int was = file.get();
        file.seekp(far_from_both);
        file.put(static_cast<char>(was ^ 1));
        ASSERT_TRUE(file.flush());
    };
    {
        auto store = open(now);
        theirs = *store->vault().seal(person, "Zeb");
        others = *store->vault().seal(other, "Ann");
        copy_beside_its_server(now, copy);
        spoil(now);
        ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot));
    }
    spoil(copy);
    for (const fs::path& folder : {now, copy}) {
        auto store = open(folder);
        ASSERT_TRUE(store);
        EXPECT_EQ(store->vault().open(person, theirs.key_slot, theirs.bytes).error(), VaultError::damaged)
            << "nobody sees from zeros in a damaged shard who wrote them";
        EXPECT_EQ(store->vault().open(other, others.key_slot, others.bytes).value(), "Ann");
        if (folder == now) {
            ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot)) << "the list names it";
        }
        store.reset();
        StoreOptions options = scratch.options();
        options.folder = folder;
        const auto found = verify(options, {});
        ASSERT_FALSE(found) << "the damage must not pass for good";
        EXPECT_NE(found.error().text.find("keys-0000000000000001 is damaged"), std::string::npos) << found.error().text;
    }
}

// What stood behind the cut lies whole in a backup, and the list cannot name it: so it is not called erased, but what
// is left of it goes.
TEST_F(Erasure, OfAKeyThatWasCutOffIsConfirmedOnceItsShardIsBack) {
    const fs::path now = scratch.path() / "now";
    const fs::path copy = scratch.path() / "copy";
    const fs::path shard = now / "keyring" / "keys-0000000000000001";
    Sealed theirs;
    Sealed others;
    Sealed last;
    {
        auto store = open(now);
        theirs = *store->vault().seal(person, "Zeb");
        others = *store->vault().seal(other, "Ann");
        last = *store->vault().seal(other, "Bob");
        copy_beside_its_server(now, copy);
        const std::uintmax_t half_a_key = offset_in_shard(others.key_slot) + wrapped_bytes / 2;
        fs::resize_file(shard, half_a_key);
        for (const std::uint64_t slot : {others.key_slot, last.key_slot}) {
            const auto refused = store->vault().erase_for_good(other, slot);
            ASSERT_FALSE(refused) << slot;
            EXPECT_EQ(refused.error(), VaultError::damaged);
        }
        EXPECT_TRUE(store->erased_for_good().empty());
        ASSERT_EQ(fs::file_size(shard), half_a_key) << "it grows by nothing";
        EXPECT_EQ(read_file(shard)->substr(offset_in_shard(others.key_slot)), std::string(wrapped_bytes / 2, '\0'));
        ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot)) << "it stood before the cut";
        EXPECT_FALSE(store->vault().open(person, theirs.key_slot, theirs.bytes));

        fs::copy_file(copy / "keyring" / shard.filename(), shard, fs::copy_options::overwrite_existing);
        ASSERT_TRUE(store->vault().erase_for_good(other, others.key_slot));
        ASSERT_TRUE(store->vault().erase_for_good(other, last.key_slot));
    }
    auto restored = open(copy);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->vault().open(person, theirs.key_slot, theirs.bytes).error(), VaultError::erased);
    EXPECT_EQ(restored->vault().open(other, others.key_slot, others.bytes).error(), VaultError::erased);
    EXPECT_EQ(restored->vault().open(other, last.key_slot, last.bytes).error(), VaultError::erased);
}

// A sector that was lost reads as zeros, a bit that fell over names no key: a backup from before has the whole one.
TEST_F(Erasure, OfAKeyThatWasDamagedWhereItLiesIsConfirmedOnceItsShardIsBack) {
    const fs::path now = scratch.path() / "now";
    const fs::path copy = scratch.path() / "copy";
    const fs::path shard = now / "keyring" / "keys-0000000000000001";
    Sealed theirs;
    auto store = open(now);
    theirs = *store->vault().seal(person, "Zeb");
    copy_beside_its_server(now, copy);
    const auto damage = [&](const std::string& bytes) {
        std::fstream file(shard, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(offset_in_shard(theirs.key_slot)));
        file << bytes;
        ASSERT_TRUE(file.flush());
    };
    for (const std::string& bytes : {std::string(wrapped_bytes, '\0'), std::string("one word")}) {
        fs::copy_file(copy / "keyring" / shard.filename(), shard, fs::copy_options::overwrite_existing);
        damage(bytes);
        EXPECT_EQ(store->vault().open(person, theirs.key_slot, theirs.bytes).error(), VaultError::damaged);
        for (int tries = 0; tries < 2; ++tries) {
            const auto refused = store->vault().erase_for_good(person, theirs.key_slot);
            ASSERT_FALSE(refused) << bytes.size() << " bytes";
            EXPECT_EQ(refused.error(), VaultError::damaged);
        }
        EXPECT_TRUE(store->erased_for_good().empty());
    }
    fs::copy_file(copy / "keyring" / shard.filename(), shard, fs::copy_options::overwrite_existing);
    ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot));
    store.reset();
    auto restored = open(copy);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->vault().open(person, theirs.key_slot, theirs.bytes).error(), VaultError::erased);
}

// As on a disk that is full or was mounted to be read only.
TEST_F(Erasure, AStartThatCannotDestroyAListedKeyNamesTheFile) {
    const fs::path now = scratch.path() / "now";
    const fs::path copy = scratch.path() / "copy";
    {
        auto store = open(now);
        const Sealed theirs = *store->vault().seal(person, "Zeb");
        copy_beside_its_server(now, copy);
        ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot));
    }
    // Also root cannot give a new file the name of a folder.
    fs::create_directories(copy / "keyring" / "keys-0000000000000001.new" / "in-the-way");
    StoreOptions options = scratch.options();
    options.folder = copy;
    const auto refused = Store::open(options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("copy/keyring/keys-0000000000000001 and cannot be destroyed again; "),
              std::string::npos)
        << refused.error().text;
}

TEST_F(Erasure, ADamagedListRefusesTheStartAndNamesIt) {
    const fs::path list = erasures_beside(scratch.path() / "master.key");
    {
        auto store = open(scratch.path() / "now");
        const Sealed sealed = *store->vault().seal(person, "Zeb");
        ASSERT_TRUE(store->vault().erase_for_good(person, sealed.key_slot));
    }
    ASSERT_TRUE(fs::exists(list));
    std::fstream file(list, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(25);
    file.put('\x55');
    file.close();
    StoreOptions options = scratch.options();
    options.folder = scratch.path() / "now";
    const auto refused = Store::open(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, StoreError::corrupt);
    EXPECT_NE(refused.error().text.find("master.key.erasures"), std::string::npos);
}

ErasedKey erased(std::uint64_t slot) {
    ErasedKey key;
    key.referral = {slot, slot};
    key.slot = slot;
    key.mark = blake2b({std::to_string(slot)});
    return key;
}

// A restored folder on trial beside its server, with the same master key: an erasure in one must not take those of
// the other off the list, or an older backup would bring an erased person back.
TEST_F(Erasure, OfTwoServersWithOneMasterKeyStandOnOneList) {
    const fs::path list = erasures_beside(scratch / "master.key");
    auto live = ErasureLedger::open(list).value();
    auto trial = ErasureLedger::open(list).value();
    ASSERT_TRUE(live.add(erased(1)));
    ASSERT_TRUE(trial.add(erased(2)));
    ASSERT_TRUE(live.add(erased(3)));
    EXPECT_EQ(ErasureLedger::open(list)->keys(), (std::vector{erased(1), erased(2), erased(3)}));
    EXPECT_EQ(live.keys(), ErasureLedger::open(list)->keys());
}

TEST_F(Erasure, AtTheSameTimeInTwoServersStandOnOneList) {
    const fs::path list = erasures_beside(scratch / "master.key");
    constexpr std::uint64_t each = 40;
    constexpr int tries_more = 20;
    const auto erase = [&list](std::uint64_t first) {
        auto ledger = ErasureLedger::open(list).value();
        for (std::uint64_t slot = first; slot < first + each; ++slot) {
            // On a busy machine the other may have the turn whenever this one looks; then it is as in the program,
            // where the job that destroys keys comes again.
            auto added = ledger.add(erased(slot));
            for (int again = 0; !added && again < tries_more; ++again) {
                EXPECT_NE(added.error().find(".lock"), std::string::npos) << added.error();
                added = ledger.add(erased(slot));
            }
            EXPECT_TRUE(added) << slot;
        }
    };
    {
        const std::jthread one(erase, 0);
        const std::jthread two(erase, each);
    }
    EXPECT_EQ(ErasureLedger::open(list)->keys().size(), 2 * each);
}

// An older copy of the list was put back under a running server.
TEST_F(Erasure, WhatThisServerKnowsIsWrittenAgain) {
    const fs::path list = erasures_beside(scratch / "master.key");
    auto ledger = ErasureLedger::open(list).value();
    ASSERT_TRUE(ledger.add(erased(1)));
    const std::string older = read_file(list).value();
    ASSERT_TRUE(ledger.add(erased(2)));
    ASSERT_TRUE(write_file_atomically(list, older));
    ASSERT_TRUE(ledger.add(erased(3)));
    EXPECT_EQ(ErasureLedger::open(list)->keys(), (std::vector{erased(1), erased(2), erased(3)}));
}

// An empty list in its place would bring back whom a restored backup still knows.
TEST_F(Erasure, AListThatCannotBeReadOrLookedAtIsNoEmptyOne) {
    const fs::path list = scratch / "list";
    fs::create_directories(list);
    const auto unreadable = ErasureLedger::open(list);
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error().why, StoreError::io) << "it may be whole, and no copy needs to be put back";
    fs::remove(list);
    fs::create_symlink(list, list);
    const auto unseen = ErasureLedger::open(list);
    ASSERT_FALSE(unseen);
    EXPECT_EQ(unseen.error().why, StoreError::io);
    fs::remove(list);
    ASSERT_TRUE(write_file_atomically(list, "no list"));
    EXPECT_EQ(ErasureLedger::open(list).error().why, StoreError::corrupt);
}

// Of the folder beside the master key. A sync that fails is one of a disk that is about to go.
class BesideKey final : public WrappedDisk {
  public:
    Done sync_folder(const Path& folder) override {
        synced.push_back(folder);
        return fails ? std::unexpected("cannot sync " + folder.string()) : WrappedDisk::sync_folder(folder);
    }
    std::vector<Path> synced;
    bool fails = false;
};

// Whoever wrote the list may have been killed before its name was safe. The next start destroys keys by it; were the
// power cut then, the list would be gone, and an older backup would bring the person back.
TEST_F(Erasure, AStartMakesTheListSafeBeforeItDestroysByIt) {
    BesideKey beside;
    const StoreOptions options = scratch.options();
    ASSERT_TRUE(FolderStore::open(options, {.beside_key = &beside}));
    EXPECT_TRUE(beside.synced.empty()) << "there is no list";
    const fs::path copy = scratch.path() / "copy";
    Sealed theirs;
    {
        auto store = open(options.folder);
        theirs = *store->vault().seal(person, "Zeb");
        copy_beside_its_server(options.folder, copy);
        ASSERT_TRUE(store->vault().erase_for_good(person, theirs.key_slot));
    }
    StoreOptions restored = options;
    restored.folder = copy;
    beside.fails = true;
    const std::string shard = read_file(copy / "keyring" / "keys-0000000000000001").value();
    const auto refused = FolderStore::open(restored, {.beside_key = &beside});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, StoreError::io);
    EXPECT_NE(refused.error().text.find(scratch.path().string()), std::string::npos) << refused.error().text;
    EXPECT_NE(refused.error().text.find("start again"), std::string::npos) << refused.error().text;
    EXPECT_EQ(read_file(copy / "keyring" / "keys-0000000000000001").value(), shard) << "nothing is destroyed before";
    restored.read_only = true;
    EXPECT_TRUE(FolderStore::open(restored, {.beside_key = &beside})) << "who only reads makes nothing safe";
    restored.read_only = false;
    beside.fails = false;
    beside.synced.clear();
    const auto store = FolderStore::open(restored, {.beside_key = &beside});
    ASSERT_TRUE(store) << store.error().text;
    EXPECT_EQ(beside.synced, std::vector{scratch.path()});
    EXPECT_EQ((*store)->vault().open(person, theirs.key_slot, theirs.bytes).error(), VaultError::erased);
}

// storage.master_key_file = "master.key": no folder stands in the name.
TEST_F(Erasure, EndsAlsoWhereTheMasterKeyHasABareName) {
    const fs::path before = fs::current_path();
    fs::current_path(scratch.path());
    auto ledger = ErasureLedger::open(erasures_beside("master.key")).value();
    const auto added = ledger.add(erased(1));
    const auto kept = ledger.keep_name();
    fs::current_path(before);
    ASSERT_TRUE(added) << added.error();
    EXPECT_TRUE(kept) << kept.error();
    EXPECT_EQ(ErasureLedger::open(erasures_beside(scratch / "master.key"))->keys().size(), 1U);
}

}  // namespace
}  // namespace hubward::storage::testing
