// SPDX-License-Identifier: Apache-2.0
#include "server/wire/hub_json.hpp"

#include <fmt/format.h>

#include "server/wire/closed_days_json.hpp"
#include "server/wire/json_reader.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

constexpr std::string_view good = R"({"name":"Holbeck Library","place":"leeds",
"description":"Help with tablets","address":"1 Example Road","postcode":"ls99 9zz",
"location":{"latitude":53.785,"longitude":-1.555},"virtual":false,"active":true,
"catchment_metres":5000,"needs":["dev-loan","nhs-app"],"languages":["en","ur"],
"access":["wheelchair","1108111000000107"],"communities":[3],"age_min":16,"age_max":99,
"opening_hours":"Mon 10 to 16","phone":"01632 960003","email":"hub@example.test",
"url":"https://example.test","capacity":{"place":4,"device":2,"sim":3},"source":"by hand"})";

TEST(DecodeHub, TakesTheWholeDocument) {
    const auto read = decode_hub("holbeck-library", good, Gazetteer());
    ASSERT_TRUE(read) << shown(read.error());
    const auto& profile = read->command.profile;
    EXPECT_EQ(profile.id, hub_id("holbeck-library"));
    EXPECT_EQ(profile.slug.view(), "holbeck-library");
    EXPECT_EQ(profile.place.view(), "leeds");
    EXPECT_EQ(profile.position.latitude_e7, 537'850'000);
    EXPECT_EQ(profile.catchment, 5000U);
    EXPECT_TRUE(profile.needs.has(matcher::Need::dev_loan));
    EXPECT_TRUE(profile.languages.has(*matcher::parse_language("ur")));
    EXPECT_TRUE(profile.access.has(matcher::Access::wheelchair));
    EXPECT_EQ(profile.communities, 8U);
    EXPECT_EQ(profile.age_min, 16);
    EXPECT_EQ(profile.age_max, 99);
    EXPECT_TRUE(read->command.set_totals);
    EXPECT_EQ(read->command.totals, (matcher::Units{4, 2, 3}));
    EXPECT_EQ(read->name, "Holbeck Library");
    EXPECT_EQ(hub_name(read->profile, "x"), "Holbeck Library");
    EXPECT_EQ(hub_name("{}", "x"), "x");
}

TEST(DecodeHub, EqualHubsAreEqualBytesInWhateverOrderTheyCome) {
    const auto one = decode_hub("a", R"({"name":"A","place":"p","needs":[],"url":"u","phone":"01632960003"})", Gazetteer());
    const auto two = decode_hub("a", R"({"phone":"01632960003","needs":[],"url":"u","place":"p","name":"A"})", Gazetteer());
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->profile, two->profile);
    EXPECT_EQ(one->command, two->command);
}

TEST(DecodeHub, WithoutALocationThePostcodeIsLookedUp) {
    const auto read = decode_hub("a", R"({"name":"A","place":"p","needs":[],"postcode":"LS11 5AA"})", small_gazetteer());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->command.profile.position.latitude_e7, 537'844'000);
    const auto virtual_hub =
        decode_hub("a", R"({"name":"A","place":"p","needs":[],"postcode":"LS11 5AA","virtual":true})", small_gazetteer());
    EXPECT_FALSE(virtual_hub->command.profile.position.known());
}

TEST(DecodeHub, WithoutCapacityKnownTotalsStay) {
    EXPECT_FALSE(decode_hub("a", R"({"name":"A","place":"p","needs":[]})", Gazetteer())->command.set_totals);
}

// A directory that is silent about them leaves to the hub what its own staff have stated.
TEST(DecodeHub, WithoutHoursAndClosedDaysThoseStay) {
    matcher::Hub hub;
    hub.profile.hours.days[0][0] = {540, 1020};
    hub.profile.closures.times[0] = whole_days({{2026, 12, 24}, {2026, 12, 26}});
    auto silent = decode_hub("a", R"({"name":"A","place":"p","needs":[]})", Gazetteer());
    EXPECT_TRUE(silent->silent.closed_days);
    keep_unsaid(*silent, hub.profile);
    EXPECT_EQ(silent->command.profile.closures, hub.profile.closures);
    EXPECT_EQ(silent->command.profile.hours, hub.profile.hours);
    auto said = decode_hub("a", R"({"name":"A","place":"p","needs":[],"closed_days":[]})", Gazetteer());
    EXPECT_FALSE(said->silent.closed_days);
    keep_unsaid(*said, hub.profile);
    EXPECT_EQ(said->command.profile.closures, matcher::Closures());
}

