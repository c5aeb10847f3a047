// SPDX-License-Identifier: Apache-2.0
//
// What careless and hostile clients send: no 5xx, a problem with a known type, the field by name, and
// never the value.
#include <algorithm>

#include <gtest/gtest.h>

#include <set>

#include <fmt/format.h>

#include "server/api/problem.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct Bad {
    std::string body;
    std::string pointer;  // that must be among the errors; "-" when the whole document is unreadable
};

std::set<std::string> pointers(const Answer& answer) {
    std::set<std::string> found;
    const json::value document = parsed(answer);
    if (document.is_object() && document.as_object().contains("errors")) {
        for (const json::value& error : document.at("errors").as_array()) {
            found.insert(text_at(error, "/pointer"));
            EXPECT_FALSE(text_at(error, "/detail").empty());
        }
    }
    return found;
}

void expect_refused(const Answer& answer, const Bad& bad) {
    EXPECT_TRUE(answer.status == 400 || answer.status == 422) << answer.status << bad.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    const json::value document = parsed(answer);
    EXPECT_EQ(text_at(document, "/status"), std::to_string(answer.status));
    EXPECT_EQ(text_at(document, "/trace_id").size(), 32U);
    const std::string type = text_at(document, "/type");
    EXPECT_TRUE(std::ranges::any_of(server::api::problem_types(), [&](const auto& known) {
        return type.ends_with("/problems/" + std::string(known.slug));
    })) << type;
    if (bad.pointer == "-") {
        EXPECT_EQ(answer.status, 400) << bad.body << answer.body;
    } else {
        EXPECT_EQ(answer.status, 422) << bad.body;
        EXPECT_TRUE(pointers(answer).contains(bad.pointer)) << bad.body << "\n" << answer.body;
    }
}

// Broken in the same way whatever the document is about.
std::vector<Bad> unreadable() {
    std::vector<Bad> all;
    for (const char* body : {"{", "}", "[", "{]", "nul", "tru", "\"", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
                             "{'a':1}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":1e}", "{\"a\":NaN}",
                             "{\"a\":Infinity}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
                             "{\"a\":\"\\ud800\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}",
                             "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\n\"}", "\xef\xbb\xbf{}", "{} {}",
                             "{}x", "// no\n{}", "{\"a\":1 \"b\":2}", "<xml/>", "a=b"}) {
        all.push_back({body, "-"});
    }
    all.push_back({std::string("{\"a\":\"\0\"}", 9), "-"});
    all.push_back({std::string(200, '['), "-"});
    return all;
}

TEST(Malformed, ReferralsAreRefusedByField) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const auto with = [](const std::string& members) {
        return fmt::format(R"({{"consent":{{"share_with_hub":true}},"needs":["nhs-app"]{}}})", members);
    };
    std::vector<Bad> all = unreadable();
    const std::vector<Bad> fields = {
        {"[]", ""},
        {"7", ""},
        {R"({"consent":{"share_with_hub":true}})", "/needs"},
        {R"({"needs":["nhs-app"]})", "/consent"},
        {R"({"needs":["nhs-app"],"consent":{}})", "/consent/share_with_hub"},
        {R"({"needs":["nhs-app"],"consent":{"share_with_hub":false}})", "/consent/share_with_hub"},
        {R"({"needs":["nhs-app"],"consent":{"share_with_hub":"yes"}})", "/consent/share_with_hub"},
        {R"({"needs":[],"consent":{"share_with_hub":true}})", "/needs"},
        {R"({"needs":"nhs-app","consent":{"share_with_hub":true}})", "/needs"},
        {R"({"needs":["nhs-appp"],"consent":{"share_with_hub":true}})", "/needs/0"},
        {R"({"needs":["nhs-app",7],"consent":{"share_with_hub":true}})", "/needs/1"},
        {R"({"needs":["nhs-app","nhs-app"],"consent":{"share_with_hub":true}})", "/needs/1"},
        {with(R"(,"language":"xx")"), "/language"},
        {with(R"(,"language":7)"), "/language"},
        {with(R"(,"urgency":"soon")"), "/urgency"},
        {with(R"(,"travel_max_metres":0)"), "/travel_max_metres"},
        {with(R"(,"travel_max_metres":1000001)"), "/travel_max_metres"},
        {with(R"(,"travel_max_metres":1.5)"), "/travel_max_metres"},
        {with(R"(,"location":{"latitude":91,"longitude":0})"), "/location/latitude"},
        {with(R"(,"location":{"latitude":1})"), "/location/longitude"},
        {with(R"(,"age":131)"), "/age"},
        {with(R"(,"age":-1)"), "/age"},
        {with(R"(,"communities":[32])"), "/communities/0"},
        {with(R"(,"access":["1082661000000100"])"), "/access/0"},
        {with(R"(,"access_preferred":["stairs"])"), "/access_preferred/0"},
        {with(R"(,"trusted_hub":"Not A Slug")"), "/trusted_hub"},
        {with(R"(,"refused_hubs":["ok","-"])"), "/refused_hubs/1"},
        {with(R"(,"practice_reference":"")"), "/practice_reference"},
        {with(R"(,"person":{"nhs_number":"999 000 0001"})"), "/person/nhs_number"},
        {with(R"(,"person":{"date_of_birth":"2026-02-30"})"), "/person/date_of_birth"},
        {with(R"(,"person":{"postcode":"nowhere"})"), "/person/postcode"},
        {with(R"(,"person":{"contact":[{"system":"pigeon","value":"x"}]})"), "/person/contact/0/system"},
        {with(R"(,"person":{"name":7})"), "/person/name"},
        {with(R"(,"person":"Ada")"), "/person"},
        {with(R"(,"colour":"red")"), "/colour"},
    };
    all.insert(all.end(), fields.begin(), fields.end());
    Caller practice = rig.practice();
    for (const Bad& bad : all) {
        expect_refused(practice.post("/v1/referrals", bad.body), bad);
    }
    EXPECT_GE(all.size(), 60U);
    EXPECT_EQ(practice.post("/v1/referrals", Rig::referral()).status, 201);
}

