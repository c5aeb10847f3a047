// SPDX-License-Identifier: Apache-2.0
//
// What ends nothing is told all the same: no key can be made, the mark cannot be written, an event cannot be read.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "storage/event_log.hpp"
#include "storage/vault.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/fault_disk.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"

namespace hubward::storage::testing {
namespace {

using matcher::Append;

// No new file gets a name that begins so.
class RefusingDisk final : public WrappedDisk {
  public:
    explicit RefusingDisk(std::string prefix) : prefix_(std::move(prefix)) {}
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path, unsigned mode) override {
        if (refuses && path.filename().string().starts_with(prefix_)) {
            return std::unexpected("no inode for " + path.string());
        }
        return WrappedDisk::create(path, mode);
    }
    std::atomic<bool> refuses{true};

  private:
    const std::string prefix_;
};

template <typename Condition>
bool becomes(const Condition& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return condition();
}

TEST(Troubles, AKeyringThatCanMakeNoKeySaysSoAndGoesOnByItself) {
    const Scratch scratch;
    RefusingDisk disk("keys-");
    const auto store = Scratch::store(scratch.options(), {.disk = &disk});
    ASSERT_TRUE(store);
    EXPECT_FALSE(store->seals());
    EXPECT_NE(store->troubles().keys.find("no inode"), std::string::npos);
    EXPECT_EQ(store->troubles().keys_left, 0u);
    EXPECT_EQ(store->vault().seal({1, 2}, "Ada Example").error(), VaultError::no_key_ready);
    EXPECT_EQ(store->stats().vault_errors, 1u);
    disk.refuses = false;
    ASSERT_TRUE(becomes([&] { return store->seals(); }));
    EXPECT_TRUE(store->troubles().keys.empty());
    EXPECT_GT(store->troubles().keys_left, 0u);
    EXPECT_TRUE(store->vault().seal({1, 2}, "Ada Example"));
    EXPECT_EQ(store->stats().vault_errors, 1u);
}

TEST(Troubles, AKeyringThatStillHasKeysSealsAndSaysThatTheyGo) {
    const Scratch scratch;
    RefusingDisk disk("keys-");
    disk.refuses = false;
    const auto store = Scratch::store(scratch.options(), {.disk = &disk, .by_hand = true});
    disk.refuses = true;
    for (std::size_t i = 0; i + 1 < shard_keys; ++i) {
        ASSERT_TRUE(store->vault().seal({1, 2}, "Ada Example"));
    }
    EXPECT_TRUE(store->seals());
    EXPECT_EQ(store->troubles().keys_left, 1u);
    ASSERT_TRUE(store->vault().seal({1, 2}, "Ada Example"));
    EXPECT_TRUE(store->seals()) << "nobody has failed to make more";
    store->tend();
    EXPECT_FALSE(store->seals());
}

TEST(Troubles, WhatWasErasedOrIsTooLargeIsNoFaultOfTheVault) {
    const Scratch scratch;
    const auto store = scratch.store();
    const matcher::ReferralId person{1, 2};
    const auto sealed = store->vault().seal(person, "Ada Example");
    ASSERT_TRUE(sealed);
    EXPECT_EQ(store->vault().seal(person, std::string(3U << 20U, 'x')).error(), VaultError::too_large);
    ASSERT_TRUE(store->vault().erase(sealed->key_slot));
    EXPECT_EQ(store->vault().open(person, sealed->key_slot, sealed->bytes).error(), VaultError::erased);
    EXPECT_EQ(store->stats().vault_errors, 0u);
    EXPECT_FALSE(store->vault().open(person, sealed->key_slot + 1, sealed->bytes));
    EXPECT_EQ(store->stats().vault_errors, 1u);
}

TEST(Troubles, AMarkThatCannotBeWrittenSaysWhyAndForHowLong) {
    const Scratch scratch;
    RefusingDisk disk("high-water");
    disk.refuses = false;
    const auto store = Scratch::store(scratch.options(), {.disk = &disk});
    EXPECT_TRUE(store->troubles().mark.empty());
    disk.refuses = true;
    const auto owner = claim(store->journal());
    History history;
    ASSERT_EQ(append(store->journal(), owner, history.next()), Append::durable);
    ASSERT_TRUE(becomes([&] { return !store->troubles().mark.empty(); }));
    EXPECT_NE(store->troubles().mark.find("no inode"), std::string::npos);
    EXPECT_TRUE(becomes([&] { return store->troubles().mark_late > 2 * HighWaterKeeper::lag_max; }))
        << "it counts from the first try that failed";
    disk.refuses = false;
    EXPECT_TRUE(becomes([&] { return store->troubles().mark.empty(); }));
}

TEST(Troubles, APlaceThatCannotBeReadIsToldOnceAndCountedEachTime) {
    constexpr int batches = 10;
    constexpr std::size_t block_and_more = 200'000;
    const Scratch scratch;
    FaultDisk disk;
    {
        auto store = Scratch::store(scratch.options(), {.env = disk.env()});
        const auto owner = claim(store->journal());
        History history;
        std::mt19937 random(1);  // what is compressed away would leave one block
        for (int i = 0; i < batches; ++i) {
            std::string bytes(block_and_more, '\0');
            std::ranges::generate(bytes, [&random] { return static_cast<char>(random()); });
            ASSERT_EQ(append(store->journal(), owner, history.next(1, bytes)), Append::durable);
        }
    }
    const auto store = Scratch::store(scratch.options(), {.env = disk.env(), .by_hand = true});
    ASSERT_TRUE(store);
    disk.bad_first_block(true);
    EXPECT_FALSE(store->event_log().entry(1));
    EXPECT_FALSE(store->event_log().entry(1));
    EXPECT_EQ(store->stats().unreadable_reads, 2u);
    EXPECT_EQ(store->troubles().unreadable, (std::vector<UnreadableEvent>{{1, matcher::JournalError::unavailable}}));
    EXPECT_TRUE(store->troubles().unreadable.empty());
    // The streams are gathered from the first event on.
    EXPECT_TRUE(store->event_log().read("ops", 0, 10).empty());
    EXPECT_GT(store->stats().unreadable_reads, 2u);
    disk.bad_first_block(false);
    EXPECT_FALSE(store->event_log().read("ops", 0, 10).empty());
    EXPECT_TRUE(store->troubles().unreadable.empty());
}

}  // namespace
}  // namespace hubward::storage::testing
