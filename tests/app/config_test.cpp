// SPDX-License-Identifier: Apache-2.0
#include "server/config.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace hubward::server {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ConfigFile : public testing::Test {
  protected:
    void TearDown() override {
        if (!file_.empty()) {
            fs::remove(file_);
        }
    }
    // The sources with this text as the file.
    ConfigSources with(std::string_view text) {
        std::string pattern = (fs::temp_directory_path() / "hubward-config-XXXXXX").string();
        const int fd = ::mkstemp(pattern.data());
        EXPECT_GE(fd, 0);
        ::close(fd);
        file_ = pattern;
        std::ofstream(file_) << text;
        ConfigSources sources;
        sources.file = file_;
        sources.environment = [this](const char* name) -> const char* {
            const auto at = environment.find(name);
            return at == environment.end() ? nullptr : at->second.c_str();
        };
        return sources;
    }
    std::vector<std::string> faults(std::string_view text) {
        const auto loaded = load_config(with(text));
        EXPECT_FALSE(loaded) << text;
        return loaded ? std::vector<std::string>{} : loaded.error();
    }
    std::string at(int line) const { return file_.string() + ":" + std::to_string(line); }

    std::map<std::string, std::string> environment;
    fs::path file_;
};

// What is made of it would be no address: "wsexample/…" for the WebSocket of hub.example.
TEST_F(ConfigFile, ABaseUrlThatCannotBeOneIsRefused) {
    for (const char* text : {"hub.example", "hub", "h", "ftp://hub.example", "https://", "http://:8080", "https:///x",
                             "https://hub.example/", "https://hub.example/x/", "https://hub.example?x",
                             "https://hub.example#x", "https://me@hub.example", "HTTP//hub.example"}) {
        const auto found = faults("[server]\nbase_url = \"" + std::string(text) + "\"\n");
        ASSERT_EQ(found.size(), 1U) << text;
        EXPECT_THAT(found.front(), AllOf(HasSubstr(at(2)), HasSubstr("server.base_url"), HasSubstr("https://"))) << text;
    }
    for (const char* text : {"", "https://hub.example", "http://127.0.0.1:8080", "http://[::1]:8080",
                             "https://hub.example/under/a/path"}) {
        EXPECT_TRUE(load_config(with("[server]\nbase_url = \"" + std::string(text) + "\"\n"))) << text;
    }
    environment["HUBWARD_SERVER_BASE_URL"] = "hub.example";
    EXPECT_THAT(faults(""), ElementsAre(HasSubstr("HUBWARD_SERVER_BASE_URL")));
}

TEST(HttpUrl, HasAnIpv6AddressInBrackets) {
    EXPECT_EQ(http_url("127.0.0.1", 8080), "http://127.0.0.1:8080");
    EXPECT_EQ(http_url("::1", 80), "http://[::1]:80");
}

TEST_F(ConfigFile, IsUsedOverTheDefault) {
    const auto loaded = load_config(with("[server]\nport = 9000\n[storage]\naccept_loss = true\n"
                                         "[places]\ndos_services = [\"a\", \"b\"]\n"));
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->config.port, 9000);
    EXPECT_TRUE(loaded->config.accept_loss);
    EXPECT_THAT(loaded->config.dos_services, ElementsAre("a", "b"));
    EXPECT_EQ(loaded->origin.at("server.port"), at(2));
    EXPECT_EQ(loaded->origin.at("server.address"), "default");
}

TEST_F(ConfigFile, GivesWayToTheEnvironmentAndThatToAFlag) {
    ConfigSources sources = with("[server]\nport = 9000\nthreads = 2\naddress = \"127.0.0.2\"\n");
    environment["HUBWARD_SERVER_PORT"] = "9001";
    environment["HUBWARD_SERVER_THREADS"] = "3";
    sources.flags.push_back({"server.port", "9002", "--port"});
    const auto loaded = load_config(sources);
    ASSERT_TRUE(loaded) << loaded.error().front();
    EXPECT_EQ(loaded->config.port, 9002);
    EXPECT_EQ(loaded->config.threads, 3);
    EXPECT_EQ(loaded->config.address, "127.0.0.2");
    EXPECT_EQ(loaded->origin.at("server.port"), "flag --port");
    EXPECT_EQ(loaded->origin.at("server.threads"), "environment HUBWARD_SERVER_THREADS");
    EXPECT_EQ(loaded->origin.at("server.address"), at(4));
}

TEST_F(ConfigFile, WithAnUnknownKeyNamesFileLineKeyAndTheNearestOne) {
    const auto found = faults("# a comment\n[server]\n\nprot = 1\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0], AllOf(HasSubstr(at(4)), HasSubstr("\"server.prot\""),
                                HasSubstr("did you mean \"server.port\"?")));
}

TEST_F(ConfigFile, WithAKeyOutsideItsTableFindsTheRightOne) {
    EXPECT_THAT(faults("snapshot_every = 5000\n").at(0), HasSubstr("did you mean \"storage.snapshot_every\"?"));
}

