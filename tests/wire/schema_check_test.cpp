// SPDX-License-Identifier: Apache-2.0
#include "server/wire/schema_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::tests {
namespace {

using server::wire::SchemaCheck;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto contract = R"({"components":{"schemas":{
  "Name":{"type":"string","pattern":"^[a-z]+$","minLength":2,"maxLength":5},
  "Thing":{"type":"object","description":"d","properties":{
     "name":{"$ref":"#/components/schemas/Name"},"n":{"type":"integer","minimum":1,"maximum":3},
     "kind":{"enum":["a","b"]},"v":{"const":1},"at":{"type":"string","format":"date-time"},
     "list":{"type":"array","items":{"$ref":"#/components/schemas/Name"},"minItems":1,"maxItems":2},
     "map":{"type":"object","additionalProperties":{"type":"integer"}},
     "ref":{"type":["integer","string"]}},"required":["name"]},
  "Other":{"type":"object","properties":{"t":{"const":"other"}},"required":["t"]},
  "Either":{"oneOf":[{"$ref":"#/components/schemas/Thing"},{"$ref":"#/components/schemas/Other"}]},
  "Loop":{"$ref":"#/components/schemas/Loop"},
  "Odd":{"multipleOf":3}, "Lost":{"$ref":"#/components/schemas/Nowhere"}}}})";

std::vector<std::string> faults(const char* schema, const char* document,
                                SchemaCheck::Unknown unknown = SchemaCheck::Unknown::allowed) {
    return SchemaCheck::load(contract)->faults(schema, document, unknown);
}

TEST(SchemaCheck, FindsNothingWrongWithWhatIsRight) {
    EXPECT_THAT(faults("Thing", R"({"name":"abc","n":3,"kind":"a","v":1,"list":["ab"],
        "at":"2026-03-02T10:00:00.123Z","map":{"x":1},"ref":"r"})"),
                IsEmpty());
    EXPECT_THAT(faults("Either", R"({"t":"other"})"), IsEmpty());
}

TEST(SchemaCheck, NamesThePlaceOfEachFaultAndNoValue) {
    struct Case {
        const char* document;
        const char* fault;
    };
    for (const Case& c : {Case{"[]", "/: has the wrong type"},
                          {"{}", "/: lacks \"name\""},
                          {R"({"name":"ABC"})", "/name: does not have the form that is asked for"},
                          {R"({"name":"abcdef"})", "/name: is too large or too long"},
                          {R"({"name":"ab","n":0})", "/n: is too small or too short"},
                          {R"({"name":"ab","n":4})", "/n: is too large or too long"},
                          {R"({"name":"ab","n":1.5})", "/n: has the wrong type"},
                          {R"({"name":"ab","kind":"c"})", "/kind: is none of the values that are allowed"},
                          {R"({"name":"ab","v":2})", "/v: is not the one value that is allowed"},
                          {R"({"name":"ab","at":"noon"})", "/at: is no time of RFC 3339"},
                          {R"({"name":"ab","list":[]})", "/list: is too small or too short"},
                          {R"({"name":"ab","list":["ab","?x"]})",
                           "/list/1: does not have the form that is asked for"},
                          {R"({"name":"ab","map":{"x":"y"}})", "/map/x: has the wrong type"},
                          {R"({"name":"ab","ref":true})", "/ref: has the wrong type"},
                          {"{", "/: is not JSON"}}) {
        EXPECT_THAT(faults("Thing", c.document), ElementsAre(c.fault)) << c.document;
    }
}

TEST(SchemaCheck, TellsOfUndocumentedMembersWhenAsked) {
    EXPECT_THAT(faults("Thing", R"({"name":"ab","new":1})"), IsEmpty());
    EXPECT_THAT(faults("Thing", R"({"name":"ab","new":1})", SchemaCheck::Unknown::told),
                ElementsAre("/new: is not documented"));
}

TEST(SchemaCheck, IsNotSilentAboutASchemaItCannotJudge) {
    EXPECT_THAT(faults("Odd", "3"),
                ElementsAre("/: the schema says \"multipleOf\", which this check does not know"));
    EXPECT_THAT(faults("Lost", "3"), ElementsAre("/: the schema refers to one that is not there"));
    EXPECT_THAT(faults("Loop", "3"), ElementsAre("/: the schema refers to itself too often"));
    EXPECT_THAT(faults("Nothing", "3"), ElementsAre("/: there is no such schema"));
    EXPECT_FALSE(SchemaCheck::load("{}"));
}

}  // namespace
}  // namespace hubward::tests
