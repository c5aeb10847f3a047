// SPDX-License-Identifier: Apache-2.0
//
// Two referrals of one person: the hub that was asked for both says so. Whoever sent the one learns of the
// other only when it is of the same practice.
#include <gtest/gtest.h>

#include "server/feed/feed.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct Duplicate : testing::Test {
    Duplicate() { rig.add_hub("holbeck-library"); }

    std::string sent_by(const std::string& practice) {
        return text_at(rig.submitted(Rig::referral(), practice), "/id");
    }
    // The stream's events as its readers get them.
    std::string stream(const std::string& name) {
        const auto encode = server::feed::cloud_events(*rig.view, rig.store->event_log());
        std::string all;
        for (const storage::StreamEvent& event : rig.store->event_log().read(name, 0, 100)) {
            all += encode(event, name, server::wire::Detail::full) + "\n";
        }
        EXPECT_NE(all.find(R"("reason":"duplicate")"), std::string::npos) << name << all;
        return all;
    }
    void decline(const std::string& id, const std::string& other) {
        const Answer answer = rig.hub().post("/v1/offers/" + id + ".1/decline",
                                             R"({"reason":"duplicate","duplicate_of":")" + other + R"("})");
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    Rig rig;
};

TEST_F(Duplicate, APracticeIsNotToldThatAnotherReferredThePerson) {
    const std::string other = sent_by("B99999");
    const std::string id = sent_by("A12345");
    decline(id, other);
    EXPECT_EQ(stream("practice/A12345").find(other), std::string::npos);
    for (const char* name : {"hub/holbeck-library", "place/leeds", "ops"}) {
        EXPECT_NE(stream(name).find(R"("duplicate_of":")" + other), std::string::npos) << name;
    }
    Caller practice = rig.practice();
    for (const std::string& path : {"/v1/referrals/" + id, "/v1/referrals/" + id + "/history",
                                    "/v1/referrals/" + id + "/details", "/v1/referrals/" + id + "/explanation"}) {
        EXPECT_EQ(practice.get(path).body.find(other), std::string::npos) << path;
    }
}

TEST_F(Duplicate, OfItsOwnItIsTold) {
    const std::string other = sent_by("A12345");
    const std::string id = sent_by("A12345");
    decline(id, other);
    EXPECT_NE(stream("practice/A12345").find(R"("duplicate_of":")" + other), std::string::npos);
}

}  // namespace
}  // namespace hubward::tests
