// SPDX-License-Identifier: Apache-2.0
#include "server/pages/brand.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::HasSubstr;

TEST(Brand, TurnsAColourIntoSheetsForLightAndDark) {
    const auto brand = make_brand("Leeds Digital", "#4a148c", {});
    ASSERT_TRUE(brand);
    EXPECT_THAT(brand->style, HasSubstr("--brand:#4a148c"));
    EXPECT_THAT(brand->style, HasSubstr("prefers-color-scheme:dark"));
    EXPECT_THAT(brand->style_path, testing::MatchesRegex("/assets/brand\\.[0-9a-f]{16}\\.css"));
    EXPECT_THAT(brand->mark, testing::StartsWith("<svg"));
}

// The same figures as the calculators of the accessibility guidelines give.
TEST(Brand, MeasuresContrast) {
    EXPECT_EQ(contrast_hundredths(0x000000, 0xffffff), 2100);
    EXPECT_EQ(contrast_hundredths(0xffffff, 0xffffff), 100);
    EXPECT_EQ(contrast_hundredths(0x767676, 0xffffff), 454);
}

// Whoever configures a pale yellow must hear it from us and not from a reader with weak eyes.
TEST(Brand, RefusesWhatCannotBeReadAndWhatIsNoColour) {
    EXPECT_THAT(make_brand("X", "#ffee88", {}).error(), HasSubstr("too light"));
    for (const char* wrong : {"", "red", "#12345", "#12345g", "0b5156", "#0b51567"}) {
        EXPECT_THAT(make_brand("X", wrong, {}).error(), HasSubstr("brand.colour"));
    }
    EXPECT_THAT(make_brand("", "#0b5156", {}).error(), HasSubstr("brand.name"));
    EXPECT_THAT(make_brand(std::string(61, 'x'), "#0b5156", {}).error(), HasSubstr("brand.name"));
}

// A mark is served from our own address, so it must not run anything or call anybody.
TEST(Brand, RefusesAMarkThatIsMoreThanAPicture) {
    EXPECT_TRUE(make_brand("X", "#0b5156", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>"));
    for (const char* wrong : {"<svg><script>1</script></svg>", "<svg onload=\"1\"/>", "<html></html>",
                              "<svg><image href=\"/x\"/></svg>", "<svg><style>a{}</style></svg>"}) {
        EXPECT_THAT(make_brand("X", "#0b5156", wrong).error(), HasSubstr("brand.mark"));
    }
}

}  // namespace
}  // namespace hubward::tests
