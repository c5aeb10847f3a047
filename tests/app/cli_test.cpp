// SPDX-License-Identifier: Apache-2.0
//
// The program as its users meet it: exit codes, what is printed where, the demo, a server that
// drains. Runs the real binary.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/cli/http_client.hpp"

namespace hubward {
namespace {

namespace fs = std::filesystem;
using server::cli::HttpClient;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

struct Ended {
    int code = -1;
    std::string out;
    std::string err;
};

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Cli : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "hubward-cli-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { fs::remove_all(folder); }

    // Starts the program with its output in files of the folder.
    pid_t start(const std::vector<std::string>& arguments) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::dup2(::open((folder / "out").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600), STDOUT_FILENO);
            ::dup2(::open((folder / "err").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600), STDERR_FILENO);
            ::setenv("TMPDIR", folder.c_str(), 1);
            ::unsetenv("HUBWARD_CONFIG");
            std::vector<char*> argv{const_cast<char*>(HUBWARD_BINARY)};
            for (const std::string& argument : arguments) {
                argv.push_back(const_cast<char*>(argument.c_str()));
            }
            argv.push_back(nullptr);
            ::execv(HUBWARD_BINARY, argv.data());
            ::_exit(127);
        }
        return child;
    }
    Ended end(pid_t child) {
        int status = 0;
        ::waitpid(child, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text_of(folder / "out"),
                text_of(folder / "err")};
    }
    Ended run(const std::vector<std::string>& arguments) { return end(start(arguments)); }

    // Waits until the file holds the text; fails the test after half a minute.
    std::string wait_for(const char* file, std::string_view text) {
        for (int i = 0; i < 3'000; ++i) {
            const std::string now = text_of(folder / file);
            if (now.find(text) != std::string::npos) {
                return now;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "never saw " << text << " in " << text_of(folder / file);
        return {};
    }
    std::vector<std::string> with_keys(std::vector<std::string> arguments) const {
        for (const std::string& set :
             {"storage.data=" + (folder / "data").string(),
              "storage.master_key_file=" + (folder / "keys/master.key").string(),
              "storage.token_key_file=" + (folder / "keys/token.key").string()}) {
            arguments.insert(arguments.end(), {"--set", set});
        }
        return arguments;
    }

    fs::path folder;
};

bool has_ipv6_loopback() {
    const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const bool bound = probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    return bound;
}

std::string between(const std::string& text, std::string_view before, std::string_view after) {
    const auto from = text.find(before) + before.size();
    return text.substr(from, text.find(after, from) - from);
}

TEST_F(Cli, HelpAndVersionEndWell) {
    EXPECT_EQ(run({"--help"}).code, 0);
    EXPECT_THAT(run({"version"}).out, ContainsRegex("^hubward [0-9]+\\.[0-9]+\\.[0-9]+\n$"));
    for (const char* command : {"serve", "demo", "config", "import", "match", "inspect", "backup", "restore",
                                "verify", "token", "keys", "doctor", "version"}) {
        const Ended help = run({command, "--help"});
        EXPECT_EQ(help.code, 0) << command;
        EXPECT_THAT(help.out, HasSubstr("Example:")) << command;
    }
}

TEST_F(Cli, BadUseIs64) {
    EXPECT_EQ(run({}).code, 64);
    EXPECT_EQ(run({"nonsense"}).code, 64);
    EXPECT_EQ(run({"serve", "--nonsense"}).code, 64);
    EXPECT_EQ(run({"token", "mint", "--role", "king", "--subject", "x"}).code, 64);
    EXPECT_EQ(run({"token", "mint", "--role", "hub", "--subject", "Not A Slug"}).code, 64);
    EXPECT_EQ(run({"token", "mint", "--role", "hub", "--subject", "library", "--ttl", "soon"}).code, 64);
}

TEST_F(Cli, AnUnknownCommandNamesTheNearestOne) {
    const Ended ended = run({"servr", "--port", "1"});
    EXPECT_EQ(ended.code, 64);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("\"servr\""), HasSubstr("did you mean \"serve\"")));
    EXPECT_THAT(ended.out, testing::IsEmpty());
}

