// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/csv.hpp"

#include "tests/wire/support.hpp"

namespace hubward::server::wire::open_referral {
namespace {

TEST(Csv, WhatStaffSave) {
    const std::vector<std::string> files{
        "Name,Postcode\na,b\n",           "Name,Postcode\r\na,b\r\n", "Name;Postcode\na;b",
        "Name\tPostcode\na\tb\n",         "\xEF\xBB\xBFName,Postcode\na,b\n",
        "\"Name\",\"Postcode\"\n\"a\",\"b\"\n", "\n\nName,Postcode\n\n a , b \n\n",
        "Name,Postcode\ra,b\r",
    };
    for (const auto& file : files) {
        const auto table = read_csv(file);
        ASSERT_TRUE(table) << file;
        EXPECT_EQ(table->header, (std::vector<std::string>{"name", "postcode"})) << file;
        ASSERT_EQ(table->rows.size(), 1U) << file;
        EXPECT_EQ(table->rows[0].cell(*table->column("name")), "a") << file;
        EXPECT_EQ(table->rows[0].cell(1), "b") << file;
        EXPECT_EQ(table->rows[0].cell(9), "");
    }
}

TEST(Csv, QuotesKeepSeparatorsLineBreaksAndQuotes) {
    const auto table = read_csv("name,note\n\"a, \"\"b\"\"\",\"one\r\ntwo\"\nc,d\n");
    ASSERT_TRUE(table);
    ASSERT_EQ(table->rows.size(), 2U);
    EXPECT_EQ(table->rows[0].cell(0), "a, \"b\"");
    EXPECT_EQ(table->rows[0].cell(1), "one\r\ntwo");
    EXPECT_EQ(table->rows[1].line, 4U);
}

TEST(Csv, Windows1252ComesOutAsUtf8) {
    const auto table = read_csv("name,price\nCaf\xe9,\x80 5\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->rows[0].cell(0), "Caf\xC3\xA9");
    EXPECT_EQ(table->rows[0].cell(1), "\xE2\x82\xAC 5");
}

TEST(Csv, SaysInWordsWhatIsWrong) {
    EXPECT_EQ(read_csv("").error(), "the file is empty; a header row is expected");
    EXPECT_EQ(read_csv("name\nx\n\"open\n").error(), "line 3: a quote is never closed");
    EXPECT_NE(read_csv(std::string_view("name\n\0x", 7)).error().find("NUL"), std::string::npos);
}

TEST(Utf8, OnlyWhatIsWellFormed) {
    for (const auto* good : {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
        EXPECT_TRUE(valid_utf8(good)) << good;
    }
    for (const auto* bad : {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80", "\xFF"}) {
        EXPECT_FALSE(valid_utf8(bad));
    }
}

}  // namespace
}  // namespace hubward::server::wire::open_referral
