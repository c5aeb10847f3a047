// SPDX-License-Identifier: Apache-2.0
//
// What becomes of targets at the first start after a restore, also when that start is cut short.
#include "server/outbound/deliveries.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "server/outbound/webhook_message.hpp"
#include "tests/outbound/no_vault.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"
#include "tests/support/manual_clock.hpp"

namespace hubward::server::outbound {
namespace {

namespace fs = std::filesystem;
using storage::OutboundTarget;

class RestoredLog final : public storage::EventLog {
  public:
    std::optional<storage::StreamEvent> entry(matcher::Sequence) override { return std::nullopt; }
    storage::StreamBounds bounds(std::string_view) override { return {.epoch = "after", .floor = 1, .head = head}; }
    void show_up_to(matcher::Sequence) override {}
    std::vector<storage::StreamEvent> read(std::string_view, std::uint64_t, std::size_t) override { return {}; }
    std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex) override { return {}; }
    std::uint64_t head = 3;
};

// Keeps beside the folder what a power cut would leave of it: what was there at the last sync of its names.
class ForgettingDisk final : public storage::testing::WrappedDisk {
  public:
    ForgettingDisk(Path folder, Path safe) : folder_(std::move(folder)), safe_(std::move(safe)) { keep(folder_, safe_); }
    Done sync_folder(const Path& folder) override {
        auto done = WrappedDisk::sync_folder(folder);
        if (done && folder == folder_) {
            keep(folder_, safe_);
        }
        return done;
    }
    void cut_power() { keep(safe_, folder_); }

  private:
    static void keep(const Path& from, const Path& to) {
        fs::remove_all(to);
        fs::copy(from, to, fs::copy_options::recursive);
    }
    Path folder_;
    Path safe_;
};

class Restored : public testing::Test {
  protected:
    void SetUp() override {
        OutboundTarget listens = target("listens", "subscription-socket", "");
        OutboundTarget gave_up = target("gave-up", "subscription", "https://b.example/x");
        gave_up.on = false;
        gave_up.off_reason = "gave-up";
        auto book = opened();
        ASSERT_TRUE(book.save({target("follows", "subscription", "https://a.example/x"), listens, gave_up,
                               target("hook", std::string(webhook_kind), "https://c.example/x")}));
    }
    static OutboundTarget target(std::string id, std::string kind, std::string url) {
        OutboundTarget made;
        made.id = std::move(id);
        made.kind = std::move(kind);
        made.url = std::move(url);
        made.stream = "practice/A12345";
        made.epoch = "before";
        return made;
    }
    storage::OutboundBook opened() const { return *storage::OutboundBook::open(folder()); }
    fs::path folder() const { return scratch.path() / "outbound"; }
    fs::path ledger() const { return scratch.path() / "master.key.webhooks"; }
    std::uint32_t generation(std::string_view id) const {
        const auto book = opened();
        const auto found = std::ranges::find(book.targets(), id, &OutboundTarget::id);
        return found == book.targets().end() ? 0 : found->secret_generation;
    }
    fs::path targets() const { return folder() / "targets"; }
    std::string reason(std::string_view id) const {
        for (const OutboundTarget& one : opened().targets()) {
            if (one.id == id) {
                return one.off_reason + (one.on ? " on" : " off");
            }
        }
        return "none";
    }
    // A start, as far as it reads the book.
    void start(storage::OutboundBook book) {
        Deliveries deliveries(services, std::move(book), *storage::TargetLedger::open(ledger()), trust, names);
        ASSERT_TRUE(deliveries.load());
    }

    storage::testing::Scratch scratch;
    RestoredLog events;
    NoVault vault;
    test::ManualClock clock;
    Services services{.events = events, .vault = vault, .clock = clock, .encode = {}, .veiled = {}, .client = {},
                      .told = [](std::string_view, std::string_view) {}};
    Trust trust = *Trust::of({});
    Names names;
};

TEST_F(Restored, WhoNumbersItsMessagesEndsAndAWebhookGoesOn) {
    start(opened());
    EXPECT_EQ(reason("follows"), "restored on") << "its receiver is still to be told";
    EXPECT_EQ(reason("listens"), "restored off");
    EXPECT_EQ(reason("gave-up"), "restored off") << "it can still be asked for its events";
    EXPECT_EQ(reason("hook"), " on");
}

// Its writer may have been killed before the list's name was safe: acted on, and then lost in a power cut, it would let
// the next restore bring back what had ended.
TEST_F(Restored, AStartThatCannotMakeTheListSafeIsNoneAndTakesNothingOut) {
    class Failing final : public storage::testing::WrappedDisk {
      public:
        Done sync_folder(const Path& folder) override { return std::unexpected("cannot sync " + folder.string()); }
    };
    Failing disk;
    {
        Deliveries deliveries(services, opened(), *storage::TargetLedger::open(ledger(), disk), trust, names);
        EXPECT_TRUE(deliveries.load()) << "there is no list";
    }
    ASSERT_TRUE(storage::TargetLedger::open(ledger())->ended("hook"));
    Deliveries deliveries(services, opened(), *storage::TargetLedger::open(ledger(), disk), trust, names);
    const auto refused = deliveries.load();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find(scratch.path().string()), std::string::npos) << refused.error();
    EXPECT_EQ(generation("hook"), 1U) << "it went by a list that may be lost";
    start(opened());
    EXPECT_EQ(generation("hook"), 0U);
}