TEST_F(Cli, BadConfigurationIs78AndNamesTheNearestKey) {
    std::ofstream(folder / "bad.toml") << "[server]\nprot = 1\n";
    const Ended ended = run({"serve", "--config", (folder / "bad.toml").string()});
    EXPECT_EQ(ended.code, 78);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("bad.toml:2"), HasSubstr("server.port")));
    EXPECT_EQ(run({"config", "check", "--config", (folder / "none.toml").string()}).code, 78);
}

TEST_F(Cli, ConfigCheckSaysWhereEachValueComesFrom) {
    const Ended ended = run({"config", "check", "--set", "server.port=9000"});
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(ended.out, HasSubstr("server.port = 9000  # flag --set"));
    EXPECT_THAT(run({"config", "check", "--explain"}).out, HasSubstr("environment HUBWARD_SERVER_PORT"));
}

TEST_F(Cli, AServerWithoutAMasterKeyIs78AndSaysWhatToDo) {
    const Ended ended = run(with_keys({"serve", "--port", "0"}));
    EXPECT_EQ(ended.code, 78);
    EXPECT_THAT(ended.err, HasSubstr("keys init"));
}

TEST_F(Cli, MissingThingsAre66) {
    EXPECT_EQ(run({"match", (folder / "none").string(), "--hubs", (folder / "none").string()}).code, 66);
    ASSERT_EQ(run(with_keys({"keys", "init"})).code, 0);
    EXPECT_EQ(run(with_keys({"inspect"})).code, 66);
    EXPECT_EQ(run(with_keys({"verify"})).code, 66);
}

TEST_F(Cli, MatchRanksHubsWithReasonsAndNamesWhatItCannotRead) {
    std::ofstream(folder / "people.ndjson")
        << R"({"needs":["nhs-app"],"language":"ur","location":{"latitude":53.79,"longitude":-1.54},"person":{"name":"Amara Larkham"},"consent":{"share_with_hub":true}})" << "\n"
        << R"({"needs":["flying"]})" << "\n";
    const std::string hubs = std::string(HUBWARD_SOURCE_DIR) + "/configs/demo/hubs.json";
    const Ended ended = run({"match", (folder / "people.ndjson").string(), "--hubs", hubs});
    EXPECT_EQ(ended.code, 65);
    EXPECT_THAT(ended.out, AllOf(HasSubstr("riverside-library"), HasSubstr("language 150")));
    EXPECT_THAT(ended.err, AllOf(HasSubstr(":2:"), HasSubstr("/needs/0")));
    EXPECT_EQ(ended.out.find("Amara"), std::string::npos);
    EXPECT_THAT(run({"match", (folder / "people.ndjson").string(), "--hubs", hubs, "--json"}).out,
                HasSubstr(R"("hub":"riverside-library","filter":"passed")"));
}