TEST(DecodeHub, ClosedDaysComeBackAsTheyWereStated) {
    const std::string days = R"("closed_days":[{"first":"2026-07-01","last":"2026-07-01"},{"first":"2026-12-24","last":"2027-01-03"}])";
    const auto read = decode_hub("a", R"({"name":"A","place":"p","needs":[],)" + days + "}", Gazetteer());
    ASSERT_TRUE(read) << shown(read.error());
    // Midnight in London is eleven at night in summer.
    EXPECT_EQ(read->command.profile.closures.times[0].from, parse_instant("2026-06-30T23:00:00Z"));
    EXPECT_EQ(read->command.profile.closures.times[1].to, parse_instant("2027-01-04T00:00:00Z"));
    matcher::Hub hub;
    hub.profile = read->command.profile;
    EXPECT_NE(encode_hub(hub, read->profile, Judged(), Eyes()).find(days), std::string::npos);
}

// A hub's list grows by six a year; what is over neither counts nor comes back.
TEST(DecodeHub, ClosedDaysThatAreOverLeaveRoomForThoseAhead) {
    std::string days;
    for (int month = 1; month <= 9; ++month) {
        days += fmt::format(R"({}{{"first":"2026-0{}-01","last":"2026-0{}-02"}})", month == 1 ? "" : ",", month, month);
    }
    const std::string body = R"({"name":"A","place":"p","needs":[],"closed_days":[)" + days + "]}";
    const matcher::Timestamp april_2nd = parse_instant("2026-04-02T12:00:00Z").value();
    const auto read = decode_hub("a", body, Gazetteer(), april_2nd);
    ASSERT_TRUE(read) << shown(read.error());
    matcher::Hub hub;
    hub.profile = read->command.profile;
    const auto& times = hub.profile.closures.times;
    EXPECT_TRUE(hub.profile.closures.sound());
    EXPECT_TRUE(hub.profile.closures.at(april_2nd)) << "today counts";
    EXPECT_EQ(times.back().from, parse_instant("2026-08-31T23:00:00Z"));
    const auto one_more = decode_hub("a", body, Gazetteer(), parse_instant("2026-03-02T12:00:00Z").value());
    ASSERT_FALSE(one_more);
    EXPECT_NE(shown(one_more.error()).find("/closed_days"), std::string::npos) << shown(one_more.error());
    const auto told = [&](std::string_view now) {
        return encode_hub(hub, read->profile, Judged{{}, parse_instant(now).value()}, Eyes());
    };
    EXPECT_EQ(told("2026-05-03T00:00:00Z").find("2026-05-01"), std::string::npos);
    EXPECT_NE(told("2026-05-02T22:00:00Z").find("2026-05-01"), std::string::npos);
    EXPECT_EQ(told("2027-01-01T00:00:00Z").find("closed_days"), std::string::npos);
}

