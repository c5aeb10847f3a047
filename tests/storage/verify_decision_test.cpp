// SPDX-License-Identifier: Apache-2.0
//
// A decision worked out again: a byte that differs from what was decided is named by its field, and a
// byte that differs from what was written stops the reading at its record.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "storage/upkeep.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/support/world.hpp"

namespace hubward::storage::testing {
namespace {

using matcher::Append;
using matcher::Offered;
using matcher::SubmitReferral;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Forge = std::function<void(matcher::Batch&)>;

// A journal with a hub, another, and one referral between them, whose batch somebody has altered before
// it was written: the record is whole, and what it says is not what was decided.
struct Altered {
    explicit Altered(const Forge& forge) {
        test::World world;
        auto store = scratch.store();
        const auto owner = claim(store->journal());
        std::uint64_t id = 0;
        const auto write = [&] {
            auto batch = std::make_shared<matcher::Batch>(world.batch);
            batch->id = ++id;
            batch->count = static_cast<std::uint32_t>(batch->events.size());
            ASSERT_EQ(append(store->journal(), owner, batch), Append::durable);
        };
        world.hub("near").at(100).places(5);
        write();
        world.hub("far").at(4'000).places(5);
        write();
        world.refer().at(0).send();
        number = world.batch.first + 1;
        forge(world.batch);
        write();
    }
    std::vector<std::string> different() const {
        const auto report = verify_decision(scratch.options(), number);
        EXPECT_TRUE(report) << report.error().text;
        EXPECT_TRUE(report && report->is_decision);
        return report ? report->different : std::vector<std::string>{"nothing was read"};
    }
    Scratch scratch;
    matcher::Sequence number = 0;
};

TEST(VerifyDecision, AgreesWithWhatWasDecided) {
    const Altered untouched([](matcher::Batch&) {});
    EXPECT_THAT(untouched.different(), IsEmpty());
}

TEST(VerifyDecision, NamesTheFieldOfTheDecisionThatDiffers) {
    const auto flipped = [](const std::function<void(Offered&)>& change) {
        return Altered([&](matcher::Batch& batch) { change(std::get<Offered>(batch.events[1])); }).different();
    };
    EXPECT_THAT(flipped([](Offered& o) { o.score.distance ^= 1; }), ElementsAre("score.distance"));
    EXPECT_THAT(flipped([](Offered& o) { o.score.spare ^= 1; }), ElementsAre("score.spare"));
    EXPECT_THAT(flipped([](Offered& o) { o.distance ^= 1; }), ElementsAre("distance"));
    EXPECT_THAT(flipped([](Offered& o) { o.considered ^= 1; }), ElementsAre("considered"));
    EXPECT_THAT(flipped([](Offered& o) { o.policy ^= 2; }), ElementsAre("policy"));
    EXPECT_THAT(flipped([](Offered& o) { o.cited.rules ^= 1; }), ElementsAre("policy_hash"));
    EXPECT_THAT(flipped([](Offered& o) { o.cited.inputs ^= 1ULL << 63; }), ElementsAre("input_hash"));
    EXPECT_THAT(flipped([](Offered& o) { o.cited.rules_of = matcher::PlaceCode("x"); }),
                ElementsAre("policy_place"));
    EXPECT_THAT(flipped([](Offered& o) { o.answer_by.ms ^= 1; }), ElementsAre("answer_by"));
    EXPECT_THAT(flipped([](Offered& o) { o.remind_at.ms ^= 1; }), ElementsAre("remind_at"));
    EXPECT_THAT(flipped([](Offered& o) { o.units[0] ^= 1; }), ElementsAre("units"));
    EXPECT_THAT(flipped([](Offered& o) { o.on.hub = matcher::HubIndex{1}; }), ElementsAre("hub"));
}

TEST(VerifyDecision, NamesTheFieldOfTheInputThatDiffers) {
    const auto flipped = [](const std::function<void(matcher::Ask&)>& change) {
        return Altered([&](matcher::Batch& batch) {
                   change(std::get<SubmitReferral>(batch.entries[0].command).ask);
               }).different();
    };
    EXPECT_THAT(flipped([](matcher::Ask& a) { a.age ^= 1; }), ElementsAre("ask.age", "input_hash"));
    EXPECT_THAT(flipped([](matcher::Ask& a) { a.groups.bits ^= 1; }), ElementsAre("ask.groups", "input_hash"));
    EXPECT_THAT(flipped([](matcher::Ask& a) { a.position.x ^= 1 << 12; }), Contains("ask.position"));
    EXPECT_THAT(flipped([](matcher::Ask& a) { a.may_relax.bits ^= 1; }), Contains("ask.may_relax"));
    EXPECT_THAT(flipped([](matcher::Ask& a) { a.place = matcher::PlaceCode("x"); }), Contains("ask.place"));
}

// Changes one byte of the newest record behind RocksDB's own checksums. False: it has no such byte.
bool flip_in_newest_record(const std::string& path, std::size_t byte) {
    std::vector<std::string> names;
    EXPECT_TRUE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) {
        families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open({}, path, families, &handles, &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    bool flipped = false;
    for (rocksdb::ColumnFamilyHandle* family : handles) {
        const std::unique_ptr<rocksdb::Iterator> at(db->NewIterator({}, family));
        at->SeekToLast();
        if (family->GetName() == "event" && at->Valid() && at->value().size() > byte) {
            std::string value = at->value().ToString();
            value[byte] = static_cast<char>(value[byte] ^ 0x10);
            flipped = db->Put({}, family, at->key(), value).ok();
        }
    }
    for (rocksdb::ColumnFamilyHandle* family : handles) {
        EXPECT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
    }
    EXPECT_TRUE(db->Close().ok());
    return flipped;
}

// Below the record nothing can be named but the record: its checksum and the chain stand in between.
TEST(VerifyDecision, AByteOfARecordThatWasWrittenOtherwiseIsFound) {
    const Altered untouched([](matcher::Batch&) {});
    int flips = 0;
    for (std::size_t byte = 0;; byte += 23) {
        const Scratch copy;
        std::filesystem::copy(untouched.scratch.path(), copy.path(),
                              std::filesystem::copy_options::recursive |
                                  std::filesystem::copy_options::overwrite_existing);
        if (!flip_in_newest_record(copy / "data/db", byte)) {
            break;
        }
        ++flips;
        const auto report = verify_decision(copy.options(), untouched.number);
        EXPECT_FALSE(report && report->is_decision && report->different.empty()) << "byte " << byte;
    }
    EXPECT_GT(flips, 8);
}

}  // namespace
}  // namespace hubward::storage::testing
