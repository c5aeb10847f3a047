// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/journal_contract.hpp"

#include <atomic>
#include <limits>
#include <thread>

#include "storage/rocks_journal.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/fault_disk.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/support/fake_journal.hpp"

namespace hubward::storage::testing {
namespace {

using matcher::Append;
using matcher::Batch;
using matcher::Resolution;
using matcher::Sequence;
using matcher::SharedBatch;

constexpr Sequence to_the_end = std::numeric_limits<Sequence>::max();

class OnDisk final : public JournalUnderTest {
  public:
    OnDisk() {
        JournalOptions options;
        options.folder = scratch_ / "db";
        options.env = disk_.env();
        auto opened = RocksJournal::open(options);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().text);
        journal_ = std::move(*opened);
    }
    matcher::Journal& journal() override { return *journal_; }
    void fail_next(Append how) override {
        if (how == Append::unknown) {
            disk_.fail_next_sync();
        } else {
            disk_.full(true);
        }
    }
    void heal() override { disk_.full(false); }
    bool lives_after_unknown() const override { return false; }

  private:
    Scratch scratch_;
    FaultDisk disk_;
    std::unique_ptr<RocksJournal> journal_;
};

class InMemory final : public JournalUnderTest {
  public:
    matcher::Journal& journal() override { return journal_; }
    void fail_next(Append how) override { journal_.fail(how); }
    bool lives_after_unknown() const override { return true; }

  private:
    test::FakeJournal journal_;
};

std::vector<SharedBatch> all_of(matcher::Journal& journal, Sequence after = 0,
                                Sequence upto = to_the_end) {
    std::vector<SharedBatch> found;
    EXPECT_TRUE(journal.read(after, upto, [&](const SharedBatch& batch) {
        found.push_back(batch);
        return true;
    }));
    return found;
}

TEST_P(JournalContract, IsEmptyAtFirst) {
    EXPECT_EQ(journal().tail().number, 0u);
    EXPECT_FALSE(journal().tail().epoch.empty());
    EXPECT_TRUE(all_of(journal()).empty());
}

TEST_P(JournalContract, ClaimNamesTheTail) {
    const auto first = claim(journal());
    EXPECT_EQ(first.tail.number, 0u);
    EXPECT_EQ(first.tail.epoch, journal().tail().epoch);
    History history;
    ASSERT_EQ(append(journal(), first, history.next(2)), Append::durable);
    EXPECT_EQ(claim(journal()).tail.number, history.last());
}

TEST_P(JournalContract, TermRisesByOneAndEpochStays) {
    const std::string epoch = journal().tail().epoch;
    const auto first = claim(journal());
    EXPECT_GE(first.term, 1u);
    EXPECT_EQ(claim(journal()).term, first.term + 1);
    EXPECT_EQ(journal().tail().epoch, epoch);
}

TEST_P(JournalContract, DurableBatchIsReadBackEqual) {
    History history;
    const auto owner = claim(journal());
    const auto batch = history.next(3, std::string("sealed \0 bytes", 14));
    ASSERT_EQ(append(journal(), owner, batch), Append::durable);
    const auto found = all_of(journal());
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(same(*found[0], *batch));
}

TEST_P(JournalContract, DoneNamesTheLastNumber) {
    History history;
    const auto owner = claim(journal());
    for (int i = 0; i < 3; ++i) {
        Sequence said = 0;
        journal().append(owner, history.next(), [&](Append, Sequence last) { said = last; });
        EXPECT_EQ(said, history.last());
        EXPECT_EQ(journal().tail().number, history.last());
    }
}

TEST_P(JournalContract, NumbersHaveNoHoles) {
    History history;
    const auto owner = claim(journal());
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(append(journal(), owner, history.next(static_cast<std::size_t>(i % 4 + 1))),
                  Append::durable);
    }
    Sequence next = 1;
    for (const auto& batch : all_of(journal())) {
        EXPECT_EQ(batch->first, next);
        next = batch->last() + 1;
    }
    EXPECT_EQ(next, history.last() + 1);
}