TEST(DecodeHub, ClosedDaysThatCannotBeAreNamed) {
    const auto faults = [](std::string_view days) {
        const auto read = decode_hub("a", R"({"name":"A","place":"p","needs":[],"closed_days":)" + std::string(days) + "}", Gazetteer());
        return read ? Faults() : read.error();
    };
    EXPECT_TRUE(names(faults("{}"), "/closed_days", "type"));
    EXPECT_TRUE(names(faults("[1]"), "/closed_days/0", "type"));
    EXPECT_TRUE(names(faults(R"([{"first":"2026-12-24"}])"), "/closed_days/0/last", "required"));
    EXPECT_TRUE(names(faults(R"([{"first":"24/12","last":"2026-12-24"}])"), "/closed_days/0/first", "format"));
    EXPECT_TRUE(names(faults(R"([{"first":"2026-12-24","last":"2026-12-23"}])"), "/closed_days/0/last", "range"));
    EXPECT_TRUE(names(faults(R"([{"first":"2026-01-01","last":"2026-12-23"}])"), "/closed_days/0/last", "range"));
    EXPECT_TRUE(names(faults(R"([{"first":"2026-12-24","last":"2026-12-24","why":"rest"}])"), "/closed_days/0/why", "unknown"));
    EXPECT_TRUE(names(faults(R"([{"first":"2026-12-24","last":"2026-12-26"},{"first":"2026-12-26","last":"2026-12-27"}])"),
                      "/closed_days/1/first", "range"));
    EXPECT_FALSE(faults("[" + std::string(R"({"first":"2026-12-24","last":"2026-12-24"},)") + "1,2,3,4,5,6]").empty());
}

constexpr Edit edits[] = {
    {"\"Holbeck Library\"", "\"\"", "/name", "required"},
    {"\"Holbeck Library\"", "null", "/name", "type"},
    {"\"name\"", "\"title\"", "/name", "required"},
    {"\"name\"", "\"title\"", "/title", "unknown"},
    {"\"leeds\"", "\"Leeds City\"", "/place", "format"},
    {"\"leeds\"", "\"a-name-that-is-far-too-long-for-a-place\"", "/place", "limit"},
    {"\"place\":\"leeds\",", "", "/place", "required"},
    {"ls99 9zz", "nowhere", "/postcode", "format"},
    {"53.785", "91", "/location/latitude", "range"},
    {"53.785", "\"53\"", "/location/latitude", "type"},
    {"\"longitude\":-1.555", "\"long\":-1.555", "/location/longitude", "required"},
    {"\"longitude\":-1.555", "\"long\":-1.555", "/location/long", "unknown"},
    {"{\"latitude\":53.785,\"longitude\":-1.555}", "[1,2]", "/location", "type"},
    {"\"virtual\":false", "\"virtual\":0", "/virtual", "type"},
    {"\"active\":true", "\"active\":\"yes\"", "/active", "type"},
    {"5000", "-1", "/catchment_metres", "range"},
    {"\"dev-loan\"", "\"x\"", "/needs/0", "code"},
    {"[\"dev-loan\",\"nhs-app\"]", "\"nhs-app\"", "/needs", "type"},
    {"\"needs\":[\"dev-loan\",\"nhs-app\"],", "", "/needs", "required"},
    {"\"ur\"]", "\"qq\"]", "/languages/1", "code"},
    {"\"wheelchair\"", "\"ramp\"", "/access/0", "code"},
    {"1108111000000107", "1108111000000108", "/access/1", "code"},
    {"[3]", "[-1]", "/communities/0", "range"},
    {"\"age_min\":16", "\"age_min\":1000", "/age_min", "range"},
    {"\"age_max\":99", "\"age_max\":15", "/age_max", "range"},
    {"01632 960003", "ring twice", "/phone", "format"},
    {"hub@example.test", "hub", "/email", "format"},
    {"\"place\":4", "\"place\":10001", "/capacity/place", "range"},
    {"\"device\":2", "\"device\":\"2\"", "/capacity/device", "type"},
    {"\"sim\":3", "\"car\":3", "/capacity/car", "unknown"},
    {"{\"place\":4,\"device\":2,\"sim\":3}", "4", "/capacity", "type"},
    {"\"source\":\"by hand\"", "\"source\":\"by hand\",\"source\":\"x\"", "/source", "duplicate"},
};

TEST(DecodeHub, EachFaultNamesItsField) {
    for (const auto& edit : edits) {
        const auto read = decode_hub("a", edited(std::string(good), edit.from, edit.to), Gazetteer());
        ASSERT_FALSE(read) << edit.from << " -> " << edit.to;
        EXPECT_TRUE(names(read.error(), edit.pointer, edit.kind))
            << edit.from << " -> " << edit.to << "\n" << shown(read.error());
    }
    EXPECT_FALSE(decode_hub("Bad Slug", good, Gazetteer()));
    EXPECT_FALSE(decode_hub("a", "[]", Gazetteer()));
}

