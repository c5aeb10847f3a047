// SPDX-License-Identifier: Apache-2.0
//
// A key makes a POST safe to repeat: same answer, one effect.
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

std::size_t referrals_in(Rig& rig) {
    std::size_t count = 0;
    rig.state([&](const matcher::State& state) { count = state.referrals.size(); });
    return count;
}

TEST(Idempotency, AResendGetsTheSameBytesAndMakesNothing) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const std::string key = fresh_key();
    const std::string body = Rig::referral();
    const Answer first = rig.practice().post("/v1/referrals", body, {{"Idempotency-Key", key}});
    ASSERT_EQ(first.status, 201);
    // The draft's quoted form is the same key, and what happened since does not change the answer.
    EXPECT_EQ(rig.hub().post("/v1/offers/" + text_at(parsed(first), "/offers/0/id") + "/accept").status,
              200);
    rig.add_hub("holbeck-library", 7);
    const Answer again =
        rig.practice().post("/v1/referrals", body, {{"Idempotency-Key", "\"" + key + "\""}});
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Location"), first.header("Location"));
    EXPECT_EQ(again.header("ETag"), first.header("ETag"));
    EXPECT_EQ(referrals_in(rig), 1U);
}

TEST(Idempotency, AResendNamesTheHubAsItWasNamedThen) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const std::string key = fresh_key();
    const Answer first =
        rig.practice().post("/v1/referrals", Rig::referral(), {{"Idempotency-Key", key}});
    ASSERT_EQ(rig.ops().put("/v1/hubs/holbeck-library",
                            R"({"name":"Renamed","place":"leeds","needs":["nhs-app"]})").status,
              200);
    const Answer again =
        rig.practice().post("/v1/referrals", Rig::referral(), {{"Idempotency-Key", key}});
    EXPECT_EQ(again.body, first.body);
}

TEST(Idempotency, AnotherBodyOrAddressUnderTheSameKeyIsRefused) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const Headers key{{"Idempotency-Key", fresh_key()}};
    const Answer first = rig.practice().post("/v1/referrals", Rig::referral(), key);
    ASSERT_EQ(first.status, 201);
    const Answer other = rig.practice().post("/v1/referrals", Rig::referral(R"("dev-loan")"), key);
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(text_at(parsed(other), "/type"), rig.services->base_url + "/problems/key-reused");
    const Answer elsewhere =
        rig.practice().post("/v1/referrals/" + text_at(parsed(first), "/id") + "/withdraw",
                            R"({"reason":"withdrawn-by-person"})", key);
    EXPECT_EQ(elsewhere.status, 422) << elsewhere.body;
    EXPECT_EQ(referrals_in(rig), 1U);
}

TEST(Idempotency, TheSameTextFromTwoPracticesIsTwoKeys) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const Headers key{{"Idempotency-Key", "monday-1"}};
    const Answer one = rig.practice("A12345").post("/v1/referrals", Rig::referral(), key);
    const Answer two = rig.practice("B12345").post("/v1/referrals", Rig::referral(), key);
    EXPECT_EQ(one.status, 201);
    EXPECT_EQ(two.status, 201);
    EXPECT_NE(text_at(parsed(one), "/id"), text_at(parsed(two), "/id"));
}

