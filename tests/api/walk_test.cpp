// SPDX-License-Identifier: Apache-2.0
//
// The story of one referral, told through the API by everyone who takes part.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

std::string first_offer(const json::value& answer) { return text_at(answer, "/offers/0/id"); }

TEST(Walk, AReferralIsOfferedAcceptedHelpedAndCompleted) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const json::value made = rig.submitted(Rig::referral(R"("nhs-app","nhs-login")"));
    const std::string id = text_at(made, "/id");
    const std::string offer = first_offer(made);
    EXPECT_EQ(text_at(made, "/offers/0/hub/slug"), "holbeck-library");
    EXPECT_EQ(text_at(made, "/offers/0/hub/name"), "Hub holbeck-library");

    Caller hub = rig.hub();
    const auto list = parsed(hub.get("/v1/hubs/holbeck-library/offers?status=requested"));
    EXPECT_EQ(text_at(list, "/items/0/id"), offer);

    EXPECT_EQ(hub.post("/v1/offers/" + offer + "/open").status, 200);
    const Answer accepted = hub.post("/v1/offers/" + offer + "/accept");
    ASSERT_EQ(accepted.status, 200) << accepted.body;
    EXPECT_EQ(text_at(parsed(accepted), "/status"), "accepted");

    const auto seen = parsed(rig.practice().get("/v1/referrals/" + id));
    EXPECT_EQ(text_at(seen, "/offers/0/status"), "accepted");

    EXPECT_EQ(hub.post("/v1/offers/" + offer + "/start").status, 200);
    for (const char* body : {R"({"need":0,"outcome":"need-met"})", R"({"need":1,"outcome":"signposted"})"}) {
        const Answer answer = hub.post("/v1/offers/" + offer + "/outcome", body);
        EXPECT_EQ(answer.status, 200) << answer.body;
    }
    EXPECT_EQ(text_at(parsed(rig.practice().get("/v1/referrals/" + id)), "/status"), "completed");

    const Answer history = rig.practice().get("/v1/referrals/" + id + "/history");
    ASSERT_EQ(history.status, 200) << history.body;
    std::vector<std::string> names;
    for (const json::value& item : parsed(history).at("items").as_array()) {
        names.push_back(text_at(item, "/event"));
        EXPECT_FALSE(text_at(item, "/story").empty());
    }
    const std::vector<std::string> expected{
        "ReferralSubmitted", "Offered", "Opened", "Accepted", "SupportStarted", "OutcomeRecorded",
        "OutcomeRecorded", "OfferCompleted", "AllNeedsResolved"};
    EXPECT_EQ(names, expected) << history.body;
}

TEST(Walk, ADeclinedReferralGoesToTheNextHubAndNoneBecomesAGap) {
    Rig rig;
    rig.add_hub("holbeck-library");
    rig.add_hub("armley-hub");
    const json::value made = rig.submitted(Rig::referral());
    const std::string first = text_at(made, "/offers/0/hub/slug");
    const std::string second = first == "armley-hub" ? "holbeck-library" : "armley-hub";
    const Answer declined = rig.hub(first).post("/v1/offers/" + first_offer(made) + "/decline",
                                                R"({"reason":"no-slot"})");
    ASSERT_EQ(declined.status, 200) << declined.body;
    EXPECT_EQ(text_at(parsed(declined), "/status"), "rejected");
    EXPECT_EQ(text_at(parsed(declined), "/reason"), "no-slot");

    const auto list = parsed(rig.hub(second).get("/v1/hubs/" + second + "/offers"));
    const std::string offer = text_at(list, "/items/0/id");
    EXPECT_EQ(offer, text_at(made, "/id") + ".2");
    EXPECT_EQ(rig.hub(second).post("/v1/offers/" + offer + "/decline", R"({"reason":"no-slot"})").status,
              200);
    const auto gaps = parsed(rig.ops().get("/v1/gaps"));
    EXPECT_EQ(text_at(gaps, "/items/0/id"), text_at(made, "/id"));
}