TEST_F(Cli, DoctorSeesThatAServerMayNotWriteBesideItsKeys) {
    ASSERT_EQ(run(with_keys({"keys", "init"})).code, 0);
    const std::vector<std::string> look = with_keys({"doctor", "--set", "server.port=0"});
    const fs::path erasures = folder / "keys/master.key.erasures";
    const fs::path revoked = folder / "keys/token.key.revoked";
    const Ended sound = run(look);
    EXPECT_EQ(sound.code, 0) << sound.out;
    EXPECT_THAT(sound.out, AllOf(HasSubstr("ok   list: " + erasures.string()), HasSubstr("ok   list: " + revoked.string()),
                                 HasSubstr("ok   list: " + (folder / "keys/master.key.webhooks").string())));
    EXPECT_FALSE(fs::exists(erasures) || fs::exists(revoked)) << "it only looks";

    // What stops root, too: folders where the lists should be, and a place where nobody makes a file.
    fs::create_directory(erasures);
    const Ended first = run(look);
    EXPECT_EQ(first.code, 69);
    EXPECT_THAT(first.out, AllOf(HasSubstr("BAD  list: " + erasures.string()), HasSubstr("no erasure would end"),
                                 HasSubstr("ReadWritePaths=" + (folder / "keys").string()),
                                 HasSubstr("ok   list: " + revoked.string())));
    fs::remove(erasures);
    fs::create_directory(revoked);
    EXPECT_THAT(run(look).out, AllOf(HasSubstr("BAD  list: " + revoked.string()), HasSubstr("nobody could log out")));
    fs::remove(revoked);
    std::ofstream(revoked) << std::string((4U << 20U) + 1, '#');
    EXPECT_THAT(run(look).out, HasSubstr("BAD  list: " + revoked.string() + " is full"));
    fs::remove(revoked);
    const Ended nowhere = run({"doctor", "--set", "server.port=0", "--set", "storage.data=" + folder.string(),
                               "--set", "storage.master_key_file=/proc/master.key",
                               "--set", "storage.token_key_file=/proc/token.key"});
    EXPECT_EQ(nowhere.code, 69);
    EXPECT_THAT(nowhere.out, AllOf(HasSubstr("BAD  list: /proc/master.key.erasures"),
                                   HasSubstr("BAD  list: /proc/token.key.revoked")));
}

TEST_F(Cli, DoctorTellsRootToLookAsTheServersUser) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give files to another user";
    }
    ASSERT_EQ(run(with_keys({"keys", "init"})).code, 0);
    fs::create_directory(folder / "data");
    const std::vector<std::string> look = with_keys({"doctor", "--set", "server.port=0"});
    EXPECT_THAT(run(look).out, HasSubstr("ok   user: 0"));
    ASSERT_EQ(::chown((folder / "data").c_str(), 1, 1), 0);
    EXPECT_THAT(run(look).out, AllOf(HasSubstr("weak user: root looks"), HasSubstr("runuser -u ")));
}

// One life: keys, a server, a token that opens it, a second server that may not have the folder, a
// backup through the running one, SIGTERM, verify, inspect, restore.
TEST_F(Cli, PublishedPostcodesBecomeAGazetteer) {
    const auto directory = (folder / "onspd.csv").string();
    std::ofstream(directory) << "pcd,pcds,lat,long\nLS999ZZ,LS99 9ZZ,53.79,-1.55\nx,x,1,1\n"
                                "GY11AA,GY1 1AA,99.999999,0\n";
    const auto open = (folder / "codepo.csv").string();
    std::ofstream(open) << "\"LS98 1AA\",10,430000,433000,\"E92000001\"\r\n";
    const auto output = (folder / "gazetteer.csv").string();
    const Ended done = run({"import", "postcodes", directory, open, "--output", output, "--json"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("\"rows\":4"), HasSubstr("\"postcodes\":2"), HasSubstr("\"districts\":2"),
                                HasSubstr("\"without_position\":1"), HasSubstr("\"faulty\":1")));
    EXPECT_THAT(done.err, HasSubstr("line 3"));
    EXPECT_THAT(text_of(output), HasSubstr("LS99 9ZZ,53.790000,-1.550000"));
    EXPECT_EQ(run({"import", "postcodes", directory}).code, 64);
    EXPECT_EQ(run({"import", "postcodes", "/nowhere.csv", "--output", output}).code, 66);
    EXPECT_EQ(run({"import", "postcodes", output + "x", "--output", output}).code, 66);
    std::ofstream(folder / "other.csv") << "name,town\na,b\n";
    EXPECT_EQ(run({"import", "postcodes", (folder / "other.csv").string(), "--output", output}).code, 65);
    EXPECT_THAT(text_of(output), HasSubstr("LS99 9ZZ"));  // what was there stays
    EXPECT_EQ(run({"import"}).code, 64);
}

