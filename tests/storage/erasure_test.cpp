// SPDX-License-Identifier: Apache-2.0
//
// What is destroyed stays destroyed: also in a backup that was made before, and never somebody else.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "storage/erasure_ledger.hpp"
#include "storage/store.hpp"
#include "storage/vault.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;

const matcher::ReferralId person{7, 8};
const matcher::ReferralId other{9, 10};

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
        fs::copy(now, copy, fs::copy_options::recursive);
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

}  // namespace
}  // namespace hubward::storage::testing
