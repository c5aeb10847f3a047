// SPDX-License-Identifier: Apache-2.0
//
// Somebody whose key cannot be destroyed keeps nobody else from being forgotten.
#include <set>

#include <gtest/gtest.h>

#include "server/jobs/jobs.hpp"
#include "tests/support/world.hpp"

namespace hubward::server::jobs {
namespace {

using matcher::ReferralId;

// A corridor of one command at a time.
class AtOnce final : public Gateway {
  public:
    AtOnce(test::World& world, View& view) : world_(world), view_(view) {}
    http::Task<std::expected<Done, matcher::Rejection>> submit(unsigned, matcher::Envelope) override {
        co_return Done{};
    }
    std::optional<matcher::Rejection> turned_away(const matcher::Command&) override { return std::nullopt; }
    std::expected<Done, matcher::Rejection> submit_and_wait(matcher::Envelope envelope) override {
        const auto sent = world_.send(envelope.command, envelope.actor);
        if (!sent) {
            return std::unexpected(sent.error());
        }
        view_.apply(world_.batch);
        return Done{};
    }
    void deliver(const matcher::SharedBatch&, std::span<const matcher::Answer>, const matcher::StageTimes&) override {}
    void stopped() override {}

  private:
    test::World& world_;
    View& view_;
};

// Nobody here has a note; the journal is read to the end.
class WholeLog final : public storage::EventLog {
  public:
    std::optional<storage::StreamEvent> entry(matcher::Sequence) override { return std::nullopt; }
    storage::StreamBounds bounds(std::string_view) override { return {}; }
    void show_up_to(matcher::Sequence) override {}
    std::vector<storage::StreamEvent> read(std::string_view, std::uint64_t, std::size_t) override { return {}; }
    std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex) override {
        static const matcher::Event nothing;
        storage::StreamEvent one;
        one.event = &nothing;
        return std::vector<storage::StreamEvent>(1'000, one);
    }
};

class StubbornVault final : public storage::Vault {
  public:
    std::expected<storage::Sealed, storage::VaultError> seal(const ReferralId&, std::string_view) override {
        return std::unexpected(storage::VaultError::io);
    }
    std::expected<std::string, storage::VaultError> open(const ReferralId&, std::uint64_t,
                                                         std::string_view) override {
        return std::unexpected(storage::VaultError::io);
    }
    std::expected<void, storage::VaultError> erase(std::uint64_t) override { return {}; }
    std::expected<void, storage::VaultError> erase_for_good(const ReferralId& id, std::uint64_t) override {
        ++tried;
        return stuck.contains(id) ? std::unexpected(storage::VaultError::damaged)
                                  : std::expected<void, storage::VaultError>();
    }
    matcher::ExternalRef blind(std::string_view, std::string_view) const override { return {}; }

    std::set<ReferralId> stuck;
    std::size_t tried = 0;
};

struct Shred : testing::Test {
    // So many people whose erasure is ordered; nothing can be destroyed of the first `stuck` of them.
    void ordered(std::size_t all, std::size_t stuck) {
        world.hub("near").at(0).places(1);
        for (std::size_t i = 0; i < all; ++i) {
            ids.push_back(world.refer().send().id());
            world.must(matcher::EraseReferral{ids.back()}, {matcher::Role::place, matcher::HubSlug("town")});
        }
        vault.stuck.insert(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(stuck));
        view.emplace(world.state());
        gateway.emplace(world, *view);
    }
    std::size_t waiting() const { return world.state().to_shred.size(); }

    test::World world;
    std::vector<ReferralId> ids;
    WholeLog log;
    StubbornVault vault;
    std::optional<View> view;
    std::optional<AtOnce> gateway;
};

TEST_F(Shred, WhoeverCannotBeErasedKeepsNobodyBehindThemWaiting) {
    constexpr std::size_t stuck = ShredJob::per_run_max + 1;
    ordered(stuck + 3, stuck);
    ShredJob job(*gateway, *view, log, vault);
    EXPECT_NE(job.run(), "");
    EXPECT_EQ(vault.tried, ShredJob::per_run_max);
    EXPECT_NE(job.run(), "") << "the last of those who are stuck";
    EXPECT_EQ(waiting(), stuck) << "all three behind them are forgotten";
    vault.stuck.clear();
    EXPECT_EQ(job.run(), "") << "and the first ones have their turn again";
    EXPECT_EQ(job.run(), "");
    EXPECT_EQ(waiting(), 0U);
}

TEST_F(Shred, WhoeverComesLaterIsDoneInTheNextRun) {
    ordered(2, 1);
    ShredJob job(*gateway, *view, log, vault);
    EXPECT_NE(job.run(), "");
    EXPECT_EQ(waiting(), 1U);
    vault.stuck.clear();
    EXPECT_EQ(job.run(), "");
    EXPECT_EQ(waiting(), 0U);
}

}  // namespace
}  // namespace hubward::server::jobs
