// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/import.hpp"

#include "server/wire/json_reader.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire::open_referral {
namespace {

ImportResult imported(std::string_view bytes, const Overlay& overlay = {}) {
    auto result = import_hubs(bytes, overlay, small_gazetteer(), {"leeds"});
    EXPECT_TRUE(result) << (result ? std::string() : result.error());
    return result ? *std::move(result) : ImportResult();
}

bool says(const std::vector<RowMessage>& list, std::string_view row, std::string_view part) {
    for (const auto& message : list) {
        if (message.row == row && message.reason.find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

TEST(Import, GoodServicesComeInAndBadOnesAreNamed) {
    const auto result = imported(data("open_referral/services.json"));
    ASSERT_EQ(result.hubs.size(), 2U);
    const auto& library = result.hubs[0].document.command.profile;
    EXPECT_EQ(result.hubs[0].slug, "1a8a1f6e-2c7f-4f8e-9d0a-5a4c2e9b0001");
    EXPECT_TRUE(library.active);
    EXPECT_EQ(library.position.latitude_e7, 537'850'000);
    EXPECT_TRUE(library.needs.has(matcher::Need::nhs_app));
    EXPECT_TRUE(library.languages.has(*matcher::parse_language("ur")));
    EXPECT_TRUE(library.access.has(matcher::Access::wheelchair));
    EXPECT_EQ(library.age_min, 16);
    EXPECT_EQ(library.place.view(), "leeds");
    const auto profile = read_json(result.hubs[0].document.profile);
    EXPECT_EQ(profile->text_at("opening_hours"), "MO,TU 10:00 to 16:00");
    EXPECT_EQ(profile->text_at("postcode"), "LS99 9ZZ");
    ASSERT_EQ(result.rejected.size(), 1U);
    EXPECT_TRUE(says(result.rejected, "item 3", "name"));
    EXPECT_EQ(result.rejected[0].id, "1a8a1f6e-2c7f-4f8e-9d0a-5a4c2e9b0003");
}

TEST(Import, ALatitudeOfAHundredNeverReachesTheMatcher) {
    const auto result = imported(data("open_referral/services.json"));
    const auto& far = result.hubs[1].document.command.profile;
    EXPECT_FALSE(far.position.known());
    EXPECT_FALSE(far.active);
    EXPECT_TRUE(says(result.notes, "item 2", "United Kingdom"));
    // "There is no wheelchair access" is not an offer of it.
    EXPECT_FALSE(far.access.has(matcher::Access::wheelchair));
}

TEST(Import, AHubWithoutAPositionIsNotRoutedToUntilSomebodySaysSo) {
    constexpr std::string_view service = R"({"id":"a1","name":"A","status":"active"})";
    const auto alone = imported(service);
    EXPECT_FALSE(alone.hubs.at(0).document.command.profile.active);
    EXPECT_TRUE(says(alone.notes, "item 1", "no usable position"));
    const auto placed = Overlay::read("id,latitude,longitude\na1,53.78,-1.55\n");
    EXPECT_TRUE(imported(service, *placed).hubs.at(0).document.command.profile.active);
    const auto told = Overlay::read(R"([{"id":"a1","active":true}])");
    EXPECT_TRUE(imported(service, *told).hubs.at(0).document.command.profile.active);
}

TEST(Import, ImportingTwiceGivesTheSameBytes) {
    for (const auto* file : {"open_referral/services.json", "open_referral/excel.csv"}) {
        const auto one = imported(data(file));
        const auto two = imported(data(file));
        ASSERT_EQ(one.hubs.size(), two.hubs.size());
        for (std::size_t i = 0; i < one.hubs.size(); ++i) {
            EXPECT_EQ(one.hubs[i].document.command, two.hubs[i].document.command);
            EXPECT_EQ(one.hubs[i].document.profile, two.hubs[i].document.profile);
        }
    }
}

TEST(Import, ReadsATableFromExcel) {
    const auto result = imported(data("open_referral/excel.csv"));
    ASSERT_EQ(result.hubs.size(), 2U);
    EXPECT_EQ(result.hubs[0].document.name, "Caf\xC3\xA9 \"Online\", Beeston");
    EXPECT_EQ(result.hubs[0].slug, "caf-online-beeston");
    EXPECT_EQ(result.hubs[0].document.command.totals[0], 3);
    EXPECT_TRUE(result.hubs[0].document.command.profile.languages.has(*matcher::parse_language("en")));
    EXPECT_TRUE(result.hubs[1].document.command.profile.needs.has(matcher::Need::dev_loan));
    EXPECT_TRUE(says(result.rejected, "line 5", "neither id nor name"));
    EXPECT_TRUE(says(result.rejected, "line 6", "needs/0"));
}

TEST(Import, TheOverlayWinsAndItsUnusedRowsAreNamed) {
    const auto overlay = Overlay::read(
        R"({"1a8a1f6e-2c7f-4f8e-9d0a-5a4c2e9b0001":{"languages":["pl","Urdu"],"capacity":{"place":6,"sim":2},"needs":["data-sim"]},
            "nobody":{"place":"york"}})");
    ASSERT_TRUE(overlay) << overlay.error();
    const auto result = imported(data("open_referral/services.json"), *overlay);
    const auto& command = result.hubs.at(0).document.command;
    EXPECT_TRUE(command.profile.languages.has(*matcher::parse_language("pl")));
    EXPECT_FALSE(command.profile.languages.has(*matcher::parse_language("en")));
    EXPECT_EQ(command.totals, (matcher::Units{6, 0, 2}));
    EXPECT_TRUE(command.profile.needs.has(matcher::Need::data_sim));
    EXPECT_EQ(result.overlay_unused, std::vector<std::string>{"nobody"});
    EXPECT_FALSE(Overlay::read("name,places\nx,1\n"));
    EXPECT_FALSE(Overlay::read("[{\"places\":1}]"));
    EXPECT_FALSE(Overlay::read("{\"a\":"));
}

TEST(Import, ALineThatCannotBeReadIsRejectedAlone) {
    const auto result = imported("{\"id\":\"a\",\"name\":\"A\",\"status\":\"active\"}\n{broken\n"
                                 "{\"id\":\"b\",\"name\":\"B\",\"status\":\"active\"}\n");
    EXPECT_EQ(result.hubs.size(), 2U);
    EXPECT_TRUE(says(result.rejected, "line 2", "JSON"));
}

TEST(Import, TheFullerOfTwoDescriptionsIsTaken) {
    const auto overlay = Overlay();
    const auto gazetteer = small_gazetteer();
    Importer importer(gazetteer, overlay, {"leeds"});
    ASSERT_TRUE(importer.add(R"({"contents":[{"id":"a","name":"A","status":"active"}]})"));
    ASSERT_TRUE(importer.add(R"({"id":"a","name":"A","status":"active","service_at_locations":
        [{"location":{"latitude":53.78,"longitude":-1.55}}]})"));
    ASSERT_TRUE(importer.add(R"({"contents":[{"id":"a","name":"A","status":"active"}]})"));
    const auto result = importer.finish();
    ASSERT_EQ(result.hubs.size(), 1U);
    EXPECT_TRUE(result.hubs[0].document.command.profile.position.known());
}

TEST(Import, AWholeFileThatCannotBeReadIsToldOnce) {
    for (const auto* bad : {"", "   ", "{\"a\":", "[1,", "postcode\nLS11\n", "name\n\"open\n"}) {
        EXPECT_FALSE(import_hubs(bad, Overlay(), Gazetteer(), {"leeds"})) << bad;
    }
}

TEST(Import, OpeningTimesLoseTheirSecondsAndNothingElse) {
    const auto result = imported(
        "[{\"name\":\"A\",\"languages\":[{\"code\":\"en\"}],\"attributes\":[],\"schedules\":["
        "{\"byday\":\"MO\",\"opens_at\":\"10:00:00Z\",\"closes_at\":\"18:00\"},"
        "{\"byday\":\"TU\",\"opens_at\":\"9.30\",\"closes_at\":\"1pm\"},"
        "{\"byday\":\"WE\",\"opens_at\":\"10:0\u00e9\u00e9\",\"closes_at\":\"17:00:00\"}]}]",
        *Overlay::read(R"({"a":{"needs":["nhs-app"],"latitude":53.8,"longitude":-1.5}})"));
    ASSERT_EQ(result.hubs.size(), 1U) << (result.rejected.empty() ? "" : result.rejected.front().reason);
    EXPECT_EQ(read_json(result.hubs[0].document.profile)->text_at("opening_hours"),
              "MO 10:00 to 18:00\nTU 9.30 to 1pm\nWE 10:0\u00e9\u00e9 to 17:00");
}

TEST(Import, ACellOfCommunitiesIsANumberOrRefused) {
    const auto result = imported("name,needs,languages,communities,latitude,longitude\n"
                                 "A,nhs-app,en,\"1],\"\"virtual\"\":true,\"\"access\"\":[\"\"wheelchair\"\"\",53.8,-1.5\n");
    ASSERT_EQ(result.rejected.size(), 1U);
    EXPECT_TRUE(says(result.rejected, "line 2", "communities/0"));
}

double cpu_seconds_for_table(std::size_t size) {
    std::string table = "name" + std::string(size, ',') + "\n";
    for (std::size_t i = 0; i < size; ++i) {
        table += "a\n";
    }
    return cpu_seconds_of([&] { imported(table); });
}

TEST(Import, ManyColumnsThatNobodyKnowsTakeTimeInStepWithTheirNumber) {
    EXPECT_LT(cpu_seconds_for_table(16'000), 200 * cpu_seconds_for_table(500));
}

// One property of a service each, wrong in every way that a feed could have it.
TEST(Import, NoPropertyOfAServiceCanBreakTheImport) {
    const std::vector<std::string_view> properties{
        "name", "id", "status", "description", "url", "email", "phones", "minimum_age", "maximum_age",
        "languages", "attributes", "schedules", "organization", "service_at_locations", "capacities"};
    const std::vector<std::string_view> values{"null", "1", "-1.5e300", "\"\"", "\"x\"", "[]", "{}", "[null]",
                                               "[[]]", "[{}]", "{\"a\":[{}]}", "true",
                                               "[{\"location\":{\"latitude\":\"x\",\"addresses\":[1]}}]",
                                               "[{\"taxonomy_term\":1}]", "[{\"unit\":{\"name\":\"places\"},\"maximum\":-5}]"};
    std::size_t tried = 0;
    for (const auto property : properties) {
        for (const auto value : values) {
            const auto text = property == "id"
                                  ? std::string("{\"name\":\"A\",\"id\":") + std::string(value) + "}"
                                  : std::string("{\"id\":\"a\",\"") + std::string(property) + "\":" +
                                        std::string(value) + "}";
            const auto result = import_hubs(text, Overlay(), Gazetteer(), {"leeds"});
            ASSERT_TRUE(result) << text;
            EXPECT_EQ(result->hubs.size() + result->rejected.size(), 1U) << text;
            ++tried;
        }
    }
    EXPECT_GE(tried, 200U);
}

}  // namespace
}  // namespace hubward::server::wire::open_referral
