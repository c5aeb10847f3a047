// SPDX-License-Identifier: Apache-2.0
//
// Requests that have much to look at: they read a piece at a time and let others have the thread in between.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/api/bars_handlers.hpp"
#include "server/api/bars_outbox.hpp"
#include "server/api/bars_subscription.hpp"
#include "server/api/report.hpp"
#include "tests/api/rig.hpp"
#include "tests/api/turns.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server;
namespace net = boost::asio;

const std::string practice_stream = "practice/A12345";

// The rig's services over another log, and another view if there is one.
api::Services over(Rig& rig, storage::EventLog& events, View* view = nullptr) {
    api::Services& real = *rig.services;
    return api::Services{.gateway = real.gateway,
                         .view = view != nullptr ? *view : real.view,
                         .events = events,
                         .vault = real.vault,
                         .tokens = real.tokens,
                         .clock = real.clock,
                         .gazetteer = real.gazetteer,
                         .outbound = real.outbound,
                         .base_url = real.base_url};
}

template <class Kind>
storage::StreamEvent newest(Rig& rig, const std::string& stream) {
    storage::StreamEvent found;
    for (const auto& event : rig.store->event_log().read(stream, 0, 1'000)) {
        if (std::holds_alternative<Kind>(*event.event)) {
            found = event;
        }
    }
    EXPECT_NE(found.event, nullptr);
    return found;
}

TEST(Turns, TheOutboxReadsAFewEventsAtATime) {
    Rig rig;
    rig.add_hub("holbeck-library");
    rig.submitted(Rig::referral());
    net::io_context thread(1);
    LongLog log(rig.store->event_log(), thread);
    log.add(newest<matcher::Offered>(rig, practice_stream), 5'000);
    api::Services services = over(rig, log);
    http::Request request;
    request.headers = {{"Authorization", "Bearer " + rig.token(matcher::Role::practice, "A12345")},
                       {"X-Request-Id", fresh_key()},
                       {"X-Correlation-Id", fresh_key()}};
    const http::Response page = run_on(thread, api::bars::read_outbox(&services, request));
    EXPECT_EQ(page.status, 200U) << page.body;
    EXPECT_NE(page.body.find("after=2000"), std::string::npos) << "one request looks at so many: " << page.body;
    EXPECT_LE(log.most_in_one_turn(), 64U);
    EXPECT_FALSE(run_on(thread, api::bars::is_in_outbox(&services, "A12345", "made-up")).value());
    EXPECT_LE(log.most_in_one_turn(), 64U);
}

// A subscription of a practice that asks about one hub only: whether it could be told hangs on what was agreed then.
struct Subscribed {
    Subscribed() : log(rig.store->event_log(), thread) {
        rig.add_hub("holbeck-library", 20);
        for (int i = 0; i < 4; ++i) {
            rig.submitted(Rig::referral());
            offers.push_back(newest<matcher::Offered>(rig, practice_stream));
        }
        wire::fhir::SubscriptionWish wish;
        wish.owner = "holbeck-library";
        wish.content = wire::fhir::Content::full_resource;
        now.target.kind = api::bars::subscription_kind;
        now.target.role = matcher::name(matcher::Role::practice);
        now.target.subject = "A12345";
        now.target.stream = practice_stream;
        now.target.options = wire::fhir::options_text(wish);
    }
    void fill(std::size_t events) {
        for (std::size_t i = 0; i < events; ++i) {
            log.add(offers[i % offers.size()]);
        }
    }
    std::optional<api::bars::Reread> reread(std::uint64_t first, std::uint64_t last, std::size_t most) {
        api::Services services = over(rig, log);
        return run_on(thread, api::bars::reread(&services, &now, first, last, most));
    }
    std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t last) {
        std::vector<std::uint64_t> found;
        const auto read = reread(first, last, api::bars::events_looked_max);
        EXPECT_TRUE(read);
        for (const auto& event : read->events) {
            EXPECT_FALSE(event.tasks.empty() || event.tasks.front().resource.empty()) << event.number;
            found.push_back(event.number);
        }
        return found;
    }

    Rig rig;
    net::io_context thread{1};
    LongLog log;
    std::vector<storage::StreamEvent> offers;
    outbound::TargetNow now;
};

std::vector<std::uint64_t> a_hundred_from(std::uint64_t first) {
    std::vector<std::uint64_t> numbers(api::bars::events_shown_max);
    for (std::uint64_t& number : numbers) {
        number = first++;
    }
    return numbers;
}

TEST(Turns, ASubscriptionIsCountedAPageAtATimeAndAConsentReadOnce) {
    Subscribed it;
    it.fill(api::bars::events_counted_max);
    const auto all = it.reread(1, 0, api::bars::events_counted_max);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->all, api::bars::events_counted_max);
    EXPECT_EQ(all->looked_to, api::bars::events_counted_max);
    EXPECT_LE(it.log.most_in_one_turn(), 64U);
    EXPECT_EQ(it.log.histories(), it.offers.size());
    EXPECT_FALSE(it.reread(1, 0, api::bars::events_counted_max - 1)) << "more than it may look at";
}