TEST(Idempotency, FiftyAtOnceMakeOneReferralAndFiftyEqualAnswers) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const std::string key = fresh_key();
    const std::string body = Rig::referral();
    std::vector<Answer> answers(50);
    std::vector<std::thread> threads;
    for (Answer& answer : answers) {
        threads.emplace_back([&] {
            answer = rig.practice().post("/v1/referrals", body, {{"Idempotency-Key", key}});
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::set<std::string> bodies;
    for (const Answer& answer : answers) {
        EXPECT_EQ(answer.status, 201) << answer.body;
        bodies.insert(answer.body);
    }
    EXPECT_EQ(bodies.size(), 1U);
    EXPECT_EQ(referrals_in(rig), 1U);
}

TEST(Idempotency, AnActionRepeatedIsDoneOnce) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const json::value made = rig.submitted(Rig::referral());
    const std::string accept = "/v1/offers/" + text_at(made, "/offers/0/id") + "/accept";
    const Headers key{{"Idempotency-Key", fresh_key()}};
    const Answer first = rig.hub().post(accept, "", key);
    const Answer again = rig.hub().post(accept, "", key);
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(rig.hub().post(accept).status, 409);  // under a new key it is a new wish
}

// The number of the next key of the keyring; asking takes it.
std::uint64_t next_key_of(Rig& rig) {
    return rig.store->vault().seal(matcher::ReferralId{1, 1}, "x")->key_slot;
}

// Also when there is no room: tests/e2e/full_disk.py asks on a disk that is nearly full.
TEST(Idempotency, AResendIsAnsweredWhenNothingNewIsTaken) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const Headers key{{"Idempotency-Key", fresh_key()}};
    const Answer first = rig.practice().post("/v1/referrals", Rig::referral(), key);
    ASSERT_EQ(first.status, 201);
    rig.pipeline->stop();
    const Answer again = rig.practice().post("/v1/referrals", Rig::referral(), key);
    EXPECT_EQ(again.status, 201) << again.body;
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(rig.practice().post("/v1/referrals", Rig::referral(R"("dev-loan")"), key).status, 422);
    EXPECT_EQ(rig.practice().post("/v1/referrals", Rig::referral()).status, 503) << "a new one is turned away";
}

// Keys are made at the pace of the disk; whoever repeats a request must not take them from others.
TEST(Idempotency, AResendTakesNoKeyOfTheKeyring) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const Headers submitting{{"Idempotency-Key", fresh_key()}};
    const Answer made = rig.practice().post("/v1/referrals", Rig::referral(), submitting);
    ASSERT_EQ(made.status, 201);
    const std::string referral = "/v1/referrals/" + text_at(parsed(made), "/id");
    const std::string offer = "/v1/offers/" + text_at(parsed(made), "/offers/0/id");
    struct Step {
        Caller who;
        std::string target;
        std::string body;
        Headers key;
    };
    std::vector<Step> steps;
    const auto step = [&](Caller who, std::string target, std::string body) {
        steps.push_back({std::move(who), std::move(target), std::move(body), {{"Idempotency-Key", fresh_key()}}});
    };
    step(rig.hub(), offer + "/decline", R"({"reason":"other","note":"The room is being painted."})");
    step(rig.practice(), referral + "/address", R"({"postcode":"LS11 9ZZ"})");
    step(rig.practice(), referral + "/withdraw", R"({"reason":"withdrawn-by-person","note":"Found help."})");
    step(rig.practice(), referral + "/reopen", R"({"note":"Wants to try again."})");
    std::uint64_t before = next_key_of(rig);
    for (Step& one : steps) {
        const Answer first = one.who.post(one.target, one.body, one.key);
        ASSERT_EQ(first.status, 200) << one.target << first.body;
        EXPECT_EQ(next_key_of(rig), before + 2) << one.target << ": its words are sealed";
        const Answer again = one.who.post(one.target, one.body, one.key);
        EXPECT_EQ(again.status, 200) << again.body;
        EXPECT_EQ(again.body, first.body);
        before += 3;
        EXPECT_EQ(next_key_of(rig), before) << one.target;
    }
    EXPECT_EQ(rig.practice().post("/v1/referrals", Rig::referral(), submitting).body, made.body);
    EXPECT_EQ(next_key_of(rig), before + 1);
}

TEST(Idempotency, AMissingOrUnusableKeyIsNamed) {
    Rig rig;
    Caller practice = rig.practice();
    const Headers type{{"Content-Type", "application/json"}};
    const auto with = [&](std::string key) {
        Headers headers = type;
        headers.emplace_back("Idempotency-Key", std::move(key));
        return practice.send("POST", "/v1/referrals", headers, Rig::referral());
    };
    const std::vector<Answer> refused = {
        practice.send("POST", "/v1/referrals", type, Rig::referral()),
        with(""), with("\"\""), with(std::string(256, 'k')), with("a\"b"), with("a\\b")};
    for (const Answer& answer : refused) {
        EXPECT_EQ(answer.status, 400);
        EXPECT_NE(answer.body.find("Idempotency-Key"), std::string::npos) << answer.body;
    }
    EXPECT_EQ(with(std::string(255, 'k')).status, 201);
    EXPECT_EQ(with("\"" + std::string(255, 'q') + "\"").status, 201);
}

}  // namespace
}  // namespace hubward::tests
