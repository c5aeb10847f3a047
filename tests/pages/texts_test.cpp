// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <span>
#include <utility>
#include <variant>

#include "matcher/codes.hpp"
#include "matcher/event.hpp"
#include "matcher/rejection.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/pseudo.hpp"
#include "server/pages/texts.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using namespace std::chrono_literals;
using testing::HasSubstr;

const Words& english() { return words_in(languages().front()); }

std::vector<const Language*> translations() {
    std::vector<const Language*> list;
    for (const Language& language : languages()) {
        if (!language.pseudo && &language != &languages().front()) {
            list.push_back(&language);
        }
    }
    return list;
}

// Every code that can reach a page has words; a code without would show itself.
TEST(Texts, KnowEveryCode) {
    const auto each = [](std::string_view group, std::span<const std::string_view> names) {
        for (const std::string_view name : names) {
            EXPECT_NE(english().text(group, name), name) << group;
        }
    };
    each("need", matcher::names<matcher::Need>());
    each("access", matcher::names<matcher::Access>());
    each("unit", matcher::names<matcher::UnitKind>());
    each("outcome", matcher::names<matcher::Outcome>());
    each("purpose", matcher::names<matcher::Purpose>());
    each("measure", matcher::names<matcher::Measure>());
    // A hub declines with some of them; the others end an offer or a referral, and its story says why.
    for (const std::string_view name : matcher::names<matcher::Reason>()) {
        EXPECT_TRUE(english().has("reason", name)) << name;
    }
}

// What happened to a referral is told in the language of the page, whatever it was.
TEST(Texts, TellEveryEvent) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        for (const char* name : {matcher::event_name(matcher::Event(std::in_place_index<I>))...}) {
            EXPECT_TRUE(english().has("story", name)) << name;
        }
    }(std::make_index_sequence<std::variant_size_v<matcher::Event>>());
}

// Whatever the core refuses, the page that somebody comes back to says so: a word without a text would say nothing.
TEST(Texts, TellEveryRefusal) {
    constexpr auto last = matcher::Refused::too_large;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
        const std::string_view word = word_for(static_cast<matcher::Refused>(i));
        EXPECT_TRUE(english().has("flash", word)) << i << " " << word;
    }
}

// No text is missing in any language, none is too many, and each uses the same arguments.
TEST(Texts, AreTranslatedCompletely) {
    for (const Language* language : translations()) {
        const Words& words = words_in(*language);
        for (const auto& [group, texts] : english().groups()) {
            for (const auto& [key, text] : texts) {
                ASSERT_TRUE(words.has(group, key)) << language->tag << " lacks " << group << "." << key;
                EXPECT_EQ(argument_names(*language, words.text(group, key)),
                          argument_names(languages().front(), text))
                    << language->tag << " " << group << "." << key;
            }
        }
        for (const auto& [group, texts] : words.groups()) {
            for (const auto& [key, text] : texts) {
                EXPECT_TRUE(english().has(group, key)) << language->tag << " " << group << "." << key;
            }
        }
    }
}

// A sentence that is still the English one was forgotten; single words may be the same.
TEST(Texts, AreNotLeftInEnglish) {
    for (const Language* language : translations()) {
        for (const auto& [group, texts] : english().groups()) {
            for (const auto& [key, text] : texts) {
                if (std::ranges::count(text, ' ') >= 2 && !text.starts_with('{')) {
                    EXPECT_NE(words_in(*language).text(group, key), text)
                        << language->tag << " " << group << "." << key;
                }
            }
        }
    }
}

// Every pattern of every language formats with every plural form.
TEST(Texts, FormatEveryPattern) {
    for (const Language& language : languages()) {
        const Words& words = words_in(language);
        for (const auto& [group, texts] : words.groups()) {
            for (const auto& [key, text] : texts) {
                if (text.find('{') == std::string::npos || group == "live") {
                    continue;  // the script fills in that group by itself
                }
                for (const std::int64_t n : {0, 1, 2, 3, 6, 11, 100}) {
                    const std::string said = words.say(
                        group, key,
                        {{"n", n}, {"total", n}, {"free", n}, {"hub", "H"}, {"needs", "N"}, {"when", "W"},
                         {"ago", "A"}, {"practice", "P"}, {"reason", "R"}, {"outcome", "O"}, {"unit", "U"},
                         {"name", "M"}, {"points", n}, {"most", n}, {"now", "J"}, {"reference", "F"}, {"language", "L"}, {"mean", "Q"}, {"why", Code{"other"}}, {"urgency", Code{"urgent"}},
                         {"role", Code{"hub"}}, {"named", Code{"yes"}}, {"distance", "D"}, {"need", "N"}, {"access", "X"},
                         {"from", "V"}, {"to", "T"}, {"owner", "O"}, {"purposes", "P"}, {"measure", "E"},
                         {"moment", Code{"after"}}, {"first", "A"}, {"last", "B"}});
                    EXPECT_EQ(said.find('{'), std::string::npos) << language.tag << " " << group << "." << key;
                    EXPECT_FALSE(said.empty());
                }
            }
        }
    }
}

