// SPDX-License-Identifier: Apache-2.0
//
// The outbox of a practice over BaRS: every answer once, in order, twenty at a time.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

constexpr std::string_view bundle_id = "5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001";  // in the file

Headers bars_headers() {
    return {{"Content-Type", "application/fhir+json"},
            {"Accept", "application/fhir+json; version=1.1.0"},
            {"X-Request-Id", fresh_key()},
            {"X-Correlation-Id", fresh_key()},
            // {"system": "https://fhir.nhs.uk/Id/dos-service-id", "value": "9000000001"}
            {"NHSD-Target-Identifier",
             "eyJzeXN0ZW0iOiAiaHR0cHM6Ly9maGlyLm5ocy51ay9JZC9kb3Mtc2VydmljZS1pZCIsICJ2YWx1ZSI6ICI5MDAwMDAwMDAxIn0="},
            // An Organization, "Example Surgery", whose ODS code is X99001.
            {"NHSD-End-User-Organisation",
             "eyJyZXNvdXJjZVR5cGUiOiAiT3JnYW5pemF0aW9uIiwgIm5hbWUiOiAiRXhhbXBsZSBTdXJnZXJ5IiwgImlkZW50aWZpZXIiOiBbeyJz"
             "eXN0ZW0iOiAiaHR0cHM6Ly9maGlyLm5ocy51ay9JZC9vZHMtb3JnYW5pemF0aW9uLWNvZGUiLCAidmFsdWUiOiAiWDk5MDAxIn1dfQ=="}};
}

// Sends the good message under an id of its own.
void refer(Caller& practice) {
    std::ifstream file(HUBWARD_GOOD_MESSAGE);
    std::string message((std::istreambuf_iterator<char>(file)), {});
    message.replace(message.find(bundle_id), bundle_id.size(), fresh_key());
    const Answer sent = practice.send("POST", "/FHIR/R4/$process-message", bars_headers(), message);
    ASSERT_EQ(sent.status, 200) << sent.body;
}

// One referral that the library accepted.
struct Answered {
    Answered() {
        rig.services->fhir.services = {"9000000001"};
        rig.services->fhir.use_cases = {"dhub1"};
        const Answer made = rig.ops().put(
            "/v1/hubs/holbeck-library",
            R"({"name":"Library","place":"leeds","needs":["dev-loan"],"languages":["ur","en"],)"
            R"("access":["wheelchair"],"capacity":{"place":100,"device":100}})");
        EXPECT_EQ(made.status, 201) << made.body;
        refer(practice);
        rig.state([&](const matcher::State& state) { id = server::wire::id_text(state.referrals.front().id); });
        EXPECT_EQ(rig.hub().post("/v1/offers/" + id + ".1/accept").status, 200);
    }
    // The folder of the keys is gone, or is back.
    void keys(bool there) {
        const auto at = rig.folder / "data" / "keyring";
        const auto away = rig.folder / "elsewhere";
        std::filesystem::rename(there ? away : at, there ? at : away);
    }
    Answer get(const std::string& path) { return practice.send("GET", path, bars_headers()); }

    Rig rig;
    Caller practice = rig.practice("X99001");
    std::string id;
};

// Whoever follows `next` past an answer never sees it again.
TEST(Outbox, DoesNotGoPastAnAnswerThatCannotBeOpenedNow) {
    Answered one;
    const std::string path = "/FHIR/R4/$outbox?after=0";
    one.keys(false);
    const Answer blind = one.get(path);
    EXPECT_GE(blind.status, 500U) << blind.body;
    EXPECT_EQ(blind.body.find("after="), std::string::npos) << blind.body;
    one.keys(true);
    const Answer seen = one.get(path);
    EXPECT_EQ(seen.status, 200U);
    EXPECT_EQ(parsed(seen).at("entry").as_array().size(), 1U) << seen.body;
}

TEST(Outbox, SkipsTheAnswerAboutSomebodyWhoWasErased) {
    Answered one;
    const auto erased = one.rig.store->vault().erase([&] {
        std::uint64_t slot = 0;
        one.rig.state([&](const matcher::State& state) { slot = state.referrals.front().key_slot; });
        return slot;
    }());
    ASSERT_TRUE(erased);
    const Answer told = one.get("/FHIR/R4/$outbox?after=0");
    EXPECT_EQ(told.status, 200U) << told.body;
    EXPECT_EQ(parsed(told).as_object().if_contains("entry"), nullptr) << told.body;
}

// "Nobody of that name" would send a second referral on its way.
TEST(Outbox, ASearchAmongWhatCannotBeOpenedNowFindsNotNothing) {
    Answered one;
    const std::string path = "/FHIR/R4/ServiceRequest?patient.name=testperson";
    one.keys(false);
    const Answer blind = one.get(path);
    EXPECT_GE(blind.status, 500U) << blind.body;
    one.keys(true);
    const Answer seen = one.get(path);
    EXPECT_EQ(seen.status, 200U) << seen.body;
    EXPECT_EQ(text_at(parsed(seen), "/total"), "1") << seen.body;
}

TEST(Outbox, TellsEveryAnswerOnceAndAtMostTwentyAtATime) {
    constexpr std::size_t referrals = 45;
    Rig rig;
    rig.services->fhir.services = {"9000000001"};
    rig.services->fhir.use_cases = {"dhub1"};
    const Answer made = rig.ops().put(
        "/v1/hubs/holbeck-library",
        R"({"name":"Library","place":"leeds","needs":["dev-loan"],"languages":["ur","en"],)"
        R"("access":["wheelchair"],"capacity":{"place":100,"device":100}})");
    ASSERT_EQ(made.status, 201) << made.body;
    Caller practice = rig.practice("X99001");
    Caller hub = rig.hub();
    for (std::size_t i = 0; i < referrals; ++i) {
        refer(practice);
    }
    std::vector<std::string> offers;
    rig.state([&](const matcher::State& state) {
        for (const matcher::Offer& offer : state.offers) {
            offers.push_back(fmt::format("{}.{}", server::wire::id_text(state.at(offer.referral).id), offer.ordinal));
        }
    });
    ASSERT_EQ(offers.size(), referrals);
    for (const std::string& offer : offers) {
        const Answer accepted = hub.post("/v1/offers/" + offer + "/accept");
        ASSERT_EQ(accepted.status, 200) << accepted.body;
    }
    std::set<std::string> told;
    std::vector<std::size_t> pages;
    std::string path = "/FHIR/R4/$outbox?after=0";
    do {
        const Answer answer = practice.send("GET", path, bars_headers());
        ASSERT_EQ(answer.status, 200) << answer.body;
        const json::value page = parsed(answer);
        const json::value* entries = page.as_object().if_contains("entry");
        pages.push_back(entries == nullptr ? 0 : entries->as_array().size());
        for (std::size_t i = 0; i < pages.back(); ++i) {
            EXPECT_TRUE(told.insert(text_at(page, fmt::format("/entry/{}/resource/id", i))).second) << "twice";
        }
        const std::string next = text_at(page, "/link/0/url");
        path = next.substr(next.find("/FHIR"));
    } while (pages.back() != 0 && pages.size() < 10);
    EXPECT_EQ(pages, (std::vector<std::size_t>{20, 20, 5, 0}));
    EXPECT_EQ(told.size(), referrals);
}

}  // namespace
}  // namespace hubward::tests
