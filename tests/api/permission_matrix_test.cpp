// SPDX-License-Identifier: Apache-2.0
//
// Every route by every kind of caller, generated from the endpoint table and the permission table: a
// new route is tested the moment it exists. Wrong role 403, no or bad token 401, somebody else's 404.
#include <gtest/gtest.h>

#include <map>

#include <fmt/format.h>

#include "server/api/endpoints.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server;
using matcher::Role;

// A body that would be right, so that nothing but the caller decides.
std::string body_for(std::string_view operation) {
    if (operation == "submitReferral") {
        return Rig::referral();
    }
    if (operation == "withdrawReferral") {
        return R"({"reason":"withdrawn-by-person","note":"Found help elsewhere."})";
    }
    if (operation == "chooseHub") {
        return R"({"hub":"holbeck-library"})";
    }
    if (operation == "declineOffer") {
        return R"({"reason":"could-not-contact-hub"})";
    }
    if (operation == "returnOffer") {
        return R"({"reason":"could-not-contact-hub"})";
    }
    if (operation == "recordOutcome") {
        return R"({"need":0,"outcome":"need-met"})";
    }
    if (operation == "pauseReferral") {
        return R"({"reason":"person-unavailable","review_at":"2099-01-01T09:00:00Z"})";
    }
    if (operation == "reopenReferral") {
        return R"({"note":"Asked again."})";
    }
    if (operation == "chooseHub" || operation == "transferOffer") {
        return R"({"hub":"holbeck-library"})";
    }
    if (operation == "giveConsent") {
        return R"({"purposes":["contact-person"],"given_by":"self","how":"verbal"})";
    }
    if (operation == "withdrawConsent") {
        return R"({"purposes":["research"]})";
    }
    if (operation == "recordPersonOutcome") {
        return R"({"need":0,"outcome":"need-met"})";
    }
    if (operation == "movePerson") {
        return R"({"postcode":"LS99 9ZZ"})";
    }
    if (operation == "recordMeasure") {
        return R"({"measure":"has-data","moment":"before","value":0})";
    }
    if (operation == "addNeed") {
        return R"({"need":"motivation"})";
    }
    if (operation == "closeNeed") {
        return R"({"need":0,"outcome":"passed-on"})";
    }
    if (operation == "assignOwner") {
        return R"({"owner":"duty-desk"})";
    }
    if (operation == "bookAppointment") {
        return R"({"starts":"2099-01-01T09:00:00Z"})";
    }
    if (operation == "waitlistAtHub") {
        return R"({"review_at":"2099-01-01T09:00:00Z"})";
    }
    if (operation == "recordContact") {
        return R"({"result":"no-contact"})";
    }
    if (operation == "closeHubReview") {
        return R"({"review":"stock"})";
    }
    if (operation == "setHubPrice") {
        return R"({"price":30})";
    }
    if (operation == "createWebhook") {
        return R"({"url":"https://127.0.0.1:1/hook"})";
    }
    if (operation == "resendWebhookEvent") {
        return R"({"sequence":1})";
    }
    if (operation == "putHub") {
        return R"({"name":"Other","place":"leeds","needs":["nhs-app"]})";
    }
    if (operation == "publishSession") {
        return R"({"starts":"2099-01-01T09:00:00Z","ends":"2099-01-01T11:00:00Z","seats":5})";
    }
    if (operation == "setSessionSeats") {
        return R"({"seats":5})";
    }
    if (operation == "putCapacity") {
        return R"({"unit":"place","total":5})";
    }
    return "";
}

class Matrix : public ::testing::Test {
  protected:
    void SetUp() override {
        rig.add_hub("holbeck-library", 50, "leeds");
        rig.add_hub("elsewhere-hub", 0, "bradford", R"("motivation")");
        about = rig.submitted(Rig::referral());
        rules = rig.ops().get("/v1/policy").body;
        EXPECT_EQ(rig.ops().put("/v1/policies/leeds", rules).status, 200);
        for (const auto& [role, subject] : std::vector<std::pair<Role, std::string>>{
                 {Role::practice, "A12345"}, {Role::place, "leeds"}, {Role::ops, "night-watch"}}) {
            const Answer hook = rig.caller(role, subject)
                                    .post("/v1/webhooks", body_for("createWebhook"));
            EXPECT_EQ(hook.status, 201) << hook.body;
            hooks[role] = text_at(parsed(hook), "/id");
        }
    }

