// SPDX-License-Identifier: Apache-2.0
//
// Sixteen clients at once ask for the few slots of one hub, take them, give them back, complete,
// decline, withdraw, and let offers expire while the clock jumps. Gateway, ring, engine, pipeline and
// store are the real ones. What the clients saw must be linearizable, and at the end every slot is free.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "server/gateway.hpp"
#include "tests/race/slot_history.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;
using server::Done;
using Result = std::expected<Done, Rejection>;

constexpr std::size_t clients = 16;
constexpr std::string_view hub_name = "race";

std::size_t steps_wanted() {
    const char* set = std::getenv("HUBWARD_RACE_STEPS");
    return set == nullptr ? 25'000 : static_cast<std::size_t>(std::atoll(set));
}

// The hub, and everything between a client and its slots.
class House {
  public:
    explicit House(std::uint16_t slots) {
        storage::StoreOptions options = scratch_.options();
        options.sync = false;  // it is the order that is in question here, not the disk
        store_ = storage::testing::Scratch::store(options);
        gateway_ = server::make_gateway(store_->event_log(), clock);
        pipeline_ = std::make_unique<Pipeline>(Engine{}, store_->journal(), storage::testing::claim(store_->journal()),
                                               *gateway_, clock, [this] { return store_->recover()->state; });
        gateway_->attach(*pipeline_);
        pipeline_->start();
        UpsertHub hub;
        hub.profile.id = hub_id_of(hub_name);
        hub.profile.slug = HubSlug(hub_name);
        hub.profile.place = PlaceCode("town");
        hub.profile.position = position_at(0, 0);
        hub.profile.needs.bits = ~std::uint64_t{0};
        hub.totals = {slots, 0, 0};
        hub.set_totals = true;
        EXPECT_TRUE(send(hub, {}));
    }
    ~House() { pipeline_->stop(); }

    Result send(const Command& command, const Actor& actor) {
        Envelope envelope;
        envelope.command = command;
        envelope.actor = actor;
        return gateway_->submit_and_wait(std::move(envelope));
    }
    void look(const std::function<void(const State&)>& at) { pipeline_->inspect(at); }

    ManualClock clock;

  private:
    storage::testing::Scratch scratch_;
    std::unique_ptr<storage::FolderStore> store_;
    std::unique_ptr<server::PipelineGateway> gateway_;
    std::unique_ptr<Pipeline> pipeline_;
};

// Who got or lost a slot by one event.
struct ToChange {
    std::vector<SlotChange>& changes;
    void add(const OnOffer& on, bool got) const {
        changes.push_back({static_cast<PersonNumber>(on.referral), got});
    }
    void operator()(const Offered& e) const { add(e.on, true); }
    void operator()(const Declined& e) const { add(e.on, false); }
    void operator()(const OfferExpired& e) const { add(e.on, false); }
    void operator()(const OfferCancelled& e) const { add(e.on, false); }
    void operator()(const HubWithdrew& e) const { add(e.on, false); }
    void operator()(const OfferCompleted& e) const { add(e.on, false); }
    template <class Other>
    void operator()(const Other& /*keeps the slots as they are*/) const {}
};

struct Seen {
    PersonNumber person = nobody;
    bool has_slot = false;
    bool refused = false;
};

// Sends commands and writes down what came of them. Each thread has its own.
class Client {
  public:
    Client(House& house, std::atomic<std::uint64_t>& moments, std::uint64_t name)
        : house_(house), moments_(moments), name_(name), chance_(name) {}

    void run(std::size_t steps) {
        while (history.size() < steps) {
            one_person();
            // Some are left to wait or to expire, for a little while.
            while (!kept_.empty() && chance_() % 4 == 0) {
                let_go(chance_() % kept_.size());
            }
        }
        while (!kept_.empty()) {
            let_go(0);
        }
    }
    Seen tick() { return step(Tick{}, {}, nobody, nobody); }

    std::vector<SlotStep> history;
    std::size_t refusals = 0;

  private:
    struct Kept {
        ReferralId id;
        PersonNumber person;
    };

