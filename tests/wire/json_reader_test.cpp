// SPDX-License-Identifier: Apache-2.0
#include "server/wire/json_reader.hpp"

#include "server/wire/fields.hpp"
#include "server/wire/json_writer.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

struct Bad {
    std::string text;
    std::string_view pointer;
    std::string_view kind;
};

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonReader, RefusesWhatIsNotStrictJson) {
    const std::vector<Bad> cases{
        {"", "", "syntax"},
        {" ", "", "syntax"},
        {"\xEF\xBB\xBF{}", "", "syntax"},
        {"{", "", "syntax"},
        {"[1,]", "", "syntax"},
        {"{\"a\":1,}", "", "syntax"},
        {"{a:1}", "", "syntax"},
        {"{'a':1}", "", "syntax"},
        {"{\"a\":1} x", "", "syntax"},
        {"{} {}", "", "syntax"},
        {"{\"a\":NaN}", "", "syntax"},
        {"{\"a\":Infinity}", "", "syntax"},
        {"{\"a\":01}", "", "range"},
        {"{\"a\":1e999}", "", "range"},
        {"{\"a\":123456789012345678901234567890}", "", "range"},
        {"{\"a\":18446744073709551615}", "/a", "range"},
        {"{\"a\":\"\\ud800\"}", "", "syntax"},
        {"{\"a\":\"\\udc00\"}", "", "syntax"},
        {"{\"a\":\"\\ud800\\ud800\"}", "", "syntax"},
        {"{\"a\":\"\\u0000\"}", "/a", "syntax"},
        {"{\"a\":\"\x01\"}", "", "syntax"},
        {"{\"a\":\"\xff\"}", "", "syntax"},
        {"{\"a\":\"\xc0\xaf\"}", "", "syntax"},
        {"{\"a\":\"\xed\xa0\x80\"}", "", "syntax"},
        {"{\"a\":\"x}", "", "syntax"},
        {"{\"a\":\"\\x\"}", "", "syntax"},
        {"{\"a\":1,\"a\":2}", "/a", "duplicate"},
        {"{\"b\":{\"a\":1,\"\\u0061\":2}}", "/b/a", "duplicate"},
        {"[{\"x/y~z\":1,\"x/y~z\":1}]", "/0/x~1y~0z", "duplicate"},
        {nested(17), "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0", "limit"},
        {nested(5000), "", "limit"},
        {std::string("{\"a\":1}\0", 8), "", "syntax"},
    };
    for (const auto& bad : cases) {
        const auto read = read_json(bad.text);
        ASSERT_FALSE(read) << bad.text;
        if (bad.text == nested(17)) {
            EXPECT_EQ(read.error().front().kind, "limit");
            continue;
        }
        EXPECT_EQ(read.error().front().kind == bad.kind ||
                      (bad.kind == "range" && read.error().front().kind == "syntax"),
                  true)
            << bad.text << "\n" << shown(read.error());
        if (!bad.pointer.empty()) {
            EXPECT_TRUE(names(read.error(), bad.pointer, bad.kind)) << shown(read.error());
        }
    }
}

TEST(JsonReader, SixteenLevelsAreTakenAndSeventeenAreNot) {
    EXPECT_TRUE(read_json(nested(json_depth_max)));
    EXPECT_FALSE(read_json(nested(json_depth_max + 1)));
    EXPECT_TRUE(read_json(nested(fhir_depth_max), fhir_depth_max));
    EXPECT_FALSE(read_json(nested(fhir_depth_max + 1), fhir_depth_max));
}

TEST(JsonReader, FindsADuplicateAmongManyKeys) {
    std::string text = "{";
    for (int i = 0; i < 3000; ++i) {
        text += "\"k" + std::to_string(i) + "\":0,";
    }
    const auto good = text + "\"last\":0}";
    const auto bad = text + "\"k17\":0}";
    EXPECT_TRUE(read_json(good));
    const auto read = read_json(bad);
    ASSERT_FALSE(read);
    EXPECT_TRUE(names(read.error(), "/k17", "duplicate")) << shown(read.error());
}

TEST(JsonReader, KeepsPairsOfSurrogates) {
    const auto read = read_json("{\"a\":\"\\ud83d\\ude00\"}");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text_at("a"), "\xF0\x9F\x98\x80");
}

TEST(JsonReader, AtMostTwentyFaultsAreCollected) {
    std::string text = "{";
    for (int i = 0; i < 40; ++i) {
        const auto key = "\"k" + std::to_string(i) + "\":0";
        text += (i == 0 ? "" : ",") + key + "," + key;
    }
    const auto read = read_json(text + "}");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 20U);
}

TEST(JsonWriter, WhatIsWrittenReadsBackTheSame) {
    const std::string source =
        R"({"a":"q\"b\\c\n\t<é","n":-9223372036854775808,"d":0.1,"t":true,"z":null,"l":[1,[],{}]})";
    const auto read = read_json(source);
    ASSERT_TRUE(read);
    std::string once;
    JsonWriter first(once);
    read->write(first);
    const auto again = read_json(once);
    ASSERT_TRUE(again) << once;
    std::string twice;
    JsonWriter second(twice);
    again->write(second);
    EXPECT_EQ(once, twice);
    EXPECT_EQ(once.find('<'), std::string::npos);  // harmless inside a script element
}

// Texts are looked at in blocks, so each byte is tried at every distance from a block's ends.
TEST(JsonWriter, EscapesEveryByteWhereverItStands) {
    for (unsigned byte = 1; byte < 0x80; ++byte) {
        for (std::size_t at = 0; at < 40; ++at) {
            std::string text(40, 'k');
            text[at] = static_cast<char>(byte);
            std::string json;
            JsonWriter writer(json);
            writer.text(text);
            const auto read = read_json(json);
            ASSERT_TRUE(read) << json;
            EXPECT_EQ(read->text(), text);
            EXPECT_EQ(json.find('<'), std::string::npos);
        }
    }
}

TEST(Fields, FindAControlCharacterWhereverItStands) {
    for (std::size_t at = 0; at < 70; ++at) {
        for (const std::string_view written : {"\\u0001", "\\u001f", "\x7f", "\\t", "\\n", "k"}) {
            std::string json = "\"" + std::string(at, 'k') + std::string(written) +
                               std::string(70 - at, 'k') + "\"";
            const auto read = read_json(json);
            ASSERT_TRUE(read) << json;
            Findings findings;
            const bool fine = written == "\\t" || written == "\\n" || written == "k";
            EXPECT_EQ(want_text(*read, Where(), findings, 100).has_value(), fine) << json;
        }
    }
}

TEST(Where, EscapesAndShortensKeys) {
    const Where top;
    const std::string long_key(200, 'k');
    EXPECT_EQ(Where(top, "a/b~c").pointer(), "/a~1b~0c");
    EXPECT_EQ(Where(top, long_key).pointer().size(), 65U);
    const Where list(top, "list");
    EXPECT_EQ(Where(list, std::size_t{3}).pointer(), "/list/3");
}

}  // namespace
}  // namespace hubward::server::wire
