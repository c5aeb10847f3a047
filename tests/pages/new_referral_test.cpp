// SPDX-License-Identifier: Apache-2.0
//
// A referral written by hand, from the form to what is kept: whose it is, where the person lives, and what somebody is
// told who sends it twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>

#include "matcher/state.hpp"
#include "tests/pages/paged.hpp"

namespace hubward::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string form(const std::string& key, const std::string& as, const std::string& more = "") {
    return fmt::format("as={}&key={}&name=Amina+Testperson&phone=01632+960001&needs=nhs-app&consent=yes{}", as, key, more);
}

struct NewReferral : testing::Test {
    PagedRig rig;

    Answer sent(const std::string& form, const std::string& practice = "A12345") {
        return PagedRig::send(rig.practice(practice), "/practice/new", form);
    }
    std::size_t kept() {
        std::size_t count = 0;
        rig.state([&](const matcher::State& state) { count = state.referrals.size(); });
        return count;
    }
    // Where the person lives, and who was asked.
    std::string place_and_hub(const std::string& id) {
        std::string said;
        rig.state([&](const matcher::State& state) {
            const auto index = state.find(*server::wire::parse_id(id));
            ASSERT_TRUE(index);
            const matcher::Referral& referral = state.at(*index);
            said = std::string(referral.ask.place.view()) + " ";
            if (referral.first_offer != matcher::no_offer) {
                said += state.at(state.at(referral.first_offer).hub).profile.slug.view();
            }
        });
        return said;
    }
};

// A hub that serves a whole place, and no circle around it, is asked for whoever lives there, however they come.
TEST_F(NewReferral, APostcodeReachesAHubThatServesByPlace) {
    const auto file = rig.folder / "gazetteer.csv";
    std::ofstream(file) << "postcode,latitude,longitude,place\nLS99,53.79,-1.55,riverside\n";
    rig.gazetteer = *server::wire::Gazetteer::load(file);
    ASSERT_EQ(rig.ops()
                  .put("/v1/hubs/riverside-library",
                       R"({"name":"Riverside","place":"riverside","location":{"latitude":53.79,"longitude":-1.55},)"
                       R"("needs":["nhs-app"],"serves":["riverside"],"capacity":{"place":5}})")
                  .status,
              201);
    const std::string by_form = behind(sent(form(fresh_key(), "A12345", "&postcode=LS99+9ZZ")), "/referrals/");
    EXPECT_EQ(place_and_hub(by_form), "riverside riverside-library");
    const std::string by_json = text_at(
        rig.submitted(Rig::referral(R"("nhs-app")", R"(,"place":"riverside")")), "/id");
    EXPECT_EQ(place_and_hub(by_json), place_and_hub(by_form)) << "the same by both ways";

    const std::string nowhere = behind(sent(form(fresh_key(), "A12345")), "/referrals/");
    EXPECT_EQ(place_and_hub(nowhere), " ") << "whoever says no postcode lives in no place that is known";

    // Nobody can help with this: until somebody is asked it is the place's where the person lives, and no other's.
    const std::string unserved = text_at(
        rig.submitted(R"({"needs":["dev-gift"],"consent":{"share_with_hub":true},"person":{"postcode":"LS99 9ZZ"}})"), "/id");
    EXPECT_EQ(rig.place("riverside").get("/v1/referrals/" + unserved).status, 200);
    EXPECT_EQ(rig.place("hillside").get("/v1/referrals/" + unserved).status, 404);
    EXPECT_EQ(rig.place("hillside").post("/v1/referrals/" + unserved + "/release").status, 404);
}

}  // namespace
}  // namespace hubward::tests
