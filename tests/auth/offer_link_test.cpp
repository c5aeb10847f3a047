// SPDX-License-Identifier: Apache-2.0
//
// Links for one answer: not forged, not after their time, not once revoked, and never a login.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "server/auth/offer_link.hpp"

namespace hubward::server::auth {
namespace {

namespace fs = std::filesystem;

constexpr matcher::Timestamp noon{1'700'000'000'000};
constexpr matcher::Timestamp later{noon.ms + 60'000};

class Link : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "hubward-link-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
        auto opened = Tokens::open(folder / "token.key");
        ASSERT_TRUE(opened);
        tokens = *std::move(opened);
    }
    void TearDown() override { fs::remove_all(folder); }
    const OfferLinks& links() const { return offer_links(*tokens); }

    OfferLink link{"riverside-library", "0190a8f0-0000-7000-8000-000000000001.1", "", later};
    fs::path folder;
    std::unique_ptr<Tokens> tokens;
};

TEST_F(Link, SaysWhichOfferAndHub) {
    const auto read = links().check_link(links().mint_link(link), noon);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->hub, link.hub);
    EXPECT_EQ(read->offer, link.offer);
    EXPECT_EQ(read->expires, later);
    EXPECT_EQ(read->id.size(), 22u);
    OfferLink other = link;
    other.id.clear();
    EXPECT_NE(links().mint_link(other), links().mint_link(link)) << "each link has a name of its own";
}

TEST_F(Link, EndsWithItsTime) {
    const std::string token = links().mint_link(link);
    EXPECT_EQ(links().check_link(token, later).error(), TokenError::expired);
}

TEST_F(Link, EveryFlippedLetterIsFound) {
    const std::string token = links().mint_link(link);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(links().check_link(changed, noon)) << i;
    }
    EXPECT_EQ(links().check_link("", noon).error(), TokenError::missing);
}

// Whoever was sent a link cannot log in with it, and no login answers as a link.
TEST_F(Link, IsNoLoginAndALoginIsNoLink) {
    const std::string token = links().mint_link(link);
    EXPECT_EQ(tokens->check(token, noon).error(), TokenError::malformed);
    EXPECT_FALSE(tokens->check("hw1." + token.substr(5), noon));
    const std::string login = tokens->mint({matcher::Role::hub, "riverside-library", "", later});
    EXPECT_EQ(links().check_link(login, noon).error(), TokenError::malformed);
    EXPECT_FALSE(links().check_link("hwl1." + login.substr(4), noon));
}

TEST_F(Link, CanBeRevokedByItsName) {
    const std::string token = links().mint_link(link);
    ASSERT_TRUE(links().check_link(token, noon));
    std::ofstream(folder / "token.key.revoked") << link.id << "\n";
    EXPECT_EQ(links().check_link(token, {noon.ms + 3'000}).error(), TokenError::revoked);
}

}  // namespace
}  // namespace hubward::server::auth
