// SPDX-License-Identifier: Apache-2.0
#include "server/auth/token.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server/auth/base64url.hpp"
#include "server/auth/identify.hpp"
#include "server/auth/sessions.hpp"

namespace hubward::server::auth {
namespace {

namespace fs = std::filesystem;
using matcher::Role;

constexpr matcher::Timestamp noon{1'700'000'000'000};
constexpr matcher::Timestamp later{noon.ms + 60'000};

class Token : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "hubward-token-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
        tokens = open("token.key");
    }
    void TearDown() override { fs::remove_all(folder); }

    std::unique_ptr<Tokens> open(std::string_view name) {
        auto opened = Tokens::open(folder / name);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error());
        return opened ? std::move(*opened) : nullptr;
    }
    Principal practice() const { return {Role::practice, "B81001", "", later}; }
    TokenError error_of(std::string_view token) const {
        const auto checked = tokens->check(token, noon);
        EXPECT_FALSE(checked) << token;
        return checked ? TokenError{} : checked.error();
    }

    // Whether it is on disk.
    static bool end(const Tokens& of, const std::string& id) {
        const Ending ending = sessions(of).end(id);
        ending->wait(Ended::not_yet);
        return *ending == Ended::yes;
    }

    fs::path folder;
    std::unique_ptr<Tokens> tokens;
};

TEST_F(Token, SaysWhoItWasMintedFor) {
    const auto checked = tokens->check(tokens->mint(practice()), noon);
    ASSERT_TRUE(checked);
    EXPECT_EQ(checked->role, Role::practice);
    EXPECT_EQ(checked->subject, "B81001");
    EXPECT_FALSE(checked->token_id.empty());
    EXPECT_EQ(checked->expires, later);
}

TEST_F(Token, TwoTokensForOnePrincipalHaveDifferentIds) {
    EXPECT_NE(tokens->mint(practice()), tokens->mint(practice()));
}

TEST_F(Token, WorksAfterARestartWithTheSameKeyFile) {
    const std::string token = tokens->mint(practice());
    EXPECT_TRUE(open("token.key")->check(token, noon));
}

TEST_F(Token, OfAnotherInstallationIsForged) {
    EXPECT_EQ(error_of(open("other.key")->mint(practice())), TokenError::forged);
}

TEST_F(Token, ExpiresAtItsTimeAndNotBefore) {
    const std::string token = tokens->mint(practice());
    EXPECT_TRUE(tokens->check(token, {later.ms - 1}));
    const auto at_end = tokens->check(token, later);
    ASSERT_FALSE(at_end);
    EXPECT_EQ(at_end.error(), TokenError::expired);
}

TEST_F(Token, WithAnyCharacterChangedIsRefused) {
    const std::string token = tokens->mint(practice());
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(tokens->check(changed, noon)) << "character " << i;
    }
}

// More tokens than are remembered, each asked for again after all others.
TEST_F(Token, SaysTheSameWhetherItIsRememberedOrNot) {
    std::vector<std::pair<std::string, std::string>> minted;
    for (int i = 0; i < 600; ++i) {
        const std::string subject = "B" + std::to_string(10'000 + i);
        minted.emplace_back(subject, tokens->mint({Role::practice, subject, "", later}));
    }
    for (int round = 0; round < 2; ++round) {
        for (const auto& [subject, token] : minted) {
            const auto checked = tokens->check(token, noon);
            ASSERT_TRUE(checked);
            EXPECT_EQ(checked->subject, subject);
        }
    }
}

TEST_F(Token, ThatIsRememberedVouchesForNoOther) {
    const std::string token = tokens->mint(practice());
    ASSERT_TRUE(tokens->check(token, noon));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(tokens->check(changed, noon)) << "character " << i;
    }
    EXPECT_FALSE(tokens->check(token, later));
    EXPECT_TRUE(tokens->check(token, noon));
}

TEST_F(Token, CutShortOrLengthenedIsRefused) {
    const std::string token = tokens->mint(practice());
    for (std::size_t n = 0; n < token.size(); ++n) {
        EXPECT_FALSE(tokens->check(token.substr(0, n), noon)) << "first " << n;
    }
    EXPECT_FALSE(tokens->check(token + "A", noon));
    EXPECT_FALSE(tokens->check(token + "=", noon));
    EXPECT_FALSE(tokens->check(token + ".", noon));
    EXPECT_FALSE(tokens->check(token + "." + token, noon));
    EXPECT_FALSE(tokens->check(" " + token, noon));
}