// As an earlier one left it that was cut off: whoever hears "kept" starts a server that then has no key.
TEST_F(Cli, KeysInitKeepsNoEmptyKey) {
    for (const char* name : {"master.key", "token.key"}) {
        fs::create_directories(folder / "keys");
        std::ofstream(folder / "keys" / name).close();
        fs::permissions(folder / "keys" / name, fs::perms::owner_read | fs::perms::owner_write);
        const Ended ended = run(with_keys({"keys", "init"}));
        EXPECT_EQ(ended.code, 78) << name;
        EXPECT_THAT(ended.err, HasSubstr("remove it and run: hubward keys init"));
        const std::string kept = "kept " + (folder / "keys" / name).string();
        EXPECT_THAT(ended.out, Not(HasSubstr(kept)));
        fs::remove(folder / "keys" / name);
        EXPECT_EQ(run(with_keys({"keys", "init"})).code, 0);
        EXPECT_THAT(run(with_keys({"keys", "init"})).out, HasSubstr(kept));
        fs::remove_all(folder / "keys");
    }
}

TEST_F(Cli, AServerServesBacksUpAndDrains) {
    ASSERT_EQ(run(with_keys({"keys", "init"})).code, 0);
    EXPECT_EQ(run(with_keys({"keys", "status"})).code, 0);
    const pid_t server = start(with_keys({"serve", "--port", "0", "--log-format", "json"}));
    const std::string log = wait_for("err", "\"msg\":\"serving\"");
    const std::string port = between(log, "\"port\":", ",");
    // run() would overwrite the server's output files, so the rest has its own folder.
    const fs::path outer = folder;
    folder = outer / "other";
    fs::create_directory(folder);
    const auto same = [&](std::vector<std::string> arguments) {
        folder = outer;
        arguments = with_keys(std::move(arguments));
        folder = outer / "other";
        return arguments;
    };
    std::string token = run(same({"token", "mint", "--role", "ops", "--subject", "me"})).out;
    ASSERT_FALSE(token.empty());
    token.pop_back();
    HttpClient client("http://127.0.0.1:" + port);
    const auto ready = client.call("GET", "/readyz", {}, "");
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->status, 200U);
    EXPECT_EQ(client.call("GET", "/v1/hubs", {}, "")->status, 401U);
    EXPECT_EQ(client.call("GET", "/v1/hubs", {{"Authorization", "Bearer " + token}}, "")->status, 200U);

    // A browser: the link that an operator makes, and the form behind it.
    const std::string base = "http://127.0.0.1:" + port;
    const std::string link =
        run(same({"token", "mint", "--role", "ops", "--subject", "me", "--link", "--set", "server.base_url=" + base})).out;
    ASSERT_THAT(link, testing::StartsWith(base + "/enter#hw1."));
    const auto log_in = [&](const std::string& origin, const std::string& pasted) {
        return client.call("POST", "/enter", {{"Origin", origin}, {"Content-Type", "application/x-www-form-urlencoded"}},
                           "token=" + pasted);
    };
    const std::string pasted = "+" + between(link, "/enter", "\n").replace(0, 1, "%23");
    EXPECT_EQ(log_in("https://elsewhere.example", pasted)->status, 403U);
    const auto entered = log_in(base, pasted);
    ASSERT_EQ(entered->status, 303U) << entered->body;
    EXPECT_EQ(entered->header("location"), "/ops");
    const std::string cookie(entered->header("set-cookie"));
    EXPECT_THAT(cookie, AllOf(HasSubstr("Path=/;"), HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict")));
    EXPECT_EQ(cookie.find("Secure"), std::string::npos);
    EXPECT_THAT(std::string(log_in("https://127.0.0.1:" + port, pasted)->header("set-cookie")), HasSubstr("; Secure"));
    EXPECT_EQ(client.call("GET", "/ops", {{"Cookie", cookie.substr(0, cookie.find(';'))}}, "")->status, 200U);
    const auto broken = log_in(base, pasted.substr(0, pasted.size() - 3));
    EXPECT_EQ(broken->status, 422U);
    EXPECT_EQ(broken->body.find(pasted.substr(10, 40)), std::string::npos) << "what was typed is not shown again";

    EXPECT_EQ(run(same({"serve", "--port", "0"})).code, 75);
    const fs::path backup = outer / "backup";
    const Ended backed = run(same({"backup", backup.string(), "--set", "server.port=" + port}));
    EXPECT_EQ(backed.code, 0) << backed.err;
    EXPECT_TRUE(fs::exists(backup));

    ::kill(server, SIGTERM);
    int status = 0;
    ::waitpid(server, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_THAT(text_of(outer / "err"), HasSubstr("\"msg\":\"stopped\""));

    const Ended verified = run(same({"verify"}));
    EXPECT_EQ(verified.code, 0) << verified.err;
    EXPECT_THAT(verified.out, HasSubstr("sound:"));
    EXPECT_EQ(run(same({"inspect"})).code, 0);
    EXPECT_EQ(run({"restore", backup.string(), "--into", (outer / "again").string()}).code, 0);
    EXPECT_EQ(run({"restore", backup.string(), "--into", (outer / "again").string()}).code == 0, false);
    folder = outer;
}

TEST_F(Cli, AServerOnAnIpv6AddressNamesItInBrackets) {
    if (!has_ipv6_loopback()) {
        GTEST_SKIP() << "this machine has no ::1";
    }
    ASSERT_EQ(run(with_keys({"keys", "init"})).code, 0);
    const std::string link = run(with_keys({"token", "mint", "--role", "ops", "--subject", "me", "--link", "--set",
                                            "server.address=::1"})).out;
    EXPECT_THAT(link, testing::StartsWith("http://[::1]:8080/enter#"));
    const pid_t server = start(with_keys({"serve", "--address", "::1", "--port", "0", "--log-format", "json"}));
    const std::string log = wait_for("err", "\"msg\":\"serving\"");
    const std::string base = "http://[::1]:" + between(log, "\"port\":", ",");
    const auto refused = HttpClient(base).call("GET", "/v1/hubs", {}, "");
    ASSERT_TRUE(refused) << refused.error();
    EXPECT_THAT(refused->body, HasSubstr("\"type\":\"" + base + "/problems/"));
    ::kill(server, SIGTERM);
    EXPECT_EQ(end(server).code, 0);
}

TEST_F(Cli, TheDemoGivesLinksThatAreLoggedInAndACurlLineThatWorks) {
    const pid_t demo = start({"demo", "--port", "0"});
    const std::string out = wait_for("out", "Ctrl-C");
    const std::string base = "http://" + between(out, "A hub's page  http://", "/enter");
    HttpClient client(base);
    const auto entered = client.call("GET", "/enter/" + between(out, "/enter/", "\n"), {}, "");
    ASSERT_TRUE(entered);
    EXPECT_EQ(entered->status, 303U);
    const std::string cookie(entered->header("set-cookie"));
    EXPECT_THAT(cookie, AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict")));
    const auto page = client.call("GET", entered->header("location"),
                                  {{"Cookie", cookie.substr(0, cookie.find(';'))}}, "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->status, 200U);

    // The line as a shell would take it.
    const std::string curl = out.substr(out.find("\ncurl ") + 1, out.find('\n', out.find("\ncurl ") + 1) -
                                                                    out.find("\ncurl ") - 1);
    std::FILE* shell = ::popen((curl + " -w '\\n%{http_code}'").c_str(), "r");
    ASSERT_NE(shell, nullptr);
    std::string answer;
    std::array<char, 4096> bytes{};
    for (std::size_t n; (n = std::fread(bytes.data(), 1, bytes.size(), shell)) > 0;) {
        answer.append(bytes.data(), n);
    }
    EXPECT_EQ(::pclose(shell), 0);
    EXPECT_THAT(answer, AllOf(HasSubstr("\"reference\""), testing::EndsWith("\n201")));

    ::kill(demo, SIGINT);
    const Ended ended = end(demo);
    EXPECT_EQ(ended.code, 0) << ended.err;
    for (const auto& entry : fs::directory_iterator(folder)) {
        EXPECT_EQ(entry.path().filename().string().find("hubward-demo"), std::string::npos) << entry.path();
    }
}

}  // namespace
}  // namespace hubward
