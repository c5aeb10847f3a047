// SPDX-License-Identifier: Apache-2.0
#include "server/auth/token.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "server/auth/base64url.hpp"
#include "server/auth/identify.hpp"
#include "server/auth/sessions.hpp"
#include "tests/auth/token_folder.hpp"

namespace hubward::server::auth {
namespace {

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

TEST_F(Token, InMemoryLogsOutToo) {
    const auto demo = Tokens::in_memory();
    Principal mine = practice();
    mine.token_id = "mine";
    const std::string token = demo->mint(mine);
    ASSERT_TRUE(end(*demo, "mine"));
    EXPECT_FALSE(demo->check(token, noon));
    for (std::size_t n = 0; n < log_outs_of_a_token_max; ++n) {
        ASSERT_TRUE(end(*demo, "busy." + std::to_string(n)));
    }
    EXPECT_FALSE(end(*demo, "busy.one-more"));
    EXPECT_TRUE(end(*demo, session("busy.next-day"), later + std::chrono::hours(25)));
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
