// SPDX-License-Identifier: Apache-2.0
//
// A hub's units as HSDS 3.1 service_capacity, against the official schema where it lies beside this
// tree.
#include <algorithm>

#include "server/wire/calendar.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/identifiers.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire {
namespace {

namespace fs = std::filesystem;

matcher::Hub hub() {
    matcher::Hub hub;
    hub.profile.slug = matcher::HubSlug("holbeck-library");
    hub.capacity[0] = {.total = 4, .held = 1, .used = 2, .updated = {1'772'443'800'123}, .maximum = 6};
    hub.capacity[2] = {.updated = {1'772'443'800'000}};
    return hub;
}

// As much of JSON Schema as the two files use.
void expect_fits(Json value, Json schema, const fs::path& folder) {
    schema.find("required")->items([&](std::size_t, Json name) {
        EXPECT_TRUE(value.find(name.text())) << "missing: " << name.text();
    });
    value.members([&](std::string_view key, Json member) {
        const auto known = schema.find("properties")->find(key);
        ASSERT_TRUE(known) << "the schema has no " << key;
        if (const auto other = known->text_at("$ref"); !other.empty()) {
            const std::string text = bytes_of(folder / other);
            const auto its = read_json(text);
            ASSERT_TRUE(its) << other;
            return expect_fits(member, *its, folder);
        }
        const auto type = known->text_at("type");
        EXPECT_EQ(type == "string", member.is_text()) << key;
        EXPECT_EQ(type == "number", (member.is(Json::Kind::integer) || member.is(Json::Kind::decimal))) << key;
        const auto format = known->text_at("format");
        EXPECT_TRUE(format != "uuid" || uuid_shaped(member.text())) << key;
        EXPECT_TRUE(format != "date-time" || parse_instant(member.text())) << key;
    });
}

TEST(ServiceCapacity, FitsTheOfficialSchema) {
    const fs::path folder = fs::path(HUBWARD_INTEROP) / "hsds/3.1-dev/schema";
    if (!fs::exists(folder / "service_capacity.json")) {
        GTEST_SKIP() << "the HSDS schemas are not here";
    }
    const std::string schema_text = bytes_of(folder / "service_capacity.json");
    const auto schema = read_json(schema_text);
    ASSERT_TRUE(schema);
    const std::string text = encode_service_capacity(hub());
    const auto list = read_json(text);
    ASSERT_TRUE(list) << text;
    ASSERT_EQ(list->size(), 2U);
    list->items([&](std::size_t, Json item) { expect_fits(item, *schema, folder); });
}

TEST(ServiceCapacity, SaysWhatIsFreeAndWhatWasStated) {
    const std::string text = encode_service_capacity(hub());
    const auto list = read_json(text);
    ASSERT_TRUE(list) << text;
    ASSERT_EQ(list->size(), 2U);  // of devices it never spoke
    std::vector<std::string> ids;
    list->items([&](std::size_t, Json item) {
        const bool place = item.find("unit")->text_at("name") == "place";
        EXPECT_EQ(item.find("available")->integer(), place ? 1 : 0);
        EXPECT_EQ(item.find("maximum")->integer(), place ? 6 : 0);
        ids.emplace_back(item.text_at("id"));
    });
    EXPECT_NE(ids[0], ids[1]);
    EXPECT_EQ(encode_service_capacity(hub()), text);  // the same names every time
}

TEST(ServiceCapacity, AClosedOrDoubtedHubHasNothingAvailable) {
    matcher::Hub closed = hub();
    closed.profile.active = false;
    matcher::Hub doubted = hub();
    doubted.capacity[0].declines = matcher::limits::declines_to_doubt;
    for (const matcher::Hub& one : {closed, doubted}) {
        const std::string text = encode_service_capacity(one);
        EXPECT_EQ(text.find("\"available\":1"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace hubward::server::wire