    // A webhook is of one organisation alone, so each role asks for its own.
    std::string path_of(const api::Endpoint& e, Role asking) const {
        std::string path(e.pattern);
        const auto put = [&path](std::string_view name, const std::string& value) {
            if (const auto at = path.find(name); at != std::string::npos) {
                path.replace(at, name.size(), value);
            }
        };
        if (e.pattern.starts_with("/v1/webhooks")) {
            const auto own = hooks.find(asking);
            put("{id}", own != hooks.end() ? own->second : hooks.at(Role::practice));
        }
        put("{id}", text_at(about, e.pattern.starts_with("/v1/offers") ? "/offers/0/id" : "/id"));
        put("{slug}", e.pattern.starts_with("/problems") ? "busy" : "holbeck-library");
        put("{session}", "1");
        put("{place}", "leeds");
        put("{file}", "ServerFrame.json");
        return path;
    }

    Answer ask(const api::Endpoint& e, const std::string& token, Role asking = Role::practice) {
        Headers headers{{"Idempotency-Key", fresh_key()}};
        if (e.body_max != 0) {
            headers.emplace_back("Content-Type", "application/json");
        }
        Caller caller(rig.port(), token);
        return caller.send(http::name(e.verb), path_of(e, asking), headers,
                           e.operation_id == "adoptPlacePolicy" ? rules
                           : e.body_max != 0                    ? body_for(e.operation_id)
                                                                : "");
    }

    Rig rig;
    json::value about;  // the referral that paths name
    std::string rules;  // a body that PUT takes
    std::map<Role, std::string> hooks;
    matcher::Batch orphaned;
};

TEST_F(Matrix, WithoutAGoodTokenNothingIsLearnt) {
    const matcher::Timestamp past = rig.clock.now() + std::chrono::hours(-1);
    std::string forged = rig.token(Role::ops, "night-watch");
    forged[forged.size() - 3] = forged[forged.size() - 3] == 'A' ? 'B' : 'A';
    const std::vector<std::pair<std::string, std::string>> bad = {
        {"none", ""},
        {"forged", forged},
        {"expired", rig.token(Role::ops, "night-watch", past)},
        {"nonsense", "hw1.x.y"},
    };
    for (const api::Endpoint& e : api::endpoints()) {
        for (const auto& [name, token] : bad) {
            const Answer answer = ask(e, token);
            const bool open = e.permission == auth::Permission::open || e.open_to_loopback;
            if (open) {
                EXPECT_EQ(answer.status, 200) << e.operation_id << " " << name;
                continue;
            }
            EXPECT_EQ(answer.status, 401) << e.operation_id << " " << name << answer.body;
            EXPECT_FALSE(answer.header("WWW-Authenticate").empty()) << e.operation_id;
            EXPECT_EQ(text_at(parsed(answer), "/type"),
                      rig.services->base_url + "/problems/unauthenticated");
        }
    }
}

TEST_F(Matrix, AWrongRoleIsForbiddenAndARightOneIsNot) {
    const std::vector<std::pair<Role, std::string>> own = {{Role::practice, "A12345"},
                                                           {Role::hub, "holbeck-library"},
                                                           {Role::place, "leeds"},
                                                           {Role::ops, "night-watch"}};
    unsigned cells = 0;
    for (const api::Endpoint& e : api::endpoints()) {
        for (const auto& [role, subject] : own) {
            const Answer answer = ask(e, rig.token(role, subject), role);
            ++cells;
            if (!auth::allowed(role, e.permission) && !e.open_to_loopback) {
                EXPECT_EQ(answer.status, 403) << e.operation_id << " as " << matcher::name(role);
            } else {
                // State may forbid it by now; the caller does not.
                EXPECT_TRUE(answer.status != 401 && answer.status < 500 && answer.status != 404)
                    << e.operation_id << " as " << matcher::name(role) << ": " << answer.status
                    << answer.body;
            }
        }
    }
    EXPECT_EQ(cells, api::endpoints().size() * 4);
}