TEST_F(Token, OfStrangeFormIsMalformed) {
    EXPECT_EQ(error_of(""), TokenError::missing);
    for (const std::string& text :
         {std::string("hw1."), std::string("hw1.."), std::string("hw2.AA.AA"), std::string("x"),
          std::string("hw1.AAAA."), std::string(100'000, 'a'), std::string("\0\0\0", 3),
          "hw1." + std::string(600, 'A') + ".AAAA", std::string("hw1.*.*")}) {
        EXPECT_EQ(error_of(text), TokenError::malformed) << text.substr(0, 40);
    }
}

// The claims of one token under the MAC of another: both are ours, the pair is not.
TEST_F(Token, WithTheMacOfAnotherTokenIsForged) {
    const std::string a = tokens->mint(practice());
    const std::string b = tokens->mint({Role::ops, "admin", "", later});
    EXPECT_EQ(error_of(b.substr(0, b.rfind('.')) + a.substr(a.rfind('.'))), TokenError::forged);
}

TEST_F(Token, OfARoleOrSubjectThatCannotBeIsRefusedEvenWithAGoodMac) {
    EXPECT_EQ(error_of(tokens->mint({Role::practice, "b81001", "", later})), TokenError::malformed);
    EXPECT_EQ(error_of(tokens->mint({Role::hub, "a|b", "", later})), TokenError::malformed);
    EXPECT_EQ(error_of(tokens->mint({Role::hub, "", "", later})), TokenError::malformed);
    EXPECT_EQ(error_of(tokens->mint({Role::system, "clock", "", later})), TokenError::malformed);
}

TEST_F(Token, OnTheRevokedListIsRefusedWithinFiveSeconds) {
    Principal named = practice();
    named.token_id = "lost-laptop";
    const std::string token = tokens->mint(named);
    ASSERT_TRUE(tokens->check(token, noon));
    std::ofstream(folder / "token.key.revoked") << "# stolen on Tuesday\n lost-laptop  # desk 4\n";
    const auto checked = tokens->check(token, {noon.ms + 5'000});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error(), TokenError::revoked);
    EXPECT_TRUE(tokens->check(tokens->mint(practice()), {noon.ms + 5'000}));
    fs::remove(folder / "token.key.revoked");
    EXPECT_TRUE(tokens->check(token, {noon.ms + 10'000}));
}

TEST_F(Token, ThatLoggedOutIsVoidAtOnceAndAfterARestart) {
    std::ofstream(folder / "token.key.revoked") << "lost-laptop";  // an editor left the line open
    Principal mine = practice();
    mine.token_id = "mine";
    Principal lost = practice();
    lost.token_id = "lost-laptop";
    const std::string token = tokens->mint(mine);
    ASSERT_TRUE(tokens->check(token, noon));
    ASSERT_TRUE(end(*tokens, "mine"));
    EXPECT_FALSE(tokens->check(token, noon));
    const auto again = *Tokens::open(folder / "token.key");
    EXPECT_FALSE(again->check(token, noon));
    EXPECT_FALSE(again->check(tokens->mint(lost), noon)) << "what stood in the list stays in it";
    EXPECT_TRUE(again->check(tokens->mint(practice()), noon));
}

TEST_F(Token, ThatCannotBeRevokedOnDiskStaysAndSaysSo) {
    Principal mine = practice();
    mine.token_id = "mine";
    fs::create_directory(folder / "token.key.revoked");
    EXPECT_FALSE(end(*tokens, "mine"));
    EXPECT_TRUE(tokens->check(tokens->mint(mine), noon));
    fs::remove(folder / "token.key.revoked");
    std::ofstream(folder / "token.key.revoked") << std::string(revoked_bytes_max + 1, '#');
    EXPECT_FALSE(end(*tokens, "mine"));
    EXPECT_TRUE(tokens->check(tokens->mint(mine), {noon.ms + 5'000}));
}

// Neither root nor anybody else can read these.
TEST_F(Token, NobodyServesWhileTheListOfVoidTokensCannotBeRead) {
    const fs::path list = folder / "token.key.revoked";
    fs::create_directory(list);
    const auto refused = Tokens::open(folder / "token.key");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find(list.string()), std::string::npos) << refused.error();
    EXPECT_NE(refused.error().find("chown"), std::string::npos) << "and how to cure it";
    fs::remove(list);
    fs::create_symlink("/proc/self/mem", list);  // opens, and its first byte cannot be read
    EXPECT_FALSE(Tokens::open(folder / "token.key"));
    fs::remove(list);
    EXPECT_TRUE(Tokens::open(folder / "token.key"));
}

TEST_F(Token, AListThatCanNoLongerBeReadStaysInForceAndIsToldOnce) {
    const fs::path list = folder / "token.key.revoked";
    std::ofstream(list) << "lost-laptop\n";
    std::vector<std::string> told;
    const auto serving = *Tokens::open(folder / "token.key");
    sessions(*serving).hear([&told](std::string_view fault) { told.emplace_back(fault); });
    Principal lost = practice();
    lost.token_id = "lost-laptop";
    const std::string token = serving->mint(lost);
    const auto later_by = [](std::int64_t s) { return matcher::Timestamp{noon.ms + s * 1'000}; };
    EXPECT_FALSE(serving->check(token, noon));
    const fs::path aside = folder / "aside";
    for (std::int64_t s = 0; s < 40; s += 20) {
        fs::rename(list, aside);
        fs::create_directory(list);
        EXPECT_FALSE(serving->check(token, later_by(s + 5)));
        EXPECT_FALSE(serving->check(token, later_by(s + 10)));
        fs::remove(list);
        std::ofstream(aside, std::ios::app) << "# one more line\n";
        fs::rename(aside, list);
        EXPECT_FALSE(serving->check(token, later_by(s + 15)));
    }
    ASSERT_EQ(told.size(), 2U) << "once each time, and not at every look";
    EXPECT_NE(told.front().find(list.string()), std::string::npos);
}

TEST_F(Token, ASessionEndsAloneAndWithTheTokenItWasBegunWith) {
    Principal given = practice();
    given.token_id = "given";
    given.expires = noon + 90 * std::chrono::hours(24);
    const std::string token = tokens->mint(given);
    const auto begun = [&] { return sessions(*tokens).begin(*tokens->check(token, noon), noon); };
    const std::string morning = begun(), evening = begun();
    const auto who = tokens->check(morning, noon);
    ASSERT_TRUE(who);
    EXPECT_EQ(who->subject, given.subject);
    EXPECT_EQ(who->role, given.role);
    EXPECT_EQ(who->expires, noon + session_lasts);

    EXPECT_TRUE(end(*tokens, who->token_id));
    EXPECT_EQ(tokens->check(morning, noon).error(), TokenError::revoked);
    EXPECT_TRUE(tokens->check(evening, noon)) << "another browser's";
    EXPECT_TRUE(tokens->check(token, noon)) << "the next shift's";

    const std::string within = sessions(*tokens).begin(*tokens->check(evening, noon), noon);
    EXPECT_TRUE(end(*tokens, "given"));
    for (const std::string& each : {token, evening, within}) {
        EXPECT_EQ(tokens->check(each, noon).error(), TokenError::revoked);
    }
}

TEST_F(Token, ASessionLastsNoLongerThanItsToken) {
    Principal given = practice();
    given.expires = later;
    EXPECT_EQ(tokens->check(sessions(*tokens).begin(given, noon), noon)->expires, later);
}

// A pipe that nobody empties holds the writer as a disk that hangs does.
TEST_F(Token, ALogOutThatWaitsForTheDiskHoldsNobodyElseUp) {
    Principal mine = practice();
    mine.token_id = "mine";
    const std::string token = tokens->mint(mine), other = tokens->mint(practice());
    const fs::path file = folder / "token.key.revoked";
    ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
    const int pipe = ::open(file.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(pipe, 0);
    std::string block(4096, '#');
    while (::write(pipe, block.data(), block.size()) > 0) {
    }
    const Ending ending = sessions(*tokens).end("mine");
    for (std::int64_t second = 0; second < 50; ++second) {  // each time the list is looked at again
        EXPECT_TRUE(tokens->check(other, {noon.ms + second * 1'000}));
        EXPECT_FALSE(tokens->check(token, {noon.ms + second * 1'000})) << "void from the first moment";
    }
    for (std::size_t more = 0; more <= log_outs_max; ++more) {
        sessions(*tokens).end("another");
    }
    EXPECT_EQ(*sessions(*tokens).end("one-too-many"), Ended::failed);
    EXPECT_EQ(*ending, Ended::not_yet);
    std::atomic<bool> stop{false};
    std::thread emptied([&] {
        while (!stop) {
            if (::read(pipe, block.data(), block.size()) <= 0) {
                std::this_thread::yield();
            }
        }
    });
    ending->wait(Ended::not_yet);
    EXPECT_EQ(*ending, Ended::failed) << "a pipe cannot be synced";
    EXPECT_TRUE(tokens->check(token, {noon.ms + 59'000}));
    tokens.reset();
    stop = true;
    emptied.join();
    ::close(pipe);
}

TEST_F(Token, InMemoryLogsOutToo) {
    const auto demo = Tokens::in_memory();
    Principal mine = practice();
    mine.token_id = "mine";
    const std::string token = demo->mint(mine);
    ASSERT_TRUE(end(*demo, "mine"));
    EXPECT_FALSE(demo->check(token, noon));
    EXPECT_TRUE(demo->check(demo->mint(practice()), noon));
}

TEST_F(Token, KeyFileIsPrivateAndMustStaySo) {
    const fs::path file = folder / "token.key";
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(fs::file_size(file), 32U);
    fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
    const auto opened = Tokens::open(file);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find("chmod 600"), std::string::npos);
}

TEST_F(Token, KeyFileOfAnotherLengthIsRefused) {
    fs::resize_file(folder / "token.key", 31);
    EXPECT_FALSE(Tokens::open(folder / "token.key"));
}

http::Request with_header(std::string name, std::string value) {
    http::Request request;
    request.headers.push_back({std::move(name), std::move(value)});
    return request;
}

TEST_F(Token, IsFoundInTheAuthorizationHeaderOrTheSessionCookie) {
    const std::string token = tokens->mint(practice());
    EXPECT_TRUE(identify(with_header("Authorization", "Bearer " + token), *tokens, noon));
    EXPECT_TRUE(identify(with_header("authorization", "bearer " + token), *tokens, noon));
    const auto by_cookie = with_header("Cookie", "a=b; hubward_session=" + token);
    EXPECT_TRUE(identify(by_cookie, *tokens, noon));
    EXPECT_TRUE(came_by_cookie(by_cookie));
    EXPECT_EQ(identify({}, *tokens, noon).error(), TokenError::missing);
}

// Two people in one browser, each on pages of their own: who logs out must not take the other along.
TEST_F(Token, CountsTheSessionsThatABrowserSent) {
    EXPECT_EQ(sessions_sent({}), 0U);
    EXPECT_EQ(sessions_sent(with_header("cookie", "a=b; hubward_session=x")), 1U);
    EXPECT_EQ(sessions_sent(with_header("Cookie", "hubward_session=x;hubward_session=y; c=d")), 2U);
    EXPECT_EQ(sessions_sent(with_header("Cookie", "hubward_sessions=x; old=hubward_session=y;  ;")), 0U);
    EXPECT_EQ(sessions_sent(with_header("Accept", "hubward_session=x")), 0U);
}

TEST_F(Token, ABadHeaderIsNotSavedByAGoodCookie) {
    http::Request request = with_header("Cookie", "hubward_session=" + tokens->mint(practice()));
    request.headers.push_back({"Authorization", "Basic YTpi"});
    EXPECT_EQ(identify(request, *tokens, noon).error(), TokenError::malformed);
    EXPECT_FALSE(came_by_cookie(request));
}

TEST(Base64Url, ComesBackForEveryLength) {
    std::string bytes;
    for (int i = 0; i < 70; ++i) {
        EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
        bytes += static_cast<char>(i * 37);
    }
}

TEST(Base64Url, HasOneTextForEachByteString) {
    EXPECT_EQ(from_base64url("AA"), std::string(1, '\0'));
    EXPECT_FALSE(from_base64url("AB"));  // the last four bits are not used
    EXPECT_FALSE(from_base64url("A"));
    EXPECT_FALSE(from_base64url("AA=="));
    EXPECT_FALSE(from_base64url("A+"));
    EXPECT_FALSE(from_base64url("A A"));
}

}  // namespace
}  // namespace hubward::server::auth
