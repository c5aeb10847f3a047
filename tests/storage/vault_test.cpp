// SPDX-License-Identifier: Apache-2.0
#include "storage/vault.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "matcher/limits.hpp"
#include "storage/keyring.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
constexpr matcher::ReferralId someone{1, 2};
constexpr matcher::ReferralId other{1, 3};

// Seals, waiting for the key maker where it is behind.
Sealed seal(Vault& vault, const matcher::ReferralId& id, std::string_view details) {
    for (int tries = 0; tries < 1000; ++tries) {
        if (auto sealed = vault.seal(id, details)) {
            return *std::move(sealed);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "no key for five seconds";
    return {};
}

TEST(Vault, OpensWhatItSealed) {
    const Scratch scratch;
    auto store = scratch.store();
    std::string every_byte;
    for (int i = 0; i < 100'000; ++i) {
        every_byte.push_back(static_cast<char>(i * 31));
    }
    for (const std::string& details : {std::string(), std::string("x"), every_byte}) {
        const Sealed sealed = seal(store->vault(), someone, details);
        EXPECT_NE(sealed.key_slot, 0u);
        EXPECT_EQ(store->vault().open(someone, sealed.key_slot, sealed.bytes), details);
    }
}

// Text that no compression makes smaller.
std::string dense(std::size_t bytes) {
    std::mt19937_64 random(7);
    std::string text(bytes, '\0');
    for (char& c : text) {
        c = static_cast<char>(random());
    }
    return text;
}

// The journal ends the server over a payload that is too large, so none is ever made, and no key goes for it.
TEST(Vault, SealsNothingLargerThanTheJournalTakes) {
    const Scratch scratch;
    auto store = scratch.store();
    const std::uint64_t before = seal(store->vault(), someone, "x").key_slot;
    const std::size_t most = matcher::limits::payload_bytes_max;
    EXPECT_EQ(store->vault().seal(someone, dense(most)).error(), VaultError::too_large);
    EXPECT_EQ(store->vault().seal(someone, std::string(3 * most, 'x')).error(), VaultError::too_large);
    const std::string nearly = dense(most - 4096);
    const Sealed sealed = seal(store->vault(), someone, nearly);
    EXPECT_LE(sealed.bytes.size(), most);
    EXPECT_EQ(sealed.key_slot, before + 1);
    EXPECT_EQ(store->vault().open(someone, sealed.key_slot, sealed.bytes), nearly);
    const std::string repeating(2 * most, 'x');
    const Sealed small = seal(store->vault(), other, repeating);
    EXPECT_EQ(store->vault().open(other, small.key_slot, small.bytes), repeating);
}

TEST(Vault, OpensAfterARestart) {
    const Scratch scratch;
    Sealed sealed;
    {
        auto store = scratch.store();
        sealed = seal(store->vault(), someone, "Ada Example");
    }
    auto store = scratch.store();
    EXPECT_EQ(store->vault().open(someone, sealed.key_slot, sealed.bytes), "Ada Example");
}

TEST(Vault, SealedTextOpensForNobodyElse) {
    const Scratch scratch;
    auto store = scratch.store();
    const Sealed a = seal(store->vault(), someone, "Ada Example");
    const Sealed b = seal(store->vault(), other, "Ben Example");
    EXPECT_EQ(store->vault().open(other, a.key_slot, a.bytes).error(), VaultError::damaged);
    EXPECT_EQ(store->vault().open(someone, b.key_slot, a.bytes).error(), VaultError::damaged);
    EXPECT_EQ(store->vault().open(someone, a.key_slot + 1'000'000, a.bytes).error(),
              VaultError::damaged);
}

TEST(Vault, EveryChangedByteIsFound) {
    const Scratch scratch;
    auto store = scratch.store();
    const Sealed sealed = seal(store->vault(), someone, "Ada Example");
    for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
        std::string bad = sealed.bytes;
        bad[i] = static_cast<char>(bad[i] ^ 4);
        ASSERT_FALSE(store->vault().open(someone, sealed.key_slot, bad)) << i;
        ASSERT_FALSE(store->vault().open(someone, sealed.key_slot, bad.substr(0, i)));
    }
}

TEST(Vault, ErasedDetailsAreGoneAndOthersStay) {
    const Scratch scratch;
    Sealed a;
    Sealed b;
    {
        auto store = scratch.store();
        a = seal(store->vault(), someone, "Ada Example");
        b = seal(store->vault(), other, "Ben Example");
        ASSERT_TRUE(store->vault().erase(a.key_slot));
        EXPECT_EQ(store->vault().open(someone, a.key_slot, a.bytes).error(), VaultError::erased);
        EXPECT_EQ(store->vault().open(other, b.key_slot, b.bytes), "Ben Example");
    }
    auto store = scratch.store();
    EXPECT_EQ(store->vault().open(someone, a.key_slot, a.bytes).error(), VaultError::erased);
    EXPECT_EQ(store->vault().open(other, b.key_slot, b.bytes), "Ben Example");
    EXPECT_TRUE(store->vault().erase(a.key_slot));  // twice is no harm
}

// The wrapped key's bytes must be in no file any more.
TEST(Vault, ErasingLeavesNoCopyOfTheWrappedKey) {
    const Scratch scratch;
    auto store = scratch.store();
    const Sealed sealed = seal(store->vault(), someone, "Ada Example");
    const auto count = [&](const std::string& needle) {
        int found = 0;
        for (const auto& file : fs::recursive_directory_iterator(store->layout().root)) {
            const auto content = file.is_regular_file() ? read_file(file.path()) : std::string();
            found += content && content->find(needle) != std::string::npos ? 1 : 0;
        }
        return found;
    };
    std::string wrapped;
    for (const auto& file : fs::directory_iterator(store->layout().keyring())) {
        const auto content = read_file(file.path());
        const std::uint64_t first = sealed.key_slot / shard_keys * shard_keys;
        if (shard_is_whole(*content, first)) {
            wrapped = content->substr(offset_in_shard(sealed.key_slot), wrapped_bytes);
        }
    }
    ASSERT_EQ(wrapped.size(), wrapped_bytes);
    ASSERT_EQ(count(wrapped), 1);
    ASSERT_TRUE(store->vault().erase(sealed.key_slot));
    EXPECT_EQ(count(wrapped), 0);
}

TEST(Vault, GivesNoSlotTwiceAcrossThreadsAndRestarts) {
    const Scratch scratch;
    std::set<std::uint64_t> slots;
    std::mutex mutex;
    for (int round = 0; round < 3; ++round) {
        auto store = scratch.store();
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 500; ++i) {
                    const Sealed sealed = seal(store->vault(), someone, "x");
                    const std::lock_guard lock(mutex);
                    EXPECT_TRUE(slots.insert(sealed.key_slot).second);
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
    }
    EXPECT_EQ(slots.size(), 6000u);
}

// A copy of the folder as a crash leaves it: what was taken before must not be taken again.
TEST(Vault, GivesNoSlotTwiceAfterACrash) {
    const Scratch scratch;
    std::set<std::uint64_t> slots;
    {
        auto store = scratch.store();
        for (int i = 0; i < 10; ++i) {
            slots.insert(seal(store->vault(), someone, "x").key_slot);
        }
        scratch.copy_living("data", "crashed");
        for (int i = 0; i < 10; ++i) {
            slots.insert(seal(store->vault(), someone, "x").key_slot);
        }
    }
    auto store = Scratch::store(scratch.options("crashed"));
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(slots.insert(seal(store->vault(), someone, "x").key_slot).second);
    }
}

