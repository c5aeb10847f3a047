// SPDX-License-Identifier: Apache-2.0
//
// A hub's units as HSDS 3.1 service_capacity, against the official schema where it lies beside this
// tree.
#include <boost/json.hpp>

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

boost::json::value document(const std::string& text) {
    return boost::json::parse(text);
}

// As much of JSON Schema as the two files use. Not with our own reader: it holds one document at a time.
void expect_fits(const boost::json::object& value, const fs::path& folder, const std::string& name) {
    const auto schema = document(bytes_of(folder / name)).as_object();
    for (const auto& required : schema.at("required").as_array()) {
        EXPECT_TRUE(value.contains(required.as_string())) << name << " demands " << required;
    }
    for (const auto& [key, member] : value) {
        const auto* known = schema.at("properties").as_object().if_contains(key);
        ASSERT_NE(known, nullptr) << name << " has no " << key;
        const auto word = [&](const char* what) {
            const auto* found = known->as_object().if_contains(what);
            return found ? std::string(found->as_string()) : std::string();
        };
        if (const auto other = word("$ref"); !other.empty()) {
            expect_fits(member.as_object(), folder, other);
            continue;
        }
        EXPECT_EQ(word("type") == "string", member.is_string()) << key;
        EXPECT_EQ(word("type") == "number", member.is_number()) << key;
        EXPECT_TRUE(word("format") != "uuid" || uuid_shaped(std::string_view(member.as_string()))) << key;
        EXPECT_TRUE(word("format") != "date-time" || parse_instant(std::string_view(member.as_string())))
            << key;
    }
}

TEST(ServiceCapacity, FitsTheOfficialSchema) {
    const fs::path folder = fs::path(HUBWARD_INTEROP) / "hsds/3.1-dev/schema";
    if (!fs::exists(folder / "service_capacity.json")) {
        GTEST_SKIP() << "the HSDS schemas are not here";
    }
    const auto list = document(encode_service_capacity(hub(), {})).as_array();
    ASSERT_EQ(list.size(), 2U);
    for (const auto& item : list) {
        expect_fits(item.as_object(), folder, "service_capacity.json");
    }
}

TEST(ServiceCapacity, SaysWhatIsFreeAndWhatWasStated) {
    const std::string text = encode_service_capacity(hub(), {});
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
    EXPECT_EQ(encode_service_capacity(hub(), {}), text);  // the same names every time
}

TEST(ServiceCapacity, AClosedOrDoubtedHubHasNothingAvailable) {
    matcher::Hub closed = hub();
    closed.profile.active = false;
    matcher::Hub doubted = hub();
    doubted.capacity[0].declines = matcher::limits::declines_to_doubt;
    matcher::Hub on_holiday = hub();
    on_holiday.profile.closures.times[0] = {{0}, {1'000}};
    EXPECT_NE(encode_service_capacity(on_holiday, {1'000}).find("\"available\":1"), std::string::npos);
    for (const matcher::Hub& one : {closed, doubted, on_holiday}) {
        const std::string text = encode_service_capacity(one, {});
        EXPECT_EQ(text.find("\"available\":1"), std::string::npos) << text;
    }
}

TEST(ServiceCapacity, SeatsAheadAreOneUnitMore) {
    matcher::Hub one = hub();
    one.sessions = {{.number = 1, .starts = {2'000}, .seats = 6, .used = 2, .published = {900}},
                    {.number = 2, .starts = {1'000}, .seats = 9, .published = {950}},
                    {.number = 3, .starts = {3'000}, .seats = 5, .cancelled = true}};
    const std::string text = encode_service_capacity(one, {1'000});  // the second has begun
    const auto list = document(text).as_array();
    ASSERT_EQ(list.size(), 3U) << text;
    EXPECT_EQ(list[2].at("unit").at("name").as_string(), "seat");
    EXPECT_EQ(list[2].at("available").as_int64(), 4);
    EXPECT_EQ(list[2].at("maximum").as_int64(), 6);
    EXPECT_EQ(list[2].at("updated").as_string(), "1970-01-01T00:00:00.900Z");
}

// Of a hub whose sessions are all full, a directory learns that it has sessions and no seat.
TEST(ServiceCapacity, FullSessionsAreSaidToo) {
    matcher::Hub one = hub();
    one.sessions = {{.number = 1, .starts = {2'000}, .seats = 0, .published = {900}},
                    {.number = 2, .starts = {3'000}, .seats = 3, .held = 1, .used = 2, .published = {950}}};
    const std::string text = encode_service_capacity(one, {1'000});
    const auto list = document(text).as_array();
    ASSERT_EQ(list.size(), 3U) << text;
    EXPECT_EQ(list[2].at("available").as_int64(), 0);
    EXPECT_EQ(list[2].at("maximum").as_int64(), 3);
    one.sessions.pop_back();
    EXPECT_EQ(document(encode_service_capacity(one, {1'000})).as_array().size(), 3U);
    EXPECT_EQ(document(encode_service_capacity(one, {2'000})).as_array().size(), 2U) << "it has begun";
}

}  // namespace
}  // namespace hubward::server::wire