TEST_F(Matrix, WhatBelongsToSomebodyElseDoesNotExist) {
    const std::vector<std::pair<Role, std::string>> others = {
        {Role::practice, "B99999"}, {Role::hub, "elsewhere-hub"}, {Role::place, "bradford"}};
    for (const api::Endpoint& e : api::endpoints()) {
        // Public to every role: the profile and free places of a hub, and lists, which are filtered.
        const bool personal = e.pattern.find('{') != std::string_view::npos &&
                              e.permission != auth::Permission::open &&
                              e.permission != auth::Permission::hub_read &&
                              e.permission != auth::Permission::policy_read;
        if (!personal) {
            continue;
        }
        for (const auto& [role, subject] : others) {
            if (!auth::allowed(role, e.permission)) {
                continue;
            }
            const Answer answer = ask(e, rig.token(role, subject));
            EXPECT_EQ(answer.status, 404)
                << e.operation_id << " as other " << matcher::name(role) << answer.body;
        }
    }
}

// Whatever is asked of somebody who was erased, the answer is that, and no step is taken.
TEST_F(Matrix, EveryStepOnAnErasedPersonIsGone) {
    ASSERT_EQ(rig.hub().post("/v1/offers/" + text_at(about, "/offers/0/id") + "/accept").status, 200);
    ASSERT_EQ(rig.place().post("/v1/referrals/" + text_at(about, "/id") + "/erase").status, 200);
    const std::map<Role, std::string> own = {{Role::practice, "A12345"}, {Role::hub, "holbeck-library"},
                                             {Role::place, "leeds"}};
    unsigned steps = 0;
    for (const api::Endpoint& e : api::endpoints()) {
        const bool step = e.verb == http::Verb::post && e.operation_id != "makeOfferLink" &&
                          (e.pattern.starts_with("/v1/referrals/{id}/") || e.pattern.starts_with("/v1/offers/{id}/"));
        for (const auto& [role, subject] : own) {
            if (step && auth::allowed(role, e.permission)) {
                ++steps;
                const Answer answer = ask(e, rig.token(role, subject), role);
                EXPECT_EQ(answer.status, 410) << e.operation_id << " as " << matcher::name(role) << answer.body;
            }
        }
    }
    EXPECT_GE(steps, 30U);
}

bool is_about_a_referral(const api::Endpoint& e) { return e.pattern.starts_with("/v1/referrals/{id}"); }

// Somebody of Leeds whom no hub can help yet: no offer says whose they are, only where they live.
TEST_F(Matrix, WhoWaitsInOnePlaceDoesNotExistForAnother) {
    about = rig.submitted(Rig::referral(R"("lang-support")", R"(,"place":"leeds")"));
    const std::string target = "/v1/referrals/" + text_at(about, "/id");
    const std::string before = rig.ops().get(target).body;
    unsigned acts = 0;
    for (const api::Endpoint& e : api::endpoints()) {
        if (!is_about_a_referral(e) || !auth::allowed(Role::place, e.permission)) {
            continue;
        }
        ++acts;
        const Answer answer = ask(e, rig.token(Role::place, "bradford"), Role::place);
        EXPECT_EQ(answer.status, 404) << e.operation_id << answer.body;
        // 404 is also what somebody gets who has just had a person forgotten.
        EXPECT_EQ(rig.ops().get(target).body, before) << e.operation_id;
    }
    EXPECT_GE(acts, 10U);
    for (const api::Endpoint& e : api::endpoints()) {
        if (is_about_a_referral(e) && auth::allowed(Role::place, e.permission)) {
            const Answer answer = ask(e, rig.token(Role::place, "leeds"), Role::place);
            EXPECT_TRUE(answer.status != 403 && answer.status != 404 && answer.status < 500)
                << e.operation_id << " as the own place: " << answer.status << answer.body;
        }
    }
}

TEST_F(Matrix, ListsOfWhoWaitsHoldOnlyTheOwnPlaces) {
    const std::string id =
        text_at(rig.submitted(Rig::referral(R"("lang-support")", R"(,"place":"leeds")")), "/id");
    for (const char* list : {"/v1/gaps", "/v1/waitlist", "/v1/referrals"}) {
        EXPECT_EQ(rig.place("bradford").get(list).body.find(id), std::string::npos) << list;
        EXPECT_NE(rig.place("leeds").get(list).body.find(id), std::string::npos) << list;
        EXPECT_NE(rig.ops().get(list).body.find(id), std::string::npos) << list;
    }
}

