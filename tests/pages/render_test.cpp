// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/pages/assets.hpp"
#include "server/pages/details_rows.hpp"
#include "server/pages/page.hpp"
#include "server/pages/template.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::AllOf;
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

const Brand& brand() {
    static const Brand made = *make_brand("Hubward", "#0b5156", {});
    return made;
}

Style style() {
    Style made;
    made.words = &words_in(languages().front());
    made.brand = &brand();
    made.here = "/?";
    return made;
}

constexpr auto templates = {"answer", "capacity", "check", "conflict", "error", "follow", "home", "hours", "hub", "letter",
                            "link", "new_referral", "offers", "ops", "person", "place", "practice", "session", "session_cancel", "sessions", "status", "webhooks", "weekly", "problem", "problems", "try_it"};

TEST(Pages, SayWhenToAskAgain) {
    EXPECT_EQ(header(error_page(style(), 503), "Retry-After"), "5");
    EXPECT_EQ(header(error_page(style(), 503, "503.log_out"), "Retry-After"), "5");
    EXPECT_EQ(header(error_page(style(), 404), "Retry-After"), "");
}

// A hub's name, a person's note, a language: whatever came from outside is text and never markup.
TEST(Pages, EscapeEverythingFromOutside) {
    constexpr auto evil = "<script>alert(1)</script>\"'&";
    for (const char* name : templates) {
        Model row;
        for (const char* key : {"id", "path", "reference", "needs", "language", "access", "distance",
                                "made", "left", "text", "label", "value", "name", "help", "status",
                                "href", "count", "code", "updated", "free_of", "who", "at", "since", "line", "said", "considered"}) {
            row.set(key, evil);
        }
        Model content = row;
        for (const char* list : {"offers", "people", "reasons", "units", "needs", "open_needs", "story",
                                 "details", "gaps", "hubs", "numbers", "tiles", "filter_languages", "waiting", "rows",
                                 "faults", "asked", "charts", "stages", "happened", "options", "lines", "checks", "days", "spans",
                                 "said", "changes", "factors", "cells", "slots", "hooks", "failed", "seats", "closed", "groups", "roles", "fields"}) {
            content.set(list, Model::List{row});
        }
        for (const char* yes : {"has_offers", "has_people", "has_waiting", "has_map", "has_rows", "open", "mine", "has_details", "has_gaps",
                                "show_offers", "show_people", "may_filter", "filtered", "plain", "looked", "has_options",
                                "has_said", "has_changes", "more_said", "has_slots", "has_hooks", "has_failed", "has_seats", "seated", "has_roles", "takes_body"}) {
            content.set(yes, true);
        }
        // Parts that have lists of their own.
        for (const char* part : {"standing", "opening", "why", "answer"}) {
            Model whole = row;
            for (const char* list : {"hubs", "stopped", "changes", "factors", "cells", "days", "closed"}) {
                whole.set(list, Model::List{row});
            }
            whole.set("several", true).set("has_changes", true).set("stated", true).set("times", evil).set("passed", evil);
            content.set(part, std::move(whole));
        }
        content.set("next", evil).set("url", evil);
        content.set("heading", evil).set("here", evil).set("hub", evil).set("what", evil);
        Model frame;
        frame.set("flash", flash(false, evil, evil));
        frame.set("nav", Model::List{nav_item(evil, evil, true)});
        frame.set("whose", evil).set("live", true).set("words", evil).set("stream", evil);
        const auto page =
            server::pages::page(style(), 200, name, evil, std::move(content), std::move(frame));
        EXPECT_THAT(page.body, Not(HasSubstr("<script>"))) << name;
        EXPECT_THAT(page.body, HasSubstr("&lt;script&gt;")) << name;
    }
}

// A page without news of an action has no empty box for it.
TEST(Pages, ShowAFlashOnlyWhenThereIsOne) {
    Model frame;
    frame.set("flash", Model());
    EXPECT_THAT(server::pages::page(style(), 200, "home", "t", Model(), frame).body,
                Not(HasSubstr("hw-flash")));
    frame.set("flash", flash(true, "You accepted.", {}));
    EXPECT_THAT(server::pages::page(style(), 200, "home", "t", Model(), frame).body,
                HasSubstr("You accepted."));
}

TEST(Pages, CarryAStrictContentSecurityPolicy) {
    const auto page = error_page(style(), 404);
    EXPECT_EQ(page.status, 404u);
    EXPECT_THAT(std::string(header(page, "Content-Security-Policy")),
                HasSubstr("default-src 'none'; script-src 'self'"));
    EXPECT_THAT(std::string(header(page, "Content-Security-Policy")), Not(HasSubstr("unsafe")));
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
}