TEST(Malformed, HubsAreRefusedByField) {
    Rig rig;
    const auto with = [](const std::string& members) {
        return fmt::format(R"({{"name":"N","place":"leeds","needs":["nhs-app"]{}}})", members);
    };
    std::vector<Bad> all = unreadable();
    const std::vector<Bad> fields = {
        {"", "-"},
        {"[]", ""},
        {R"({"place":"leeds","needs":[]})", "/name"},
        {R"({"name":"N","needs":[]})", "/place"},
        {R"({"name":"N","place":"leeds"})", "/needs"},
        {R"({"name":"N","place":"Not OK","needs":[]})", "/place"},
        {R"({"name":"","place":"leeds","needs":[]})", "/name"},
        {R"({"name":"N","place":"leeds","needs":["x"]})", "/needs/0"},
        {with(R"(,"languages":["zz"])"), "/languages/0"},
        {with(R"(,"capacity":{"place":10001})"), "/capacity/place"},
        {with(R"(,"capacity":{"chairs":1})"), "/capacity/chairs"},
        {with(R"(,"location":{"latitude":"53","longitude":-1})"), "/location/latitude"},
        {with(R"(,"age_min":131)"), "/age_min"},
        {with(R"(,"catchment_metres":-1)"), "/catchment_metres"},
        {with(R"(,"virtual":"no")"), "/virtual"},
        {with(R"(,"access":["stairs"])"), "/access/0"},
    };
    all.insert(all.end(), fields.begin(), fields.end());
    Caller ops = rig.ops();
    for (const Bad& bad : all) {
        expect_refused(ops.put("/v1/hubs/some-hub", bad.body), bad);
    }
    for (const char* slug : {"UPPER", "-a", "a-", "a_b", "a%20b"}) {
        EXPECT_EQ(ops.put(std::string("/v1/hubs/") + slug, with("")).status, 404) << slug;
    }
    const std::string longest(64, 'h');
    EXPECT_EQ(ops.put("/v1/hubs/" + longest, with("")).status, 201);
    EXPECT_EQ(ops.put("/v1/hubs/" + longest + "h", with("")).status, 404);
}

