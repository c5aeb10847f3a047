// SPDX-License-Identifier: Apache-2.0
//
// A folder with a token key of its own, and a minute in which its tokens are good.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "server/auth/sessions.hpp"
#include "server/auth/token.hpp"

namespace hubward::server::auth {

namespace fs = std::filesystem;
using matcher::Role;

inline constexpr matcher::Timestamp noon{1'700'000'000'000};
inline constexpr matcher::Timestamp later{noon.ms + 60'000};

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
    // One by this token id.
    static Principal session(std::string id) { return {Role::practice, "B81001", std::move(id), later}; }
    // Whether it is on disk.
    static bool end(const Tokens& of, const std::string& id) { return end(of, session(id), noon); }
    static bool end(const Tokens& of, const Principal& who, matcher::Timestamp now) {
        const Ending ending = sessions(of).end(who, now);
        ending->wait(Ended::not_yet);
        return *ending == Ended::yes;
    }

    fs::path folder;
    std::unique_ptr<Tokens> tokens;
};

}  // namespace hubward::server::auth