    void one_person() {
        SubmitReferral command;
        command.id = {name_, ++people_};
        command.practice = PracticeCode("A81001");
        command.share_with_hub = true;
        command.ask.position = position_at(0, 0);
        command.ask.needs[command.ask.need_count++] = Need::nhs_app;
        const Seen seen = step(command, as_practice("A81001"), nobody, nobody);
        ASSERT_FALSE(seen.refused);
        const OfferRef offer{command.id, 1, 0};
        const std::uint64_t roll = chance_() % 16;
        if (seen.has_slot && roll < 6) {
            if (!step(AcceptOffer{offer}, as_hub(hub_name), nobody, nobody).refused) {
                // Its last need has an outcome: the slot is free again, and the person is helped.
                if (!step(RecordOutcome{offer, 0, Outcome::need_met}, as_hub(hub_name), nobody, nobody).refused) {
                    return;
                }
            }
        } else if (seen.has_slot && roll < 10) {
            step(DeclineOffer{offer, Reason::not_suitable}, as_hub(hub_name), nobody, nobody);
        }
        kept_.push_back({command.id, seen.person});
        if (chance_() % 100 != 0) {
            let_go(kept_.size() - 1);
        }
    }
    void let_go(std::size_t which) {
        const Kept gone = kept_[which];
        kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(which));
        step(WithdrawReferral{gone.id, Reason::withdrawn_by_person, 0}, as_practice("A81001"), nobody, gone.person);
    }

    Seen step(const Command& command, const Actor& actor, PersonNumber arrives, PersonNumber leaves) {
        SlotStep step;
        step.arrives = arrives;
        step.asked = moments_.fetch_add(1);
        const Result result = house_.send(command, actor);
        step.answered = moments_.fetch_add(1);
        Seen seen;
        if (!result) {
            ++refusals;
            seen.refused = true;
            EXPECT_EQ(result.error().why, Refused::state_forbids);  // overtaken by an expiry, say
            return seen;
        }
        step.leaves = leaves;
        if (result->entry != nullptr) {
            for (const Event& event : result->batch->events_of(*result->entry)) {
                if (const auto* submitted = std::get_if<ReferralSubmitted>(&event)) {
                    step.arrives = seen.person = static_cast<PersonNumber>(submitted->referral);
                }
                std::visit(ToChange{step.changes}, event);
            }
        }
        for (const SlotChange& change : step.changes) {
            seen.has_slot = seen.has_slot || (change.got && change.person == seen.person);
        }
        history.push_back(std::move(step));
        return seen;
    }

    House& house_;
    std::atomic<std::uint64_t>& moments_;
    const std::uint64_t name_;
    std::mt19937_64 chance_;
    std::uint64_t people_ = 0;
    std::vector<Kept> kept_;
};

struct CapacityRace : testing::TestWithParam<std::uint16_t> {};

TEST_P(CapacityRace, IsLinearizable) {
    House house(GetParam());
    std::atomic<std::uint64_t> moments{0};
    std::vector<Client> all;
    for (std::uint64_t n = 0; n <= clients; ++n) {
        all.emplace_back(house, moments, n + 1);
    }
    const std::size_t each = steps_wanted() / 5 / clients;
    std::vector<std::thread> threads;
    for (std::size_t n = 0; n < clients; ++n) {
        threads.emplace_back([&, n] { all[n].run(each); });
    }
    std::atomic<bool> over{false};
    std::thread time([&] {
        while (!over) {
            house.clock.jump(12h);  // an offer waits for days
            all[clients].tick();
            std::this_thread::sleep_for(1ms);
        }
    });
    for (std::thread& thread : threads) {
        thread.join();
    }
    over = true;
    time.join();

    std::vector<SlotStep> history;
    std::size_t got = 0;
    std::size_t waited = 0;
    for (const Client& client : all) {
        history.insert(history.end(), client.history.begin(), client.history.end());
    }
    for (const SlotStep& step : history) {
        for (const SlotChange& change : step.changes) {
            got += change.got ? 1U : 0U;
        }
        waited += step.arrives != nobody && step.changes.empty() ? 1U : 0U;
    }
    EXPECT_THAT(not_linearizable(history, GetParam()), testing::IsEmpty());
    EXPECT_GT(got, history.size() / 20);  // there was something to win …
    EXPECT_GT(waited, history.size() / 20);  // … and to lose
    house.look([&](const State& state) {
        EXPECT_EQ(broken_rule(state), "");
        const Capacity& left = state.hubs.at(0).capacity[0];
        EXPECT_EQ(left.held, 0);
        EXPECT_EQ(left.used, 0);
        EXPECT_EQ(left.total, GetParam());
    });
    RecordProperty("steps", static_cast<int>(history.size()));
    std::size_t overtaken = 0;
    for (const Client& client : all) {
        overtaken += client.refusals;
    }
    std::printf("%u slots: %zu steps, %zu slots given, %zu people told to wait, %zu overtaken\n",
                static_cast<unsigned>(GetParam()), history.size(), got, waited, overtaken);
}

INSTANTIATE_TEST_SUITE_P(Slots, CapacityRace, testing::Range<std::uint16_t>(1, 6));

}  // namespace
}  // namespace hubward::test