TEST(Walk, AHubGivesAPersonBackAndTheNeedsAreRoutedAgain) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const json::value made = rig.submitted(Rig::referral());
    const std::string offer = "/v1/offers/" + first_offer(made);
    EXPECT_EQ(rig.hub().post(offer + "/accept").status, 200);
    rig.add_hub("armley-hub");
    const Answer back = rig.hub().post(offer + "/return", R"({"reason":"hub-withdrew"})");
    ASSERT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(text_at(parsed(back), "/status"), "failed");
    const auto list = parsed(rig.hub("armley-hub").get("/v1/hubs/armley-hub/offers"));
    EXPECT_EQ(text_at(list, "/items/0/referral"), text_at(made, "/id"));
}

TEST(Walk, AWithdrawnReferralCancelsItsOffer) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const json::value made = rig.submitted(Rig::referral());
    const Answer gone = rig.practice().post("/v1/referrals/" + text_at(made, "/id") + "/withdraw",
                                            R"({"reason":"withdrawn-by-person"})");
    ASSERT_EQ(gone.status, 200) << gone.body;
    EXPECT_EQ(text_at(parsed(gone), "/status"), "revoked");
    const Answer late = rig.hub().post("/v1/offers/" + first_offer(made) + "/accept");
    EXPECT_EQ(late.status, 409);
    EXPECT_NE(late.body.find("cancelled"), std::string::npos) << late.body;
    EXPECT_EQ(rig.practice().get("/v1/referrals/" + text_at(made, "/id") + "/withdrawal").status, 404);
}

// Whoever had the person is told why; whoever was only asked is not, and no list or history tells anybody.
TEST(Walk, WhatIsSaidWithAWithdrawalIsForThoseWhoHadThePerson) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const auto taken_back = [&](bool accepted) {
        const json::value made = rig.submitted(Rig::referral());
        if (accepted) {
            EXPECT_EQ(rig.hub().post("/v1/offers/" + first_offer(made) + "/accept").status, 200);
        }
        const std::string referral = "/v1/referrals/" + text_at(made, "/id");
        const Answer back = rig.practice().post(
            referral + "/withdraw", R"({"reason":"recalled-by-referrer","note":"Moved in with \"Aunt\" Brackenridge."})");
        EXPECT_EQ(back.status, 200) << back.body;
        EXPECT_EQ(back.body.find("Brackenridge"), std::string::npos);
        return referral;
    };
    const std::string had = taken_back(true);
    const Answer told = rig.hub().get(had + "/withdrawal");
    ASSERT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(text_at(parsed(told), "/note"), "Moved in with \"Aunt\" Brackenridge.");
    EXPECT_EQ(text_at(parsed(told), "/reason"), "recalled-by-referrer");
    EXPECT_EQ(told.header("Cache-Control"), "no-store");
    EXPECT_EQ(rig.hub().get(had + "/details").status, 403) << "who it is stays closed";
    EXPECT_EQ(text_at(parsed(rig.practice().get(had + "/withdrawal")), "/note"), text_at(parsed(told), "/note"));
    const json::value details = parsed(rig.practice().get(had + "/details"));
    EXPECT_EQ(text_at(details, "/notes/0/event"), "Withdrawn");
    EXPECT_EQ(text_at(details, "/notes/0/note"), text_at(parsed(told), "/note"));
    const Answer history = rig.practice().get(had + "/history");
    EXPECT_NE(history.body.find("DetailsDisclosed"), std::string::npos) << "that it was read is on record";
    EXPECT_EQ(history.body.find("Brackenridge"), std::string::npos);

    EXPECT_EQ(rig.hub().get(taken_back(false) + "/withdrawal").status, 403);
    for (const char* bad : {R"({"reason":"other","note":1})", R"({"reason":"sent-in-error","notes":"x"})"}) {
        EXPECT_EQ(rig.practice().post(had + "/withdraw", bad).status, 422) << bad;
    }
    EXPECT_EQ(rig.ops().post(had + "/erase").status, 200);
    EXPECT_EQ(rig.hub().get(had + "/withdrawal").status, 410);
}

}  // namespace
}  // namespace hubward::tests
