// SPDX-License-Identifier: Apache-2.0
#include "matcher/language.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hubward::matcher {
namespace {

TEST(Language, EveryCodeReadsBackAndHasAName) {
    std::set<std::string_view> names;
    for (std::size_t i = 1; i < language_count(); ++i) {
        const auto language = static_cast<Language>(i);
        EXPECT_EQ(parse_language(code(language)), language) << code(language);
        EXPECT_TRUE(names.insert(english_name(language)).second) << english_name(language);
    }
    EXPECT_GE(language_count(), 1U + 184U + 3U);
}

TEST(Language, OnlyThePrimarySubtagCountsInAnyCase) {
    EXPECT_EQ(english_name(*parse_language("pa-Guru")), "Panjabi");
    EXPECT_EQ(english_name(*parse_language("UR")), "Urdu");
    EXPECT_EQ(english_name(*parse_language("en_GB")), "English");
    EXPECT_EQ(english_name(*parse_language("BFI")), "British Sign Language");
}

TEST(Language, WhatIsNoLanguageIsNothing) {
    for (const char* tag : {"", "-", "x", "xx", "english", "e", "u\xc3\xbc", "qaa"}) {
        EXPECT_EQ(parse_language(tag), std::nullopt) << tag;
    }
}

// Positions are on disk.
TEST(Language, StaysWhereItIsOnDisk) {
    EXPECT_EQ(code(Language{1}), "aa");
    EXPECT_EQ(code(Language{184}), "zu");
    EXPECT_EQ(code(Language{185}), "bfi");
    EXPECT_EQ(code(Language::not_stated), "");
    EXPECT_EQ(code(Language{255}), "");
}

TEST(Language, ASetHoldsTheFirstAndTheLast) {
    LanguageSet set;
    const auto last = static_cast<Language>(language_count() - 1);
    set.add(Language{1});
    set.add(last);
    EXPECT_TRUE(set.has(Language{1}));
    EXPECT_TRUE(set.has(last));
    EXPECT_FALSE(set.has(Language{64}));
}

}  // namespace
}  // namespace hubward::matcher