TEST_P(JournalContract, ABatchAheadOfTheTailIsRefused) {
    History history;
    const auto owner = claim(journal());
    const auto first = history.next();
    const auto second = history.next();
    EXPECT_EQ(append(journal(), owner, second), Append::refused);
    EXPECT_EQ(journal().tail().number, 0u);
    EXPECT_EQ(append(journal(), owner, first), Append::durable);
    EXPECT_EQ(append(journal(), owner, second), Append::durable);
}

TEST_P(JournalContract, ABatchBehindTheTailIsRefused) {
    History history;
    const auto owner = claim(journal());
    const auto first = history.next();
    ASSERT_EQ(append(journal(), owner, first), Append::durable);
    EXPECT_EQ(append(journal(), owner, first), Append::refused);
    EXPECT_EQ(all_of(journal()).size(), 1u);
}

TEST_P(JournalContract, AnEmptyBatchIsRefused) {
    auto batch = std::make_shared<Batch>();
    batch->first = 1;
    EXPECT_EQ(append(journal(), claim(journal()), batch), Append::refused);
    EXPECT_EQ(journal().tail().number, 0u);
}

TEST_P(JournalContract, AnOlderClaimIsFenced) {
    History history;
    const auto older = claim(journal());
    ASSERT_EQ(append(journal(), older, history.next()), Append::durable);
    const auto newer = claim(journal());
    const auto batch = history.next();
    EXPECT_EQ(append(journal(), older, batch), Append::fenced);
    EXPECT_EQ(all_of(journal()).size(), 1u);
    EXPECT_EQ(append(journal(), newer, batch), Append::durable);
    EXPECT_EQ(append(journal(), older, history.next()), Append::fenced);
}

TEST_P(JournalContract, RenewTellsWhetherTheClaimIsTheLatest) {
    const auto older = claim(journal());
    EXPECT_EQ(journal().renew(older), true);
    const auto newer = claim(journal());
    EXPECT_EQ(journal().renew(older), false);
    EXPECT_EQ(journal().renew(newer), true);
}

TEST_P(JournalContract, AReleasedJournalCanBeClaimedAgain) {
    History history;
    auto first = claim(journal());
    ASSERT_EQ(append(journal(), first, history.next()), Append::durable);
    journal().release(std::move(first));
    EXPECT_EQ(append(journal(), claim(journal()), history.next()), Append::durable);
}

TEST_P(JournalContract, ResolveKnowsAWrittenBatch) {
    History history;
    const auto owner = claim(journal());
    const auto batch = history.next();
    ASSERT_EQ(append(journal(), owner, batch), Append::durable);
    EXPECT_EQ(journal().resolve(owner, *batch), Resolution::written);
}

TEST_P(JournalContract, ResolveKnowsAnotherBatchAtTheSameNumber) {
    History history;
    const auto owner = claim(journal());
    const auto batch = history.next();
    ASSERT_EQ(append(journal(), owner, batch), Append::durable);
    Batch other = *batch;
    other.id += 1;
    EXPECT_EQ(journal().resolve(owner, other), Resolution::foreign);
}

// A read that finds nothing proves nothing; the answer is `unavailable`, or it is written now.
TEST_P(JournalContract, ResolveNeverSaysAbsent) {
    History history;
    const auto owner = claim(journal());
    const auto batch = history.next();
    const Resolution said = journal().resolve(owner, *batch);
    EXPECT_NE(said, Resolution::foreign);
    EXPECT_EQ(all_of(journal()).size(), said == Resolution::written ? 1u : 0u);
}

TEST_P(JournalContract, ResolveUnderALostClaimWritesNothing) {
    History history;
    const auto older = claim(journal());
    claim(journal());
    EXPECT_NE(journal().resolve(older, *history.next()), Resolution::written);
    EXPECT_TRUE(all_of(journal()).empty());
}

TEST_P(JournalContract, ReadGivesTheBatchesOfARange) {
    History history;
    const auto owner = claim(journal());
    std::vector<SharedBatch> sent;
    for (int i = 0; i < 100; ++i) {  // more than any journal keeps at hand
        sent.push_back(history.next(1));
        ASSERT_EQ(append(journal(), owner, sent.back()), Append::durable);
    }
    for (const auto& [after, upto] : {std::pair<Sequence, Sequence>{0, 1},
                                      {sent[10]->last(), sent[20]->last()},
                                      {sent[10]->first, sent[20]->first},
                                      {sent[95]->last(), to_the_end},
                                      {history.last(), to_the_end},
                                      {history.last() + 7, to_the_end},
                                      {5, 5}}) {
        std::vector<Sequence> expected;
        for (const auto& batch : sent) {
            if (batch->last() > after && batch->first <= upto && after < upto) {
                expected.push_back(batch->first);
            }
        }
        std::vector<Sequence> found;
        for (const auto& batch : all_of(journal(), after, upto)) {
            found.push_back(batch->first);
        }
        EXPECT_EQ(found, expected) << after << " … " << upto;
    }
}