TEST_F(ConfigFile, WithAValueOutsideItsRangeNamesTheRange) {
    EXPECT_THAT(faults("[server]\nport = 70000\n").at(0),
                AllOf(HasSubstr(at(2)), HasSubstr("server.port"), HasSubstr("0 … 65535")));
    EXPECT_THAT(faults("[limits]\nheader_seconds = 0\n").at(0), HasSubstr("1 … 300 seconds"));
    EXPECT_THAT(faults("[log]\nlevel = \"loud\"\n").at(0), HasSubstr("debug, info, warning, error"));
}

TEST_F(ConfigFile, WithAValueOfTheWrongKindSaysWhatIsExpected) {
    EXPECT_THAT(faults("[server]\nport = \"8080\"\n").at(0), HasSubstr("expected 0 … 65535"));
    EXPECT_THAT(faults("[server]\naddress = 1\n").at(0), HasSubstr("expected a text"));
    EXPECT_THAT(faults("[storage]\naccept_loss = 1\n").at(0), HasSubstr("expected true or false"));
    EXPECT_THAT(faults("[places]\ndos_services = [1]\n").at(0), HasSubstr("expected a list of texts"));
    EXPECT_THAT(faults("[server]\nport = 1.5\n").at(0), HasSubstr(":2: server.port"));
    EXPECT_THAT(faults("server = 3\n").at(0), HasSubstr(":1: "));
}

TEST_F(ConfigFile, WithTwoFaultsNamesBoth) {
    EXPECT_EQ(faults("[server]\nprot = 1\nport = 70000\n").size(), 2U);
}

TEST_F(ConfigFile, ThatIsNotTomlNamesLineAndColumn) {
    EXPECT_THAT(faults("[server]\nport = = 3\n").at(0), HasSubstr(at(2) + ":"));
}

TEST_F(ConfigFile, FaultsInEnvironmentAndFlagsNameThem) {
    ConfigSources sources = with("");
    environment["HUBWARD_SERVER_PORT"] = "http";
    sources.flags.push_back({"no.such", "1", "--set"});
    const auto loaded = load_config(sources);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error(), ElementsAre(HasSubstr("environment HUBWARD_SERVER_PORT"), HasSubstr("flag --set")));
}

TEST(Config, AFileThatIsNotThereIsAnError) {
    ConfigSources sources;
    sources.file = "/nowhere/hubward.toml";
    const auto loaded = load_config(sources);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().at(0), HasSubstr("/nowhere/hubward.toml"));
}

TEST(Config, EverySettingHasItsOwnKeyHelpAndARangeThatHoldsItsDefault) {
    std::set<std::string_view> keys;
    for (const Setting& setting : settings()) {
        EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
        EXPECT_TRUE(setting.help.ends_with('.')) << setting.key;
        Config config;
        if (const auto* member = std::get_if<std::int64_t Config::*>(&setting.member)) {
            EXPECT_LE(setting.min, config.**member) << setting.key;
            EXPECT_GE(setting.max, config.**member) << setting.key;
        }
        EXPECT_EQ(find_setting(setting.key), &setting);
    }
}

// The file in the repository is what the program prints: one truth, two places.
TEST(Config, TheDocumentedFileIsUpToDate) {
    std::ifstream in(std::string(HUBWARD_SOURCE_DIR) + "/configs/hubward.toml");
    std::stringstream text;
    text << in.rdbuf();
    EXPECT_EQ(text.str(), documented_config()) << "run: hubward config defaults > configs/hubward.toml";
}

// Every line of it, when somebody takes the # away, is accepted and changes nothing.
TEST_F(ConfigFile, TheDocumentedFileWithEverySettingInForceIsTheDefault) {
    std::istringstream lines(documented_config());
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        const bool setting = line.starts_with("#") && !line.starts_with("# ") && line.size() > 1;
        text += (setting ? line.substr(1) : line) + "\n";
    }
    const auto loaded = load_config(with(text));
    ASSERT_TRUE(loaded) << loaded.error().front();
    for (const Setting& setting : settings()) {
        EXPECT_EQ(setting.value(loaded->config), setting.value(Config{}));
        EXPECT_NE(loaded->origin.at(std::string(setting.key)), "default") << setting.key;
    }
}

TEST(Config, DefaultPolicyIsTheCoresOwn) { EXPECT_EQ(Config{}.policy(), matcher::Policy{}); }

TEST(Config, EffectiveTextNamesValueAndOrigin) {
    ConfigSources sources;
    sources.flags.push_back({"server.port", "9002", "--port"});
    const std::string text = effective_config(*load_config(sources), false);
    EXPECT_THAT(text, AllOf(HasSubstr("server.port = 9002  # flag --port\n"),
                            HasSubstr("server.address = \"127.0.0.1\"  # default\n")));
}

}  // namespace
}  // namespace hubward::server
