// SPDX-License-Identifier: Apache-2.0
#include "storage/record.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>

#include "matcher/batch_limits.hpp"
#include "storage/fields.hpp"
#include "storage/files.hpp"
#include "tests/storage/batches.hpp"

namespace hubward::storage::testing {
namespace {

Digest some_digest() {
    Digest d{};
    for (std::size_t i = 0; i < d.size(); ++i) {
        d[i] = static_cast<unsigned char>(i * 7 + 1);
    }
    return d;
}

std::string encoded(const matcher::Batch& batch) {
    const auto record = encode(batch, 3, some_digest());
    EXPECT_TRUE(record);
    return record ? record->bytes : "";
}

// Reads a golden file and checks that it holds the values of `expected`.
std::string golden(const char* name, const matcher::Batch& expected) {
    const auto bytes = read_file(std::string(HUBWARD_GOLDEN_STORE "/") + name);
    if (!bytes) {
        ADD_FAILURE() << bytes.error();
        return "";
    }
    const auto record = decode(*bytes);
    EXPECT_TRUE(record) << name;
    if (record) {
        EXPECT_TRUE(same(*record->batch, expected)) << name;
        EXPECT_EQ(record->head.term, 3u);
        EXPECT_EQ(record->head.previous, some_digest());
        EXPECT_TRUE(chain_holds(*bytes));
    }
    return *bytes;
}

// The bytes of an older version must decode to the same values for ever.
TEST(Record, GoldenFileOfVersion1DecodesToTheSameValues) {
    golden("record_v1.bin", every_kind_of_version_1());
}

// Today's version also comes back byte for byte. HUBWARD_WRITE_GOLDEN=1 writes the file anew: only
// while a version is not released.
TEST(Record, GoldenFileOfVersion2DecodesToTheSameValues) {
    if (std::getenv("HUBWARD_WRITE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
        std::ofstream(HUBWARD_GOLDEN_STORE "/record_v2.bin", std::ios::binary)
            << encoded(every_kind());
    }
    EXPECT_EQ(golden("record_v2.bin", every_kind()), encoded(every_kind()));
}

TEST(Record, HoldsEveryCommandAndEveryEvent) {
    const matcher::Batch batch = every_kind();
    std::vector<bool> commands(std::variant_size_v<matcher::Command>);
    std::vector<bool> events(std::variant_size_v<matcher::Event>);
    for (const auto& entry : batch.entries) {
        commands[entry.command.index()] = true;
    }
    for (const auto& event : batch.events) {
        events[event.index()] = true;
    }
    EXPECT_EQ(std::count(commands.begin(), commands.end(), false), 0);
    EXPECT_EQ(std::count(events.begin(), events.end(), false), 0);
    const auto record = decode(encoded(batch));
    ASSERT_TRUE(record);
    EXPECT_TRUE(same(*record->batch, batch));
}

TEST(Record, TypicalReferralCostsLessThan900Bytes) {
    History history;
    const auto first = history.next(0);
    const auto one = encode(*history.next(1, std::string(350, 'x')), 1, {});
    const auto many = encode(*history.next(64, std::string(350, 'x')), 1, {});
    RecordProperty("bytes_alone", static_cast<int>(one->bytes.size()));
    RecordProperty("bytes_of_64", static_cast<int>(many->bytes.size() / 64));
    std::printf("bytes: alone %zu, in a batch of 64 %zu each\n", one->bytes.size(),
                many->bytes.size() / 64);
    EXPECT_LT(one->bytes.size(), 900u);
    EXPECT_LT(many->bytes.size() / 64, 750u);
}

TEST(Record, EveryFlippedBitIsFound) {
    const std::string good = encoded(every_kind());
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        std::string bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
        ASSERT_FALSE(decode(bad)) << bit;
    }
}

TEST(Record, EveryLengthButTheRightOneIsRefused) {
    const std::string good = encoded(every_kind());
    for (std::size_t size = 0; size < good.size(); ++size) {
        ASSERT_FALSE(decode(std::string_view(good).substr(0, size))) << size;
    }
    EXPECT_FALSE(decode(good + "x"));
    EXPECT_EQ(decode("").error(), RecordError::cut_short);
}

// What a rewriter could do: bytes changed and the checksum made to fit. The decoder must refuse or
// give a value within range, and never read outside its bytes.
TEST(Record, DecoderSurvivesChangedContentWithARightChecksum) {
    const std::string good = encoded(every_kind());
    std::mt19937_64 random(20'260'105);
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bad = good;
        for (int changes = 0; changes < 3; ++changes) {
            bad[random() % (bad.size() - 8)] = static_cast<char>(random());
        }
        reseal(bad);
        const auto record = decode(bad);
        if (!record) {
            ++refused;
            continue;
        }
        for (const auto& entry : record->batch->entries) {
            ASSERT_LE(entry.event_first + entry.event_count, record->batch->events.size());
            if (const auto* s = std::get_if<matcher::SubmitReferral>(&entry.command)) {
                ASSERT_LE(s->ask.need_count, matcher::limits::needs_max);
            }
        }
        if (record->head.version != record_version) {
            continue;  // an older version lacks members, so its bytes do not come back
        }
        // Equal values have exactly one encoding, so what decodes encodes to itself again.
        const auto again = encode(*record->batch, record->head.term, record->head.previous);
        ASSERT_TRUE(again);
        constexpr std::size_t head_bytes = 102;
        ASSERT_EQ(again->bytes.substr(head_bytes, again->bytes.size() - head_bytes - 8),
                  bad.substr(head_bytes, bad.size() - head_bytes - 8));
    }
    EXPECT_GT(refused, 1000);
}

TEST(Record, LaterVersionIsNamedAsSuch) {
    std::string later = encoded(every_kind());
    later[0] = record_version + 1;
    reseal(later);
    EXPECT_EQ(decode(later).error(), RecordError::unknown_version);
}

TEST(Record, ChainStandsForContentAndForWhatWasBefore) {
    History history;
    const auto batch = history.next();
    const auto a = encode(*batch, 1, {});
    const auto b = encode(*batch, 1, some_digest());
    const auto c = encode(*batch, 2, {});
    EXPECT_NE(a->own, b->own);
    EXPECT_NE(a->own, c->own);
    std::string changed = a->bytes;
    changed[changed.size() - 12] = static_cast<char>(changed[changed.size() - 12] ^ 1);
    reseal(changed);
    EXPECT_FALSE(chain_holds(changed));
    EXPECT_TRUE(chain_holds(a->bytes));
}

TEST(Record, ABatchWhoseNumbersDoNotAgreeIsNotEncoded) {
    const auto broken = [](auto change) {
        matcher::Batch batch = every_kind();
        change(batch);
        const auto record = encode(batch, 1, {});
        return record ? RecordError::cut_short : record.error();
    };
    EXPECT_EQ(broken([](auto& b) { b.count = 1; }), RecordError::not_a_batch);
    EXPECT_EQ(broken([](auto& b) { b.first = 0; }), RecordError::not_a_batch);
    EXPECT_EQ(broken([](auto& b) { b.entries[1].number += 1; }), RecordError::not_a_batch);
    EXPECT_EQ(broken([](auto& b) { b.entries[0].event_count = 0; }), RecordError::not_a_batch);
    EXPECT_EQ(broken([](auto& b) { b.entries.pop_back(); }), RecordError::not_a_batch);
    EXPECT_EQ(broken([](auto& b) { b.events.clear(); }), RecordError::not_a_batch);
    EXPECT_EQ(broken([](auto& b) {
                  b.entries[0].payload.resize(matcher::limits::payload_bytes_max + 1);
              }),
              RecordError::too_large);
}

// Every number as long as it can be written.
matcher::Offered longest_offered() {
    matcher::Offered e;
    e.on = {matcher::ReferralIndex{UINT32_MAX}, matcher::OfferIndex{UINT32_MAX}, matcher::HubIndex{UINT32_MAX},
            UINT64_MAX, UINT64_MAX};
    e.needs = static_cast<matcher::NeedMask>(~0U);
    e.units.fill(UINT16_MAX);
    e.distance = std::numeric_limits<matcher::Metres>::max();
    e.considered = UINT16_MAX;
    e.policy = UINT32_MAX;
    const matcher::Timestamp late{INT64_MIN};
    e.answer_by = late;
    e.remind_at = late;
    e.cited = {UINT64_MAX, UINT64_MAX, UINT16_MAX, matcher::PlaceCode("abcdefghijklmnopqrstuvwx")};
    auto& s = e.score;
    for (auto* part : {&s.distance, &s.needs, &s.language, &s.trust, &s.community, &s.spare, &s.wait, &s.times,
                       &s.groups, &s.price, &s.confidence, &s.access}) {
        *part = INT32_MIN;
    }
    return e;
}

// A batch of all that limits allow: most commands, most payload, and most events, the longest of each kind.
TEST(Record, TheLargestBatchOfTheEngineIsTaken) {
    using namespace matcher;
    Batch batch;
    batch.first = 1;
    const Batch kinds = every_kind();
    const auto upsert = std::ranges::find_if(
        kinds.entries, [](const Entry& e) { return std::holds_alternative<UpsertHub>(e.command); });
    ASSERT_NE(upsert, kinds.entries.end());
    const UpsertHub command = std::get<UpsertHub>(upsert->command);
    const std::size_t payload = limits::batch_bytes_max + limits::payload_bytes_max;
    for (std::size_t i = 0; i < limits::batch_commands_max; ++i) {
        Entry& entry = batch.entries.emplace_back();
        entry.number = batch.first + batch.count;
        entry.event_first = batch.count;
        entry.command = command;
        entry.payload.assign(payload / limits::batch_commands_max, 'x');
        batch.events.emplace_back(HubUpserted{HubIndex{0}, UINT64_MAX, command.profile});
        entry.event_count = 1;
        if (i + 1 == limits::batch_commands_max) {
            batch.events.resize(batch.events.size() + limits::events_per_batch_max +
                                    limits::events_before_letting_go_ends + limits::events_to_end_with,
                                longest_offered());
            entry.event_count = static_cast<std::uint32_t>(batch.events.size()) - entry.event_first;
        }
        batch.count += entry.event_count;
    }
    const auto record = encode(batch, 1, {});
    ASSERT_TRUE(record);
    EXPECT_GT(record->bytes.size(), record_bytes_max / 2) << "the bound is far from what is needed";
    const auto back = decode(record->bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->batch->events.size(), batch.events.size());
}

// Appending a code in matcher/codes.hpp and not in storage/fields.hpp would refuse our own writing.
TEST(Record, CodeRangesEndWhereTheCodesEnd) {
    const auto agrees = []<class Code>(Code last) {
        return matcher::names<Code>().size() == static_cast<std::size_t>(last) + 1;
    };
    EXPECT_TRUE(agrees(CodeRange<matcher::Need>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::UnitKind>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Urgency>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::ReferralStatus>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::OfferStatus>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::NeedStatus>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Reason>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Review>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::OfferMode>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Asking>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Requirement>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Contact>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Outcome>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Role>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Source>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Filter>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::TravelMode>::last));
    EXPECT_TRUE(agrees(CodeRange<matcher::Trust>::last));
}

TEST(Archive, ReadsWhatAnOlderVersionHadAndLeavesTheRest) {
    std::string bytes;
    Encoder encoder(bytes);
    encoder(std::uint64_t{7});
    std::uint64_t had = 0;
    std::uint64_t came_later = 5;
    Decoder old(bytes, 1);
    old(had);
    old.since(2, came_later);
    EXPECT_TRUE(old.ok());
    EXPECT_EQ(had, 7u);
    EXPECT_EQ(came_later, 5u);
    encoder.since(2, std::uint64_t{9});
    Decoder today(bytes, 2);
    today(had);
    today.since(2, came_later);
    EXPECT_TRUE(today.ok());
    EXPECT_EQ(came_later, 9u);
}

TEST(Archive, TakesOnlyTheShortestFormOfANumber) {
    const auto read = [](std::string_view bytes) {
        Decoder decoder(bytes);
        const std::uint64_t n = decoder.word();
        return decoder.ok() && decoder.left() == 0 ? std::optional(n) : std::nullopt;
    };
    EXPECT_EQ(read(std::string_view("\0", 1)), 0u);
    EXPECT_EQ(read("\x7f"), 127u);
    EXPECT_EQ(read("\x80\x01"), 128u);
    EXPECT_EQ(read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), UINT64_MAX);
    EXPECT_FALSE(read(std::string_view("\x80\x00", 2)));
    EXPECT_FALSE(read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
    EXPECT_FALSE(read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
    EXPECT_FALSE(read("\x80"));
}

TEST(Archive, KeepsTheEndsOfEveryRange) {
    for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
        std::string bytes;
        Encoder encoder(bytes);
        encoder(n);
        std::int64_t back = 5;
        Decoder decoder(bytes);
        decoder(back);
        EXPECT_TRUE(decoder.ok());
        EXPECT_EQ(back, n);
    }
    std::string wide;
    Encoder encoder(wide);
    encoder(std::uint64_t{65536});
    std::uint16_t narrow = 1;
    Decoder decoder(wide);
    decoder(narrow);
    EXPECT_FALSE(decoder.ok());
}

}  // namespace
}  // namespace hubward::storage::testing