TEST(Vault, LeavesNoUntouchedShardBehind) {
    const Scratch scratch;
    for (int i = 0; i < 5; ++i) {
        scratch.store();
    }
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& file :
         fs::directory_iterator(scratch.options().folder / "keyring")) {
        ++files;
    }
    EXPECT_EQ(files, 1u);  // the check value
}

TEST(Vault, BlindIsStableKeyedAndSeparatesDomains) {
    const Scratch scratch;
    matcher::ExternalRef before;
    {
        auto store = scratch.store();
        before = store->vault().blind("ref/B86001", "12345");
        EXPECT_EQ(before, store->vault().blind("ref/B86001", "12345"));
        EXPECT_NE(before, store->vault().blind("ref/B86002", "12345"));
        EXPECT_NE(store->vault().blind("a", "bc"), store->vault().blind("ab", "c"));
    }
    EXPECT_EQ(scratch.store()->vault().blind("ref/B86001", "12345"), before);
    const Scratch elsewhere;
    EXPECT_NE(elsewhere.store()->vault().blind("ref/B86001", "12345"), before);
}

TEST(MasterKey, IsMadeOnceAndForItsOwnerOnly) {
    const Scratch scratch;
    const fs::path path = scratch / "master.key";
    ASSERT_TRUE(make_master_key(path));
    EXPECT_FALSE(make_master_key(path));
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_TRUE(read_master_key(path));
    for (const auto& file : fs::directory_iterator(scratch.path())) {
        EXPECT_EQ(file.path(), path) << "a draft of a key";
    }
    fs::resize_file(path, 31);
    EXPECT_FALSE(read_master_key(path));
    EXPECT_FALSE(read_master_key(scratch / "nowhere"));
}

// As on a disk that is full. Whoever is killed there must not leave an empty file that the next one keeps for a key, so
// what is written has another name, which the text shows.
TEST(MasterKey, ThatCannotBeWrittenLeavesNothingUnderItsName) {
    const Scratch scratch;
    const fs::path path = scratch / "master.key";
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto earlier = std::signal(SIGXFSZ, SIG_IGN);
    rlimit none = before;
    none.rlim_cur = 0;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
    const auto refused = make_master_key(path);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, earlier);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find("master.key."), std::string::npos) << refused.error() << ": it had the name already";
    EXPECT_TRUE(fs::is_empty(scratch.path()));
}

// Personal details are in no file of the folder; the control shows that the search would find them.
TEST(Privacy, PlantedTextIsInNoFile) {
    const Scratch scratch;
    const std::string planted = "Zebedee Quillfeather 999 123 4567";
    const auto files_with = [&](const std::string& needle) {
        int found = 0;
        for (const auto& file : fs::recursive_directory_iterator(scratch.path())) {
            const auto content = file.is_regular_file() ? read_file(file.path()) : std::string();
            found += content && content->find(needle) != std::string::npos ? 1 : 0;
        }
        return found;
    };
    History history;
    {
        auto store = scratch.store();
        const auto owner = claim(store->journal());
        for (int i = 0; i < 50; ++i) {
            const Sealed sealed = seal(store->vault(), someone, planted + std::to_string(i));
            ASSERT_EQ(append(store->journal(), owner, history.next(1, sealed.bytes)),
                      matcher::Append::durable);
        }
        ASSERT_TRUE(store->snapshot(0));
        EXPECT_EQ(files_with("Quillfeather"), 0);
        ASSERT_EQ(append(store->journal(), owner, history.next(1, "control Wigglesworth")),
                  matcher::Append::durable);
        EXPECT_GT(files_with("Wigglesworth"), 0);
    }
    EXPECT_EQ(files_with("Quillfeather"), 0);
}

}  // namespace
}  // namespace hubward::storage::testing
