// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>

#include "matcher/codes.hpp"
#include "server/pages/assets.hpp"
#include "server/pages/details_rows.hpp"
#include "server/pages/page.hpp"
#include "server/pages/template.hpp"
#include "server/pages/texts.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::HasSubstr;
using testing::Not;

std::string_view header(const server::http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

// A hub's name, a person's note, a language: whatever came from outside is text and never markup.
TEST(Pages, EscapeEverythingFromOutside) {
    constexpr auto evil = "<script>alert(1)</script>\"'&";
    for (const char* name : {"hub", "person", "home", "ops", "error"}) {
        Model row;
        for (const char* key : {"id", "path", "reference", "needs", "language", "access", "distance",
                                "made", "left", "text", "label", "value", "name", "help", "status"}) {
            row.set(key, evil);
        }
        Model content = row;
        for (const char* list : {"offers", "people", "reasons", "units", "needs", "open_needs", "story",
                                 "details", "gaps", "hubs", "numbers"}) {
            content.set(list, Model::List{row});
        }
        for (const char* yes : {"has_offers", "has_people", "open", "mine", "has_details", "has_gaps"}) {
            content.set(yes, true);
        }
        content.set("heading", evil).set("here", evil).set("hub", evil);
        Model frame;
        frame.set("flash", flash(false, evil, evil));
        frame.set("whose", evil).set("live", true).set("words", evil).set("stream", evil);
        const auto page = server::pages::page(200, name, evil, std::move(content), std::move(frame));
        EXPECT_THAT(page.body, Not(HasSubstr("<script>"))) << name;
        EXPECT_THAT(page.body, HasSubstr("&lt;script&gt;")) << name;
    }
}

// A page without news of an action has no empty box for it.
TEST(Pages, ShowAFlashOnlyWhenThereIsOne) {
    Model frame;
    frame.set("flash", Model());
    EXPECT_THAT(server::pages::page(200, "home", "t", Model(), frame).body, Not(HasSubstr("flash")));
    frame.set("flash", flash(true, "You accepted.", {}));
    EXPECT_THAT(server::pages::page(200, "home", "t", Model(), frame).body,
                HasSubstr("You accepted."));
}

TEST(Pages, CarryAStrictContentSecurityPolicy) {
    const auto page = error_page(404);
    EXPECT_EQ(page.status, 404u);
    EXPECT_THAT(std::string(header(page, "Content-Security-Policy")),
                HasSubstr("default-src 'none'; script-src 'self'"));
    EXPECT_THAT(std::string(header(page, "Content-Security-Policy")), Not(HasSubstr("unsafe")));
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
}

// What the policy forbids must not be there to begin with.
TEST(Pages, HoldNoInlineScriptOrStyleAndNoOtherHost) {
    for (const char* name : {"layout", "hub", "person", "home", "ops", "error"}) {
        const std::string text(template_text(name));
        for (const char* bad : {"style=", "<style", "onclick", "onload", "javascript:", "http://", "https://"}) {
            EXPECT_THAT(text, Not(HasSubstr(bad))) << name;
        }
    }
    for (const char* name : {"css", "js"}) {
        EXPECT_THAT(std::string(asset(name).bytes), Not(HasSubstr("://"))) << name;
    }
}

TEST(Pages, NameAssetsByTheirBytesAndCompressThem) {
    const Asset& css = asset("css");
    EXPECT_THAT(css.path, testing::MatchesRegex("/assets/hubward\\.[0-9a-f]+\\.css"));
    EXPECT_EQ(asset_at(css.path), &css);
    EXPECT_EQ(asset_at("/assets/hubward.0000000000000000.css"), nullptr);
    EXPECT_LT(css.gzip.size(), css.bytes.size());
    EXPECT_EQ(css.gzip.substr(0, 2), "\x1f\x8b");
}

// Every code that can reach a page has words; a code without would show itself.
TEST(Texts, KnowEveryCode) {
    const auto each = [](std::string_view group, std::span<const std::string_view> names) {
        for (const std::string_view name : names) {
            EXPECT_NE(text(group, name), name) << group;
        }
    };
    each("need", matcher::names<matcher::Need>());
    each("access", matcher::names<matcher::Access>());
    each("unit", matcher::names<matcher::UnitKind>());
    each("outcome", matcher::names<matcher::Outcome>().subspan(1));
    for (std::size_t i = 0; i < matcher::names<matcher::Reason>().size(); ++i) {
        if (matcher::hub_may_decline_with(static_cast<matcher::Reason>(i))) {
            EXPECT_NE(text("reason", matcher::names<matcher::Reason>()[i]),
                      matcher::names<matcher::Reason>()[i]);
        }
    }
}

TEST(Texts, SayTimesAndDistancesInWords) {
    const matcher::Timestamp now{1'000'000'000'000};
    using namespace std::chrono_literals;
    EXPECT_EQ(ago(now + -59s, now), "just now");
    EXPECT_EQ(ago(now + -60s, now), "1 minute ago");
    EXPECT_EQ(ago(now + -59min, now), "59 minutes ago");
    EXPECT_EQ(ago(now + -47h, now), "47 hours ago");
    EXPECT_EQ(ago(now + -48h, now), "2 days ago");
    EXPECT_EQ(left(now, now), "time is over");
    EXPECT_EQ(left(now + 61min, now), "1 hour left");
    EXPECT_EQ(distance_text(1234), "1.2 km");
    EXPECT_EQ(distance_text(430), "450 m");
    EXPECT_EQ(distance_text(0), "");
}

TEST(Details, ShowWhatPeopleNeedAndHideWhatMachinesNeed) {
    const auto rows = details_rows(
        R"({"format":"hubward.referral.v1","person":{"name":"Ada Example","nhs_number":"9990000018",)"
        R"("contact":[{"system":"phone","value":"01632 960123","safe":false}]},)"
        R"("consent":{"share_with_hub":true}})");
    ASSERT_EQ(rows.size(), 3u);
    const auto label = [&](std::size_t i) { return std::get<std::string>(rows[i].values().at("label")); };
    const auto value = [&](std::size_t i) { return std::get<std::string>(rows[i].values().at("value")); };
    EXPECT_EQ(label(0), "Name");
    EXPECT_EQ(value(0), "Ada Example");
    EXPECT_EQ(label(1), "NHS number");
    EXPECT_EQ(label(2), "Phone");
    EXPECT_THAT(value(2), HasSubstr("not private"));
}

}  // namespace
}  // namespace hubward::tests