TEST(Texts, SayTimesAndDistancesInWords) {
    const matcher::Timestamp now{1'000'000'000'000};
    const Words& words = english();
    EXPECT_EQ(words.ago(now + -59s, now), "just now");
    EXPECT_EQ(words.ago(now + -60s, now), "1 minute ago");
    EXPECT_EQ(words.ago(now + -59min, now), "59 minutes ago");
    EXPECT_EQ(words.ago(now + -47h, now), "47 hours ago");
    EXPECT_EQ(words.ago(now + -48h, now), "2 days ago");
    EXPECT_EQ(words.left(now, now), "time is over");
    EXPECT_EQ(words.left(now + 61min, now), "1 hour left");
    EXPECT_EQ(words.distance(1234), "1.2 km");
    EXPECT_EQ(words.distance(430), "450 m");
    EXPECT_EQ(words.distance(0), "");
    EXPECT_EQ(words.date(now), "Sun, 9 Sept, 02:46");  // London in summer
}

TEST(Texts, OfThePseudoLanguageAreLongerAndKeepTheirArguments) {
    EXPECT_EQ(pseudo("Accept"), "[Ȧċċēƥŧ··]");
    EXPECT_EQ(pseudo("{n, plural, one {# day} other {# days}}"),
              "[{n, plural, one {# ḓȧẏ} other {# ḓȧẏş}}··]");
    EXPECT_EQ(pseudo("since {when}"), "[şīƞċē {when}··]");
}

TEST(Languages, AreChosenByAddressThenCookieThenBrowser) {
    server::http::Request request;
    EXPECT_EQ(wanted_language(request).tag, "en");
    request.headers.push_back({"Accept-Language", "xx, en-XA;q=0.9, en;q=0.5"});
    EXPECT_EQ(wanted_language(request).tag, "en");
    request.headers.push_back({"Cookie", "hubward_lang=en-XA"});
    EXPECT_EQ(wanted_language(request).tag, "en-XA");
    request.query.emplace_back("lang", "en");
    EXPECT_EQ(wanted_language(request).tag, "en");
    request.query.front().second = "nonsense";
    EXPECT_EQ(wanted_language(request).tag, "en-XA");
}

TEST(Languages, FollowTheWeightsOfTheBrowser) {
    const auto wanted = [](const char* header) {
        server::http::Request request;
        request.headers.push_back({"Accept-Language", header});
        return wanted_language(request).tag;
    };
    EXPECT_EQ(wanted("ur"), "ur");
    EXPECT_EQ(wanted("de, pl;q=0.8, en;q=0.9"), "en");
    EXPECT_EQ(wanted("cy-GB, en;q=0.9"), "cy");
    EXPECT_EQ(wanted("ar;q=0, en;q=0.1"), "en");
    EXPECT_EQ(wanted("pa;q=2, pl;q=0.75, ,;;"), "pl") << "2 is no weight";
    EXPECT_EQ(wanted("xx"), "en");
}

// A reference inside of Arabic keeps its own direction, and numbers take the digits of the language.
TEST(Languages, ThatReadFromTheRightIsolateWhatIsPutIn) {
    const Words& arabic = words_in(*find_language("ar"));
    EXPECT_THAT(arabic.say("page", "p_with", {{"hub", "Near (1)"}}),
                HasSubstr("\u2068Near (1)\u2069"));
    EXPECT_EQ(arabic.say("time", "left_hours", {{"n", 2}}), "بقيت ساعتان");
    EXPECT_EQ(arabic.say("time", "left_hours", {{"n", 3}}), "بقيت ٣ ساعات");
    EXPECT_EQ(language_name(arabic.language(), "ur", "Urdu"), "الأوردية");
    EXPECT_EQ(language_name(languages().front(), "bfi", "British Sign Language"), "British Sign Language");
}

}  // namespace
}  // namespace hubward::tests
