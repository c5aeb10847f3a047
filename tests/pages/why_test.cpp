// SPDX-License-Identifier: Apache-2.0
#include "server/pages/why.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace hubward::tests {
namespace {

using namespace server::pages;

struct Why {
    matcher::Event event = matcher::Offered{};
    std::vector<server::api::Told> told;

    Why() {
        auto& made = std::get<matcher::Offered>(event);
        made.policy = 3;
        made.considered = 4;
        made.score.distance = 300;
        made.score.language = 150;
        server::api::Told one;
        one.event.event = &event;
        one.subject.ordinal = 2;
        told.push_back(one);
    }
    Model of(std::uint8_t ordinal, std::uint32_t version) const {
        matcher::Policy policy;
        policy.version = version;
        policy.community = 0;
        return why_this_hub(words_in(languages().front()), told, ordinal, policy);
    }
};

std::string text(const Model& model, const char* name) {
    return std::get<std::string>(model.values().at(name));
}

// Each factor with what it gave and what it could have given; one without weight is not shown.
TEST(WhyThisHub, ShowsPointsOfEachFactor) {
    const Model why = Why().of(2, 3);
    EXPECT_EQ(text(why, "considered"), "4 hubs could help. This one has the most points.");
    const auto& rows = std::get<Model::List>(why.values().at("factors"));
    ASSERT_EQ(rows.size(), 6u);
    EXPECT_EQ(text(rows[0], "label"), "Near");
    EXPECT_EQ(text(rows[0], "said"), "300 of 400 points");
    EXPECT_EQ(text(rows[1], "said"), "0 of 250 points");
}

// Every factor of the score is a row when it counts, also those that a policy turns on and the price.
TEST(WhyThisHub, ShowsEveryFactorThatCounts) {
    Why why;
    auto& made = std::get<matcher::Offered>(why.event);
    made.score.price = -40;
    made.score.access = 20;
    matcher::Policy policy;
    policy.version = 3;
    policy.wait = 30;
    policy.times = 20;
    policy.groups = 10;
    const Model shown = why_this_hub(words_in(languages().front()), why.told, 2, policy);
    const auto& rows = std::get<Model::List>(shown.values().at("factors"));
    ASSERT_EQ(rows.size(), matcher::factor_count);
    const auto price = std::ranges::find_if(
        rows, [](const Model& row) { return text(row, "said") == "-40 of -200 points"; });
    ASSERT_NE(price, rows.end());
    EXPECT_EQ(text(*price, "points"), "40") << "a bar has no length below nothing";
}

// Points under rules that have changed since are not measured against the new ones.
TEST(WhyThisHub, DoesNotMeasureByRulesThatCameLater) {
    const Model why = Why().of(2, 4);
    const auto& rows = std::get<Model::List>(why.values().at("factors"));
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(text(rows[0], "said"), "300");
    EXPECT_EQ(text(rows[1], "most"), "300");
}

TEST(WhyThisHub, IsSilentAboutAnOfferThatItDoesNotKnow) {
    EXPECT_TRUE(Why().of(1, 3).values().empty());
}

}  // namespace
}  // namespace hubward::tests
