// SPDX-License-Identifier: Apache-2.0
//
// The person's words through the API: consent given and taken back, what the practice may then know,
// erasure, two words on an outcome, measures, a new need, a new address.
#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>

#include "storage/key_shard.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct Words : testing::Test {
    Words() {
        rig.add_hub("holbeck-library");
        made = rig.submitted(Rig::referral_with(R"({"name":"Zeb Quillfeather"})"));
        id = text_at(made, "/id");
        referral = "/v1/referrals/" + id;
        offer = "/v1/offers/" + text_at(made, "/offers/0/id");
    }
    std::string slug_of(const Answer& answer) {
        const std::string type = text_at(parsed(answer), "/type");
        return type.substr(type.rfind('/') + 1);
    }
    std::string stories(Caller caller) {
        std::string names;
        for (const json::value& item :
             parsed(caller.get(referral + "/history")).at("items").as_array()) {
            names += text_at(item, "/event") + " ";
        }
        return names;
    }
    Rig rig;
    json::value made;
    std::string id, referral, offer;
};

TEST_F(Words, WithoutConsentNothingIsKeptButANumber) {
    const std::size_t before = rig.services->without_consent->load();
    std::uint64_t last = 0;
    rig.state([&](const matcher::State& s) { last = s.last; });
    const Answer no = rig.practice().post(
        "/v1/referrals", R"({"needs":["nhs-app"],"consent":{"share_with_hub":false}})");
    EXPECT_EQ(no.status, 422) << no.body;
    EXPECT_EQ(slug_of(no), "consent-missing");
    EXPECT_EQ(rig.services->without_consent->load(), before + 1);
    rig.state([&](const matcher::State& s) { EXPECT_EQ(s.last, last); });
}

TEST_F(Words, ConsentHasItsPurposesAndItsEnd) {
    EXPECT_EQ(text_at(made, "/status"), "active");
    const Answer given = rig.practice().post(
        referral + "/consent",
        R"({"purposes":["research"],"given_by":"self","how":"written","until":"2099-01-01"})");
    ASSERT_EQ(given.status, 200) << given.body;
    EXPECT_EQ(text_at(parsed(given), "/consents/5/purpose"), "research");
    EXPECT_EQ(text_at(parsed(given), "/consents/5/until"), "2099-01-01T00:00:00.000Z");
    EXPECT_EQ(parsed(rig.hub().get(referral)).as_object().contains("consents"), false);
    for (const char* bad : {R"({"purposes":[],"given_by":"self","how":"verbal"})",
                            R"({"purposes":["marketing"],"given_by":"self","how":"verbal"})",
                            R"({"purposes":["research"],"how":"verbal"})",
                            R"({"purposes":["research"],"given_by":"self","how":"verbal","until":"2001-01-01"})"}) {
        EXPECT_EQ(rig.practice().post(referral + "/consent", bad).status, 422) << bad;
    }
}

TEST_F(Words, TakenBackTheHubReadsNothingMoreAndIsToldWhy) {
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    ASSERT_EQ(hub.get(referral + "/details").status, 200);
    const Answer back = rig.practice().post(referral + "/consent-withdrawn",
                                            R"({"purposes":["share-with-hub"]})");
    ASSERT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(text_at(parsed(back), "/status"), "revoked");
    EXPECT_EQ(text_at(parsed(back), "/ended_with"), "consent-withdrawn");
    const Answer closed = hub.get(referral + "/details");
    EXPECT_EQ(closed.status, 403);
    EXPECT_EQ(slug_of(closed), "consent-ended");
    EXPECT_EQ(closed.body.find("Quillfeather"), std::string::npos);
    EXPECT_EQ(text_at(parsed(hub.get(offer)), "/reason"), "consent-withdrawn");
    const Answer again = rig.practice().post(referral + "/reopen", R"({"note":"Asked again."})");
    EXPECT_EQ(slug_of(again), "consent-missing");
}

TEST_F(Words, ThePracticeIsToldWhatThePersonAllows) {
    ASSERT_EQ(rig.practice()
                  .post(referral + "/consent-withdrawn", R"({"purposes":["share-status-with-referrer"]})")
                  .status,
              200);
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    const json::value seen = parsed(rig.practice().get(referral));
    EXPECT_EQ(text_at(seen, "/status"), "unknown");
    EXPECT_EQ(text_at(seen, "/offers"), "[]");
    EXPECT_EQ(text_at(seen, "/needs/0"), "nhs-app");
    EXPECT_EQ(stories(rig.practice()), "ReferralSubmitted ConsentWithdrawn ");
    EXPECT_NE(stories(rig.place()).find("Accepted"), std::string::npos) << "the place looks after it";
}