TEST(EncodeHub, NamesPracticesToThoseWhoLookAfterTheHubAndToEachItself) {
    const auto read = decode_hub("a", R"({"name":"A","place":"p","needs":[],"takes_from":["A81001","B86"],)"
                                      R"("kept":[{"count":1,"for":"referrer","referrer":"B86"}]})", Gazetteer());
    ASSERT_TRUE(read) << shown(read.error());
    matcher::Hub hub;
    hub.profile = read->command.profile;
    const auto as = [&](const Eyes& eyes) { return encode_hub(hub, read->profile, Judged(), eyes); };
    const auto has = [](const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; };
    const std::string own = as(owners_eyes);
    EXPECT_TRUE(has(own, R"("takes_from":["A81001","B86"])") && has(own, R"("referrer":"B86")")) << own;
    EXPECT_FALSE(has(own, "takes_from_some"));
    const std::string one = as({.owner = false, .practice = matcher::PracticeCode("B86002")});
    EXPECT_TRUE(has(one, R"("takes_from":["B86002"],"takes_from_some":true)")) << one;
    EXPECT_TRUE(has(one, R"("referrer":"B86002")") && !has(one, "A81001") && !has(one, R"("B86")")) << one;
    for (const Eyes& eyes : {Eyes(), Eyes{.owner = false, .practice = matcher::PracticeCode("B8")}}) {
        const std::string other = as(eyes);
        EXPECT_TRUE(has(other, R"("takes_from_some":true)") && !has(other, R"("takes_from":)")) << other;
        EXPECT_TRUE(!has(other, "A81001") && !has(other, "B86")) << other;
    }
    hub.profile.takes_from = {};
    EXPECT_FALSE(has(as(Eyes()), "takes_from")) << "every practice";
}

TEST(EncodeHub, GivesBackWhatWasPut) {
    const auto read = decode_hub("holbeck-library", good, Gazetteer());
    ASSERT_TRUE(read);
    matcher::Hub hub;
    hub.profile = read->command.profile;
    const Judged by{{}, {1'772'443'800'000 + 336 * 3'600'000LL}};
    hub.capacity[0] = {.total = 4, .held = 1, .used = 2, .updated = {1'772'443'800'000}, .maximum = 6,
                       .source = matcher::Role::hub, .declines = 1};
    hub.version = 7;
    const auto text = encode_hub(hub, read->profile, by, owners_eyes);
    const auto shown_hub = read_json(text);
    ASSERT_TRUE(shown_hub) << text;
    EXPECT_EQ(shown_hub->text_at("slug"), "holbeck-library");
    EXPECT_EQ(shown_hub->text_at("name"), "Holbeck Library");
    EXPECT_EQ(shown_hub->text_at("postcode"), "LS99 9ZZ");
    EXPECT_EQ(shown_hub->find("location")->find("latitude")->number(), 53.785);
    EXPECT_EQ(shown_hub->find("languages")->size(), 2U);
    EXPECT_EQ(shown_hub->find("capacity")->find("place")->find("free")->integer(), 1);
    const auto capacity = encode_capacity(hub, by);
    const auto shown_capacity = read_json(capacity);
    ASSERT_TRUE(shown_capacity) << capacity;
    EXPECT_EQ(shown_capacity->find("place")->find("held")->integer(), 1);
    EXPECT_EQ(shown_capacity->find("version")->integer(), 7);
    const auto places = *shown_capacity->find("place");
    EXPECT_EQ(places.find("available")->integer(), 1);
    EXPECT_EQ(places.find("maximum")->integer(), 6);
    EXPECT_EQ(places.text_at("source"), "hub");
    EXPECT_EQ(places.find("confidence_permille")->integer(), 500);
    EXPECT_EQ(places.find("half_life_hours")->integer(), 336);
    EXPECT_EQ(places.find("declines_in_a_row")->integer(), 1);
    EXPECT_FALSE(shown_capacity->find("sim")->find("updated"));
}

}  // namespace
}  // namespace hubward::server::wire