// The streams of a large journal take seconds to gather, and a start that waits for them is down as long.
TEST_F(Restored, AStartWithoutARestoreAsksForNoStream) {
    class Counted final : public storage::EventLog {
      public:
        std::optional<storage::StreamEvent> entry(matcher::Sequence) override { return std::nullopt; }
        storage::StreamBounds bounds(std::string_view) override {
            ++asked;
            return {.epoch = "before", .floor = 1, .head = 3};
        }
        std::string epoch() override { return "before"; }
        void show_up_to(matcher::Sequence) override {}
        std::vector<storage::StreamEvent> read(std::string_view, std::uint64_t, std::size_t) override { return {}; }
        std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex) override { return {}; }
        int asked = 0;
    };
    Counted log;
    const Services same{.events = log, .vault = vault, .clock = clock, .encode = {}, .veiled = {}, .client = {},
                        .told = [](std::string_view, std::string_view) {}};
    Deliveries deliveries(same, opened(), *storage::TargetLedger::open(ledger()), trust, names);
    ASSERT_TRUE(deliveries.load());
    EXPECT_EQ(log.asked, 0);
    EXPECT_TRUE(deliveries.find("hook"));
    EXPECT_GT(log.asked, 0) << "whoever looks at one does ask";
}

TEST_F(Restored, AStartThatCannotWriteItDownLeavesItToTheNext) {
    auto book = opened();
    const fs::path aside = folder() / "aside";
    fs::rename(targets(), aside);
    fs::create_directories(targets() / "in-the-way");  // no file can take this name now
    start(std::move(book));
    fs::remove_all(targets());
    fs::rename(aside, targets());
    EXPECT_EQ(reason("follows"), " on");
    start(opened());
    EXPECT_EQ(reason("follows"), "restored on");
    EXPECT_EQ(reason("listens"), "restored off");
}

// The backup was taken while a webhook had all up to 110, of a journal that ended at 100 in it: what comes after
// 100 is new. A power cut after the first start must not make the next one forget that.
TEST_F(Restored, APowerCutAfterTheFirstStartMakesAWebhookPassOverNothing) {
    storage::OutboundAttempt had;
    had.epoch = "before";
    had.done = 110;
    ASSERT_TRUE(opened().append("hook", had));
    events.head = 100;
    ForgettingDisk disk(folder(), scratch.path() / "safe");
    start(*storage::OutboundBook::open(folder(), disk));
    events.head = 130;
    disk.cut_power();
    Deliveries deliveries(services, opened(), *storage::TargetLedger::open(ledger()), trust, names);
    ASSERT_TRUE(deliveries.load());
    EXPECT_EQ(deliveries.find("hook")->done, 100U);
    EXPECT_EQ(deliveries.find("hook")->behind, 30U);
}

TEST_F(Restored, AStartThatCannotMakeThatSafeIsNone) {
    storage::OutboundAttempt had;
    had.epoch = "before";
    ASSERT_TRUE(opened().append("hook", had));
    fs::create_directories(folder() / "hook.log.new/in-the-way");  // what takes the log's name cannot be made
    Deliveries deliveries(services, opened(), *storage::TargetLedger::open(ledger()), trust, names);
    const auto loaded = deliveries.load();
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().find("hook.log.new"), std::string::npos) << loaded.error();
}

// The book of a backup that was made before a deletion and a rotation, beside today's list.
TEST_F(Restored, WhatHadEndedStaysEndedAndASecretThatWasReplacedSignsNothing) {
    const auto before = opened().targets();
    {
        Deliveries deliveries(services, opened(), *storage::TargetLedger::open(ledger()), trust, names);
        ASSERT_TRUE(deliveries.load());
        ASSERT_TRUE(deliveries.rotate("hook", {.high = 1, .low = 2}));
        ASSERT_TRUE(deliveries.rotate("hook", {.high = 3, .low = 4}));
        ASSERT_TRUE(deliveries.remove("follows"));
    }
    EXPECT_EQ(generation("hook"), 3U);
    ASSERT_TRUE(opened().save(before));
    ASSERT_EQ(generation("hook"), 1U);
    {
        Deliveries deliveries(services, opened(), *storage::TargetLedger::open(ledger()), trust, names);
        ASSERT_TRUE(deliveries.load());
        EXPECT_FALSE(deliveries.find("follows"));
        ASSERT_TRUE(deliveries.find("hook"));
        const OutboundTarget hook = deliveries.find("hook")->target;
        EXPECT_TRUE(hook.on) << "and goes on: a practice that hears nothing more loses people";
        EXPECT_EQ(hook.secret_generation, 3U);
        EXPECT_EQ(hook.rotated_ms, 0) << "the one before does not sign beside it";
        EXPECT_TRUE(deliveries.find("listens")) << "nobody else ended";
    }
    EXPECT_EQ(reason("follows"), "none") << "gone from the book too";
    EXPECT_EQ(generation("hook"), 3U);
}

TEST_F(Restored, WhatCannotBeWrittenBesideTheMasterKeyIsNotAnsweredAsDone) {
    Deliveries deliveries(services, opened(), *storage::TargetLedger::open(ledger()), trust, names);
    ASSERT_TRUE(deliveries.load());
    fs::create_directories(ledger() / "in-the-way");  // no file can take this name now
    EXPECT_EQ(deliveries.remove("hook").error(), Refusal::not_written);
    EXPECT_EQ(deliveries.rotate("hook", {.high = 1, .low = 2}).error(), Refusal::not_written);
    EXPECT_EQ(deliveries.find("hook")->target.secret_generation, 1U);
    EXPECT_EQ(generation("hook"), 1U) << "a secret that nobody was shown signs nothing after the next start";
    fs::remove_all(ledger());
    ASSERT_TRUE(deliveries.rotate("hook", {.high = 1, .low = 2}));
    EXPECT_EQ(generation("hook"), 2U);
    EXPECT_TRUE(deliveries.remove("hook"));
}

}  // namespace
}  // namespace hubward::server::outbound