// The step itself may hand the person over: whoever took it is told what came of it.
TEST_F(Matrix, APlaceThatMovesAPersonAwayIsToldSoAndNoMore) {
    about = rig.submitted(Rig::referral(R"("lang-support")", R"(,"place":"leeds")"));
    const std::string target = "/v1/referrals/" + text_at(about, "/id");
    const std::string body = R"({"address":"1 Zebulonia Row","postcode":"LS99 9ZZ","place":"bradford"})";
    const auto sent = [&](const std::string& key) {
        return rig.place("leeds").post(target + "/address", body, {{"Idempotency-Key", key}});
    };
    const Answer moved = sent("moved-away");
    EXPECT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(rig.place("leeds").get(target).status, 404);
    const std::string first = text_at(parsed(moved), "/id");
    EXPECT_FALSE(text_at(parsed(moved), "/needs/0/code").empty()) << moved.body;
    const Answer again = sent("moved-away");
    EXPECT_EQ(again.status, 200) << "whoever lost the answer asks again";
    EXPECT_EQ(text_at(parsed(again), "/id"), first);
    EXPECT_EQ(text_at(parsed(again), "/reference"), text_at(parsed(moved), "/reference"));
    EXPECT_EQ(parsed(again).as_object().size(), 2U) << "and reads nothing of what happens there: " << again.body;
    EXPECT_EQ(sent("another").status, 404);
    EXPECT_EQ(rig.place("bradford").get(target).status, 200);
}

// Nobody in Leeds can help; opened again, the person comes to a hub of Bradford.
TEST_F(Matrix, APlaceThatReopensForAHubElsewhereIsToldSoAndNoMore) {
    about = rig.submitted(Rig::referral(R"("lang-support")", R"(,"place":"leeds")"));
    const std::string target = "/v1/referrals/" + text_at(about, "/id");
    ASSERT_EQ(rig.practice().post(target + "/withdraw", body_for("withdrawReferral")).status, 200);
    rig.add_hub("bradford-hub", 5, "bradford", R"("lang-support")");
    const auto sent = [&](const std::string& key) {
        return rig.place("leeds").post(target + "/reopen", body_for("reopenReferral"), {{"Idempotency-Key", key}});
    };
    const Answer reopened = sent("reopened");
    ASSERT_EQ(reopened.status, 200) << reopened.body;
    ASSERT_EQ(rig.place("leeds").get(target).status, 404);
    const Answer again = sent("reopened");
    EXPECT_EQ(again.status, 200) << "whoever lost the answer asks again: " << again.body;
    EXPECT_EQ(text_at(parsed(again), "/reference"), text_at(parsed(reopened), "/reference"));
    EXPECT_EQ(parsed(again).as_object().size(), 2U) << again.body;
    EXPECT_EQ(sent("another").status, 404);
}

// No command can make an orphan, so the view is told of a referral that nothing keeps.
TEST_F(Matrix, OrphansAreShownToTheirOwnPlace) {
    const matcher::ReferralId id{0x1234, 0x5678};
    rig.state([&](const matcher::State& state) {
        matcher::ReferralSubmitted lost;
        lost.referral = matcher::ReferralIndex{static_cast<std::uint32_t>(state.referrals.size())};
        lost.id = id;
        lost.practice = matcher::PracticeCode("Z00001");
        lost.practice_seq = 1;
        lost.ask.place = matcher::PlaceCode("leeds");
        lost.ask.needs[0] = matcher::Need::motivation;
        lost.ask.need_count = 1;
        orphaned.first = state.last + 1;
        orphaned.count = 1;
        orphaned.events = {lost};
        matcher::Entry entry;
        entry.number = orphaned.first;
        entry.at = state.last_time;
        entry.command = matcher::SubmitReferral{};
        entry.event_count = 1;
        orphaned.entries = {entry};
    });
    rig.view->apply(orphaned);
    const std::string told = wire::id_text(id);
    EXPECT_EQ(text_at(parsed(rig.place("leeds").get("/v1/audit/orphans")), "/orphans/0"), told);
    EXPECT_EQ(text_at(parsed(rig.place("bradford").get("/v1/audit/orphans")), "/orphans"), "[]");
    EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/audit/orphans")), "/orphans/0"), told);
}

TEST_F(Matrix, ListsHoldOnlyOnesOwn) {
    for (const auto& [role, subject] : std::vector<std::pair<Role, std::string>>{
             {Role::practice, "B99999"}, {Role::place, "bradford"}}) {
        Caller caller = rig.caller(role, subject);
        EXPECT_EQ(text_at(parsed(caller.get("/v1/referrals")), "/items"), "[]");
    }
    EXPECT_NE(text_at(parsed(rig.place().get("/v1/referrals")), "/items"), "[]");
}

}  // namespace
}  // namespace hubward::tests
