// SPDX-License-Identifier: Apache-2.0
//
// A practice must see at once whom nobody helps, and never be told that somebody has who is nobody's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "matcher/codes.hpp"
#include "server/pages/stand.hpp"
#include "tests/pages/paged.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

matcher::Referral with_needs(std::initializer_list<matcher::NeedStatus> statuses) {
    matcher::Referral referral;
    referral.status = matcher::ReferralStatus::active;
    referral.consents.given.add(matcher::Purpose::share_status_with_referrer);
    for (const matcher::NeedStatus status : statuses) {
        referral.needs[referral.ask.need_count++].status = status;
    }
    return referral;
}

// One need in care does not make up for another that nobody has.
TEST(Stand, IsCareOnlyWhenNothingWaits) {
    using enum matcher::NeedStatus;
    EXPECT_EQ(stand_of(with_needs({accepted, resolved})), Stand::care);
    EXPECT_EQ(stand_of(with_needs({accepted, offered})), Stand::open);
    EXPECT_EQ(stand_of(with_needs({accepted, gap})), Stand::gap);
    EXPECT_EQ(stand_of(with_needs({accepted, gap, with_owner})), Stand::place);
    EXPECT_EQ(stand_of(with_needs({accepted, with_owner, with_referrer})), Stand::yours);
    for (const matcher::NeedStatus waits : {with_referrer, with_owner, gap}) {
        EXPECT_TRUE(worries(stand_of(with_needs({accepted, waits})))) << matcher::name(waits);
    }
    EXPECT_FALSE(worries(Stand::open));
}

TEST(Stand, TellsNoMoreThanThePersonAgreedTo) {
    matcher::Referral silent = with_needs({matcher::NeedStatus::gap});
    silent.consents.given = {};
    EXPECT_EQ(stand_of(silent), Stand::open);
    silent.status = matcher::ReferralStatus::completed;
    EXPECT_EQ(stand_of(silent), Stand::open) << "that it is over, the practice was not to hear";
    silent.status = matcher::ReferralStatus::revoked;
    EXPECT_EQ(stand_of(silent), Stand::done);
}

TEST(PracticePage, WhatCameBackIsWaitingForThePracticeUntilItIsReleased) {
    PagedRig rig;
    rig.add_hub("holbeck-library");
    const std::string id = text_at(rig.submitted(Rig::referral()), "/id");
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/decline", R"({"reason":"missing-information"})").status, 200);
    EXPECT_THAT(rig.practice().get("/practice?show=yours").body, HasSubstr(id));
    EXPECT_THAT(rig.practice().get("/practice?show=care").body, Not(HasSubstr(id)));
    EXPECT_THAT(rig.practice().get("/practice/referrals/" + id).body,
                AllOf(HasSubstr("No hub has this now"), HasSubstr("Ask hubs again"), Not(HasSubstr("tag--green"))));
    EXPECT_THAT(rig.place().get("/ops/place").body, HasSubstr("with practice A12345"));
    EXPECT_THAT(rig.place("elsewhere").get("/ops/place").body, Not(HasSubstr("with practice A12345")));
    EXPECT_THAT(rig.place().get("/ops").body, HasSubstr("1 person waits for somebody"));

    const std::string release = "/practice/referrals/" + id + "/release";
    EXPECT_EQ(PagedRig::send(rig.practice("B67890"), release, "").status, 404);
    EXPECT_EQ(behind(PagedRig::send(rig.practice(), release, "key=" + fresh_key()), "done="), "released");
    EXPECT_THAT(rig.practice().get("/practice?show=yours").body, Not(HasSubstr(id)));
    EXPECT_THAT(rig.place().get("/ops/place").body, Not(HasSubstr("with practice A12345")));
}

TEST(PracticePage, WhatRestsIsNoCauseForWorry) {
    PagedRig rig;
    const std::string id = text_at(rig.submitted(Rig::referral()), "/id");
    EXPECT_THAT(rig.practice().get("/practice?show=gap").body, AllOf(HasSubstr(id), HasSubstr("hw-row--urgent")));
    ASSERT_EQ(rig.practice().post("/v1/referrals/" + id + "/pause", R"({"reason":"person-unavailable","review_at":"2027-03-30T09:00:00Z"})").status,
              200);
    EXPECT_THAT(rig.practice().get("/practice?show=gap").body,
                AllOf(HasSubstr(id), HasSubstr(">The referral rests<"), Not(HasSubstr("hw-row--urgent"))));
    EXPECT_THAT(rig.practice().get("/practice/referrals/" + id).body,
                AllOf(HasSubstr(">The referral rests<"), Not(HasSubstr("no hub found yet"))));
}

TEST(PracticePage, ADangerIsThePlacesToJudge) {
    PagedRig rig;
    rig.add_hub("holbeck-library");
    const std::string id = text_at(rig.submitted(Rig::referral()), "/id");
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/decline", R"({"reason":"safety-concern"})").status, 200);
    EXPECT_THAT(rig.practice().get("/practice?show=place").body, HasSubstr(id));
    EXPECT_THAT(rig.practice().get("/practice/referrals/" + id).body,
                AllOf(HasSubstr("at the place must decide"), Not(HasSubstr("Ask hubs again"))));
    EXPECT_THAT(rig.place().get("/ops/place").body, HasSubstr("with duty-desk"));
    const std::string refused =
        behind(PagedRig::send(rig.practice(), "/practice/referrals/" + id + "/release", "key=" + fresh_key()), "refused=");
    EXPECT_EQ(refused, "changed");
    EXPECT_THAT(rig.practice().get("/practice/referrals/" + id + "?refused=" + refused).body,
                HasSubstr("Somebody changed it in the meantime. Nothing was done")) << "and it is said";
    EXPECT_THAT(rig.practice().get("/practice?show=place").body, HasSubstr(id)) << "it still lies there";
}

// Whoever waits longest was sent first, and must not fall off the page behind all that is over.
TEST(PracticePage, KeepsWhoeverWaitsLongest) {
    PagedRig rig;
    rig.add_hub("holbeck-library", 1000);
    const std::string unserved = text_at(rig.submitted(Rig::referral(R"("skill-safe")")), "/id");
    constexpr int finished = 203;
    Caller practice = rig.practice();
    for (int i = 0; i < finished; ++i) {
        const std::string id = text_at(rig.submitted(Rig::referral()), "/id");
        ASSERT_EQ(practice.post("/v1/referrals/" + id + "/withdraw", R"({"reason":"recalled-by-referrer"})").status, 200);
    }
    EXPECT_THAT(practice.get("/practice?show=gap").body, HasSubstr(unserved));
    const std::string all = practice.get("/practice").body;
    EXPECT_THAT(all, AllOf(HasSubstr(unserved), HasSubstr("<b>203</b>"), HasSubstr("3 more are not listed here")));
    EXPECT_LT(all.find(unserved), all.find("tag--white")) << "first, whom nobody has";
}

}  // namespace
}  // namespace hubward::tests