TEST_P(JournalContract, ReadStopsWhenTheSinkSaysSo) {
    History history;
    const auto owner = claim(journal());
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    }
    int given = 0;
    EXPECT_TRUE(journal().read(0, to_the_end, [&](const SharedBatch&) { return ++given < 3; }));
    EXPECT_EQ(given, 3);
}

TEST_P(JournalContract, ReadersMayReadWhileTheOwnerWrites) {
    History history;
    const auto owner = claim(journal());
    std::atomic<bool> stop{false};
    std::vector<std::thread> readers;
    for (int r = 0; r < 2; ++r) {
        readers.emplace_back([&] {
            while (!stop) {
                const Sequence tail = journal().tail().number;
                Sequence next = 1;
                for (const auto& batch : all_of(journal(), 0, tail)) {
                    EXPECT_EQ(batch->first, next);
                    next = batch->last() + 1;
                }
                EXPECT_GT(next, tail);
            }
        });
    }
    for (int i = 0; i < 150; ++i) {
        EXPECT_EQ(append(journal(), owner, history.next()), Append::durable);
    }
    stop = true;
    for (auto& reader : readers) {
        reader.join();
    }
}

TEST_P(JournalContract, SealIsTakenForWhatExists) {
    History history;
    const auto owner = claim(journal());
    ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    EXPECT_TRUE(journal().seal(history.last()));
    EXPECT_EQ(all_of(journal()).size(), 1u);
}

TEST_P(JournalContract, UnavailableWroteNothingAndMayBeTriedAgain) {
    History history;
    const auto owner = claim(journal());
    ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    const auto batch = history.next();
    under_test().fail_next(Append::unavailable);
    ASSERT_EQ(append(journal(), owner, batch), Append::unavailable);
    EXPECT_EQ(all_of(journal()).size(), 1u);
    EXPECT_EQ(journal().tail().number, batch->first - 1);
    under_test().heal();
    Append again = Append::unavailable;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (again == Append::unavailable && std::chrono::steady_clock::now() < until) {
        again = append(journal(), owner, batch);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(again, Append::durable);
    EXPECT_EQ(append(journal(), owner, history.next()), Append::durable);
    EXPECT_EQ(all_of(journal()).size(), 3u);
}

TEST_P(JournalContract, AfterUnknownNothingIsAcknowledgedUnlessItIsResolved) {
    History history;
    const auto owner = claim(journal());
    ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    const auto batch = history.next();
    under_test().fail_next(Append::unknown);
    ASSERT_EQ(append(journal(), owner, batch), Append::unknown);
    EXPECT_EQ(journal().tail().number, batch->first - 1);
    EXPECT_EQ(append(journal(), owner, history.next()), Append::refused);
    if (under_test().lives_after_unknown()) {
        EXPECT_NE(journal().resolve(owner, *batch), Resolution::foreign);
        return;
    }
    EXPECT_EQ(append(journal(), owner, batch), Append::refused);
    EXPECT_EQ(journal().resolve(owner, *batch), Resolution::unavailable);
    EXPECT_FALSE(journal().renew(owner));
    EXPECT_FALSE(journal().claim("again", std::chrono::seconds(1)));
    EXPECT_EQ(all_of(journal()).size(), 1u);  // reading what was acknowledged goes on
}

INSTANTIATE_TEST_SUITE_P(
    All, JournalContract,
    ::testing::Values(JournalMaker{"FakeJournal", [] { return std::make_unique<InMemory>(); }},
                      JournalMaker{"RocksJournal", [] { return std::make_unique<OnDisk>(); }}),
    [](const auto& maker) { return maker.param.name; });

}  // namespace
}  // namespace hubward::storage::testing