TEST(Malformed, ActionsAreRefusedByField) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const json::value made = rig.submitted(Rig::referral());
    const std::string offer = "/v1/offers/" + text_at(made, "/offers/0/id");
    Caller hub = rig.hub();
    for (const char* action : {"/open", "/accept", "/decline", "/start", "/outcome", "/return"}) {
        for (const Bad& bad : unreadable()) {
            expect_refused(hub.post(offer + action, bad.body), bad);
        }
        expect_refused(hub.post(offer + action, R"({"colour":1})"), {R"({"colour":1})", "/colour"});
        expect_refused(hub.post(offer + action, "[]"), {"[]", ""});
    }
    for (const char* action : {"/decline", "/return"}) {
        const std::vector<Bad> fields = {{"", "-"},
                                         {"{}", "/reason"},
                                         {R"({"reason":""})", "/reason"},
                                         {R"({"reason":7})", "/reason"},
                                         {R"({"reason":null})", "/reason"},
                                         {R"({"reason":"none"})", "/reason"},
                                         {R"({"reason":"sent-in-error"})", "/reason"},
                                         {R"({"reason":"whatever"})", "/reason"}};
        for (const Bad& bad : fields) {
            expect_refused(hub.post(offer + action, bad.body), bad);
        }
    }
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    const std::vector<Bad> outcomes = {{"{}", "/need"},
                                       {"{}", "/outcome"},
                                       {R"({"need":-1,"outcome":"need-met"})", "/need"},
                                       {R"({"need":8,"outcome":"need-met"})", "/need"},
                                       {R"({"need":1,"outcome":"need-met"})", "/need"},
                                       {R"({"need":"0","outcome":"need-met"})", "/need"},
                                       {R"({"need":0,"outcome":"none"})", "/outcome"},
                                       {R"({"need":0,"outcome":"great"})", "/outcome"}};
    for (const Bad& bad : outcomes) {
        expect_refused(hub.post(offer + "/outcome", bad.body), bad);
    }
    for (const Bad& bad : std::vector<Bad>{{"{}", "/reason"}, {R"({"reason":"no-slot"})", "/reason"}}) {
        expect_refused(rig.practice().post("/v1/referrals/" + text_at(made, "/id") + "/withdraw",
                                           bad.body), bad);
    }
    const std::vector<Bad> capacities = {{"", "-"},
                                         {"{}", "/unit"},
                                         {"{}", "/total"},
                                         {R"({"unit":"chair","total":1})", "/unit"},
                                         {R"({"unit":"place","total":10001})", "/total"},
                                         {R"({"unit":"place","total":-1})", "/total"},
                                         {R"({"unit":"place","total":1.5})", "/total"}};
    for (const Bad& bad : capacities) {
        expect_refused(hub.put("/v1/hubs/holbeck-library/capacity", bad.body), bad);
    }
}

TEST(Malformed, IdsThatAreNoneDoNotExist) {
    Rig rig;
    Caller practice = rig.practice();
    Caller hub = rig.hub();
    const std::string uuid = "0192d3a4-0000-7000-8000-000000000000";
    for (const std::string& id : {uuid, std::string("1"), std::string("%20"), uuid + "x", uuid + ".1",
                                  std::string("../hubs"), std::string(300, 'a'), std::string("%F0%9F%98%80"),
                                  std::string("00000000-0000-0000-0000-000000000000"),
                                  std::string("{" + uuid + "}")}) {
        for (const char* tail : {"", "/history", "/details"}) {
            const Answer answer = practice.get("/v1/referrals/" + id + tail);
            EXPECT_TRUE(answer.status == 404 || answer.status == 400) << id << tail << answer.status;
            if (id.size() > 30) {
                EXPECT_EQ(answer.body.find(id), std::string::npos) << "the answer repeats the id";
            }
        }
    }
    for (const std::string& id : {uuid + ".1", uuid + ".0", uuid + ".256", uuid + ".01", uuid + ".-1",
                                  uuid + ".", uuid, uuid + ".1.1"}) {
        EXPECT_EQ(hub.get("/v1/offers/" + id).status, 404) << id;
        EXPECT_EQ(hub.post("/v1/offers/" + id + "/accept").status, 404) << id;
    }
}

TEST(Malformed, BodiesHaveABoundAndAType) {
    Rig rig;
    rig.add_hub("holbeck-library");
    Caller practice = rig.practice();
    // Blanks behind the document do not change it, so only the size decides.
    const std::string small = Rig::referral();
    const std::string at_bound = small + std::string(64 * 1024 - small.size(), ' ');
    EXPECT_EQ(practice.post("/v1/referrals", at_bound).status, 201);
    const Answer beyond = practice.post("/v1/referrals", at_bound + " ");
    EXPECT_EQ(beyond.status, 413);
    EXPECT_EQ(text_at(parsed(beyond), "/type"), rig.services->base_url + "/problems/too-large");

    const Headers key{{"Idempotency-Key", fresh_key()}};
    for (const char* type : {"text/plain", "application/xml", "application/json; charset=latin1",
                             "application/x-www-form-urlencoded", ""}) {
        Headers headers = key;
        headers.emplace_back("Content-Type", type);
        EXPECT_EQ(practice.send("POST", "/v1/referrals", headers, small).status, 415) << type;
    }
    Headers coded = key;
    coded.emplace_back("Content-Type", "application/json");
    coded.emplace_back("Content-Encoding", "gzip");
    EXPECT_EQ(practice.send("POST", "/v1/referrals", coded, small).status, 415);
    Headers fine = key;
    fine.emplace_back("Content-Type", "Application/JSON; charset=\"UTF-8\"");
    EXPECT_EQ(practice.send("POST", "/v1/referrals", fine, small).status, 201);
}

}  // namespace
}  // namespace hubward::tests