// Neither a filter nor a note nor an option may tell what the document does not.
TEST_F(Words, NoOtherReadTellsThePracticeHowItGoes) {
    const json::value told = rig.submitted(Rig::referral_with(R"({"name":"Zeb Quillfeather"})"));
    const std::string second = text_at(told, "/id");
    const std::string said = R"({"reason":"other","note":"Velvet trombone."})";
    const auto takes_back = [&](const std::string& whose) {
        return rig.practice()
            .post("/v1/referrals/" + whose + "/consent-withdrawn",
                  R"({"purposes":["share-status-with-referrer"]})")
            .status;
    };
    ASSERT_EQ(takes_back(id), 200);
    for (const std::string& declined : {offer, "/v1/offers/" + text_at(told, "/offers/0/id")}) {
        ASSERT_EQ(rig.hub().post(declined + "/decline", said).status, 200);
    }
    EXPECT_NE(rig.practice().get("/v1/referrals/" + second + "/details").body.find("Velvet"), std::string::npos);
    EXPECT_EQ(rig.practice().get(referral + "/details").body.find("Velvet"), std::string::npos);
    EXPECT_EQ(rig.practice().get(referral + "/options").status, 403);
    EXPECT_EQ(rig.practice().get(referral + "/explanation").status, 403);
    const Answer active = rig.practice().get("/v1/referrals?status=active");
    EXPECT_EQ(active.body.find(id), std::string::npos);
    EXPECT_NE(active.body.find(second), std::string::npos);
    EXPECT_NE(rig.practice().get("/v1/referrals?status=unknown").body.find(id), std::string::npos);
}

TEST_F(Words, WhoNeverAgreedToTellIsNotToldOfInTheFirstAnswer) {
    const json::value quiet = rig.submitted(
        R"({"needs":["nhs-app"],"consent":{"share_with_hub":true,"purposes":["share-with-hub"]}})");
    EXPECT_EQ(text_at(quiet, "/offers"), "[]");
    EXPECT_EQ(text_at(quiet, "/gaps"), "[]");
    EXPECT_EQ(parsed(rig.hub().get("/v1/hubs/holbeck-library/offers")).at("items").as_array().size(), 2u)
        << "the hub was asked all the same";
}

TEST_F(Words, AnOutcomeIsForThePracticeOnlyWhereThePersonAgreed) {
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    ASSERT_EQ(rig.hub().post(offer + "/outcome", R"({"need":0,"outcome":"need-met"})").status, 200);
    EXPECT_EQ(text_at(parsed(rig.practice().get(referral)), "/needs/0/outcome"), "need-met");
    EXPECT_EQ(text_at(parsed(rig.practice().get(referral)), "/needs/0/counts_as"), "loop-closed");
    ASSERT_EQ(rig.practice()
                  .post(referral + "/consent-withdrawn", R"({"purposes":["share-outcome-with-gp"]})")
                  .status,
              200);
    const json::value seen = parsed(rig.practice().get(referral));
    EXPECT_EQ(text_at(seen, "/needs/0/status"), "resolved");
    EXPECT_FALSE(seen.at("needs").as_array()[0].as_object().contains("outcome"));
}

TEST_F(Words, ErasureIsThePlacesAndLeavesCodes) {
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    EXPECT_EQ(rig.practice().post(referral + "/erase").status, 403);
    const Answer erased = rig.place().post(referral + "/erase");
    ASSERT_EQ(erased.status, 200) << erased.body;
    EXPECT_EQ(text_at(parsed(erased), "/erased"), "true");
    EXPECT_EQ(text_at(parsed(erased), "/keys_destroyed"), "false");
    const Answer gone = rig.practice().get(referral + "/details");
    EXPECT_EQ(gone.status, 410) << gone.body;
    EXPECT_EQ(slug_of(gone), "erased");
    EXPECT_EQ(rig.hub().get(referral + "/details").status, 403);
    EXPECT_EQ(rig.place().post(referral + "/erase").status, 410);
    EXPECT_NE(stories(rig.place()).find("Erased"), std::string::npos);
}

TEST_F(Words, TwoWordsOnOneOutcome) {
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    ASSERT_EQ(rig.hub().post(offer + "/outcome", R"({"need":0,"outcome":"need-met"})").status, 200);
    EXPECT_EQ(rig.hub().post(referral + "/person-outcome", R"({"need":0,"outcome":"need-met"})").status,
              403);
    const Answer said =
        rig.practice().post(referral + "/person-outcome", R"({"need":0,"outcome":"need-not-met"})");
    ASSERT_EQ(said.status, 200) << said.body;
    EXPECT_EQ(text_at(parsed(said), "/needs/0/person_outcome"), "need-not-met");
    EXPECT_EQ(text_at(parsed(said), "/needs/0/disputed"), "true");
    EXPECT_EQ(text_at(parsed(said), "/owner"), "duty-desk");
    EXPECT_TRUE(parsed(said).as_object().contains("follow_up_at"));
    ASSERT_EQ(rig.place().post(referral + "/followed-up").status, 200);
    EXPECT_FALSE(parsed(rig.practice().get(referral)).as_object().contains("follow_up_at"));
    EXPECT_EQ(rig.place().post(referral + "/followed-up").status, 409);
}