TEST(Turns, EventsAreTheOldestHundredOfThoseAskedForWhereverTheBookStands) {
    Subscribed it;
    it.fill(1'000);
    for (const std::uint64_t delivered : {0U, 1'000U, 250U}) {
        it.now.done = delivered;
        it.now.delivered = delivered;
        EXPECT_EQ(it.numbers(1, 1'000), a_hundred_from(1)) << delivered;
        EXPECT_EQ(it.numbers(200, 1'000), a_hundred_from(200)) << delivered;
        EXPECT_EQ(it.numbers(901, 5'000), a_hundred_from(901)) << delivered;
        EXPECT_EQ(it.numbers(249, 252), (std::vector<std::uint64_t>{249, 250, 251, 252})) << delivered;
    }
    EXPECT_LE(it.log.most_in_one_turn(), 64U);
}

// How often somebody else had the thread while the task ran.
template <class T>
std::size_t turns_of_others(net::io_context& thread, http::Task<T> task) {
    std::optional<T> result;
    std::size_t turns = 0;
    std::function<void()> other = [&] {
        if (!result) {
            ++turns;
            net::post(thread, other);
        }
    };
    net::co_spawn(thread.get_executor(), give(std::move(task), &result), [](const std::exception_ptr&) {});
    net::post(thread, other);
    thread.restart();
    thread.run();
    EXPECT_TRUE(result);
    return turns;
}

TEST(Turns, APlaceIsCountedWithOthersInBetween) {
    Rig rig;
    rig.add_hub("holbeck-library");
    rig.submitted(Rig::referral());
    matcher::State state;
    rig.state([&](const matcher::State& now) { state = now; });
    const matcher::Referral one = state.referrals.front();
    state.referrals.resize(60'000, one);
    View view(state);
    api::Services services = over(rig, rig.store->event_log(), &view);
    wire::ReportScope scope;
    scope.place = matcher::PlaceCode("leeds");
    net::io_context thread(1);
    EXPECT_GE(turns_of_others(thread, api::counted(&services, scope, rig.clock.now())), 5U);
    const auto counts = run_on(thread, api::counted(&services, scope, rig.clock.now()));
    matcher::NetworkCounts expected;
    for (const matcher::Referral& referral : state.referrals) {
        if (matcher::place_of(state, referral) == scope.place) {
            expected.add(matcher::share_of(state, referral));
        }
    }
    EXPECT_EQ(counts.referrals, expected.referrals);
}

TEST(Turns, AnEarlierNameOfAHubIsLookedForAPageAtATime) {
    Rig rig;
    rig.add_hub("holbeck-library");
    rig.submitted(Rig::referral());
    const std::string stream = "hub/holbeck-library";
    const auto made = newest<matcher::HubUpserted>(rig, stream);
    const auto offered = newest<matcher::Offered>(rig, stream);
    net::io_context thread(1);
    LongLog log(rig.store->event_log(), thread);
    log.add(made);
    log.add(offered, 3'000);
    api::HubKey hub;
    rig.state([&](const matcher::State& state) { hub = api::hub_key(state.hubs.front(), matcher::HubIndex{0}); });
    hub.profile_at = offered.number + 1;  // it was published again since
    api::HubNames names;
    EXPECT_EQ(run_on(thread, names.name_at(hub, offered.number, &log)), "Hub holbeck-library");
    EXPECT_LE(log.most_in_one_turn(), 64U);
}

}  // namespace
}  // namespace hubward::tests