// What the policy forbids must not be there to begin with. The name of the SVG elements' language is
// no address: nobody fetches it.
TEST(Pages, HoldNoInlineScriptOrStyleAndNoOtherHost) {
    std::vector<std::string_view> texts = {template_text("layout"), asset("css").bytes,
                                           asset("js").bytes, asset("refer").bytes, asset("enter").bytes, brand().style};
    for (const char* name : templates) {
        texts.push_back(template_text(name));
    }
    for (const std::string_view text : texts) {
        for (const char* bad : {"style=", "<style", "onclick", "onload=", "javascript:", "http://", "https://",
                                "@import", "url(", "assets.nhs.uk", "Frutiger"}) {
            EXPECT_EQ(text.find(bad), std::string_view::npos) << bad << " in " << text.substr(0, 80);
        }
    }
}

// A link that says it is a button must also answer to the space bar, which none does without a script.
TEST(Pages, CallNoLinkAButton) {
    for (const char* name : templates) {
        EXPECT_THAT(std::string(template_text(name)), Not(testing::ContainsRegex("<a [^>]*role=\"button\""))) << name;
        EXPECT_THAT(std::string(template_text(name)), Not(HasSubstr("draggable"))) << name;
    }
}

TEST(Pages, NameAssetsByTheirBytesAndCarryThemCompressed) {
    const Asset& css = asset("css");
    EXPECT_THAT(css.path, testing::MatchesRegex("/assets/hubward\\.[0-9a-f]+\\.css"));
    EXPECT_EQ(asset_at(css.path), &css);
    EXPECT_EQ(asset_at("/assets/hubward.0000000000000000.css"), nullptr);
    EXPECT_LT(css.gzip.size(), css.bytes.size() / 4);
    EXPECT_LT(css.brotli.size(), css.gzip.size());
    EXPECT_EQ(css.gzip.substr(0, 2), "\x1f\x8b");
}

// The language menu keeps the filter of the list; a page that answers a form has no address to go
// back to, so it has no menu.
TEST(Pages, OfferLanguagesOnTheSameAddress) {
    server::http::Request request;
    request.target = "/hub/near?show=urgent&lang=en";
    const Style asked = style_of(request, brand(), false);
    EXPECT_EQ(asked.here, "/hub/near?show=urgent&");
    EXPECT_THAT(error_page(asked, 404).body, HasSubstr("/hub/near?show=urgent&amp;lang=en"));
    request.target = "//elsewhere.example/enter?a=1";
    EXPECT_THAT(error_page(style_of(request, brand(), false), 404).body,
                AllOf(HasSubstr("\"/elsewhere.example/enter?a=1&amp;lang=en\""), Not(HasSubstr("\"//elsewhere"))));
    request.verb = server::http::Verb::post;
    EXPECT_THAT(error_page(style_of(request, brand(), false), 404).body, Not(HasSubstr("hw-language")));
}

TEST(Details, ShowWhatPeopleNeedAndHideWhatMachinesNeed) {
    const auto rows = details_rows(
        words_in(languages().front()),
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

// The deepest message that is taken stands a level deeper in what is kept.
TEST(Details, ShowThePersonOfAMessageThatIsNestedAsDeepAsAnyMayBe) {
    const auto deep = std::string(server::wire::fhir_depth_max, '[') + std::string(server::wire::fhir_depth_max, ']');
    const auto rows = details_rows(words_in(languages().front()),
                                   R"({"format":"bars","bundle":)" + deep + R"(,"person":{"name":"Ada Example"}})");
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(std::get<std::string>(rows[0].values().at("value")), "Ada Example");
}

// What was said later may change what was said first, so it stands above it.
TEST(Details, ShowWhatWasSaidLaterOnTop) {
    const auto rows = details_rows(
        words_in(languages().front()),
        R"({"person":{"postcode":"LS99 9ZZ"},"notes":[)"
        R"({"at":"2026-03-02T09:30:00Z","event":"PersonMoved","note":"{\"address\":\"2 New Row\",\"postcode\":\"LS99 8ZZ\"}"},)"
        R"({"at":"2026-03-03T09:30:00Z","event":"Reopened","episode":2,"note":"{asked} again"}]})");
    std::string all;
    for (const auto& row : rows) {
        all += std::get<std::string>(row.values().at("label")) + "=" + std::get<std::string>(row.values().at("value")) + ";";
    }
    EXPECT_EQ(all, "New address=2 New Row;New postcode=LS99 8ZZ;Said later={asked} again;Postcode=LS99 9ZZ;");
}

}  // namespace
}  // namespace hubward::tests