TEST_F(Words, MeasuresBeforeAndAfter) {
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    for (const char* body : {R"({"measure":"foundation-tasks","moment":"before","value":2})",
                             R"({"measure":"foundation-tasks","moment":"after","value":7})"}) {
        ASSERT_EQ(hub.post(offer + "/measure", body).status, 200) << body;
    }
    EXPECT_EQ(hub.post(offer + "/measure",
                       R"({"measure":"foundation-tasks","moment":"after","value":10})").status, 422);
    const json::value told = parsed(rig.practice().get(referral + "/measures"));
    ASSERT_EQ(told.at("items").as_array().size(), 2U);
    EXPECT_EQ(text_at(told, "/items/1/value"), "7");
    EXPECT_EQ(text_at(told, "/items/1/of"), "9");
}

TEST_F(Words, ANeedThatCameUpAndANewAddress) {
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    ASSERT_EQ(hub.post(offer + "/need", R"({"need":"data-sim"})").status, 200);
    EXPECT_EQ(text_at(parsed(rig.practice().get(referral)), "/needs/1/status"), "gap");
    EXPECT_EQ(hub.post(offer + "/need", R"({"need":"data-sim"})").status, 422);
    const Answer moved = rig.practice().post(
        referral + "/address", R"({"address":"1 Zebulonia Row","postcode":"LS99 9ZZ","place":"leeds"})");
    ASSERT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(moved.body.find("Zebulonia"), std::string::npos);
    const Answer details = hub.get(referral + "/details");
    EXPECT_NE(details.body.find("1 Zebulonia Row"), std::string::npos) << details.body;
    // Without it the old address would look like the one to go to.
    const std::uint64_t slot = rig.store->vault().seal(matcher::ReferralId{1, 1}, "x")->key_slot - 1;
    std::fstream keys(rig.folder / "data/keyring/keys-0000000000000001", std::ios::in | std::ios::out | std::ios::binary);
    keys.seekp(static_cast<std::streamoff>(storage::offset_in_shard(slot)));
    keys << "not a wrapped key";
    keys.close();
    ASSERT_TRUE(keys);
    const Answer torn = hub.get(referral + "/details");
    EXPECT_EQ(torn.status, 500) << torn.body;
    EXPECT_EQ(torn.body.find("Quillfeather"), std::string::npos);
}

TEST_F(Words, AnotherReasonIsSaidInWordsThatOnlyTheDetailsTell) {
    EXPECT_EQ(rig.hub().post(offer + "/decline", R"({"reason":"other"})").status, 422);
    const Answer said = rig.hub().post(
        offer + "/decline", R"({"reason":"other","note":"Quillfeather was rude to staff."})");
    ASSERT_EQ(said.status, 200) << said.body;
    EXPECT_EQ(said.body.find("rude"), std::string::npos);
    EXPECT_EQ(rig.practice().get(referral + "/history").body.find("rude"), std::string::npos);
    EXPECT_NE(rig.practice().get(referral + "/details").body.find("rude"), std::string::npos);
}

// Who looks after a hub may say one thing of its offers: that nobody answers there.
TEST(OffersEnd, APlaceMaySayOnlyThatTheHubCannotBeReached) {
    Rig rig;
    rig.add_hub("holbeck-library");
    rig.add_hub("armley-hub");
    const auto referral = rig.submitted(Rig::referral());
    const std::string offer = text_at(referral, "/offers/0/id");
    const std::string target = "/v1/offers/" + offer + "/decline";
    const Answer not_theirs = rig.place().post(target, R"({"reason":"no-slot"})");
    EXPECT_EQ(not_theirs.status, 422);
    EXPECT_NE(not_theirs.body.find("Only could-not-contact-hub"), std::string::npos) << not_theirs.body;
    EXPECT_EQ(rig.practice().post(target, R"({"reason":"could-not-contact-hub"})").status, 403);
    EXPECT_EQ(rig.place("bradford").post(target, R"({"reason":"could-not-contact-hub"})").status, 404);
    const Answer told = rig.place().post(target, R"({"reason":"could-not-contact-hub"})");
    ASSERT_EQ(told.status, 200) << told.body;
    const auto after = parsed(rig.practice().get("/v1/referrals/" + text_at(referral, "/id")));
    EXPECT_EQ(text_at(after, "/offers/0/reason"), "could-not-contact-hub");
    EXPECT_NE(text_at(after, "/offers/1/hub/slug"), text_at(after, "/offers/0/hub/slug"));
}

// Each note takes a key of the keyring for good; one that cannot be taken must not.
TEST_F(Words, WhatHasEndedTakesNoKey) {
    const std::string target = offer + "/decline";
    const auto next_key = [&] { return rig.store->vault().seal(matcher::ReferralId{1, 1}, "x")->key_slot; };
    constexpr std::string_view words = R"({"reason":"other","note":"The room is being painted."})";
    ASSERT_EQ(rig.hub().post(target, words).status, 200);
    const std::uint64_t key = next_key();
    const Answer again = rig.hub().post(target, words);
    EXPECT_EQ(again.status, 409) << again.body;
    EXPECT_NE(again.body.find("by hub holbeck-library"), std::string::npos) << "who was first: " << again.body;
    EXPECT_EQ(rig.hub().post("/v1/offers/0192a1b0-0000-7000-8000-000000000001.1/decline", words).status, 404);
    EXPECT_EQ(next_key(), key + 1);
}

}  // namespace
}  // namespace hubward::tests
