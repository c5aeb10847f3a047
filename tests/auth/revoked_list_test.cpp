// SPDX-License-Identifier: Apache-2.0
//
// The list of void tokens: read while it serves, written by log-outs, and kept from growing for ever.
#include "server/auth/sessions.hpp"

#include <atomic>
#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/auth/revoked_file.hpp"
#include "tests/auth/token_folder.hpp"

namespace hubward::server::auth {
namespace {

class VoidTokens : public Token {};

TEST_F(VoidTokens, OnTheRevokedListIsRefusedWithinFiveSeconds) {
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

TEST_F(VoidTokens, ThatCannotBeRevokedOnDiskStaysAndSaysSo) {
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
TEST_F(VoidTokens, NobodyServesWhileTheListOfVoidTokensCannotBeRead) {
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

TEST_F(VoidTokens, AListThatCanNoLongerBeReadStaysInForceAndIsToldOnce) {
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

// A pipe that nobody empties holds the writer as a disk that hangs does.
TEST_F(VoidTokens, ALogOutThatWaitsForTheDiskHoldsNobodyElseUp) {
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
    const Ending ending = sessions(*tokens).end(session("mine"), noon);
    for (std::int64_t second = 0; second < 50; ++second) {  // each time the list is looked at again
        EXPECT_TRUE(tokens->check(other, {noon.ms + second * 1'000}));
        EXPECT_FALSE(tokens->check(token, {noon.ms + second * 1'000})) << "void from the first moment";
    }
    for (std::size_t more = 0; more <= log_outs_max; ++more) {
        sessions(*tokens).end(session("another"), noon);
    }
    EXPECT_EQ(*sessions(*tokens).end(session("one-too-many"), noon), Ended::failed);
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

// Sessions are void after twelve hours by themselves; a list that only grew would let nobody log out some day.
TEST_F(VoidTokens, ALongListForgetsSessionsThatAreLongOver) {
    const fs::path file = folder / "token.key.revoked";
    const auto line_of = [](int n, std::int64_t ends_ms) {
        return "given" + std::to_string(n / 100) + ".session" + std::to_string(n) + "  # logged out, expires " +
               std::to_string(ends_ms) + "\n";
    };
    constexpr std::int64_t day_ms = 24 * 3'600'000;
    std::string lines = "lost-laptop  # stolen on Tuesday\nfrom.before  # logged out\nby-hand.x # expires 1\n";
    for (int n = 0; lines.size() < revoked_bytes_max - 1'000; ++n) {
        lines += line_of(n, noon.ms - day_ms - n);
    }
    lines += line_of(-1, noon.ms - day_ms + 1) + line_of(-2, later.ms);
    std::ofstream(file) << lines << "an-editor-left-this-open";
    fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
    ASSERT_TRUE(end(*tokens, "mine"));

    const std::string left = [&file] {
        std::ifstream in(file);
        return std::string{std::istreambuf_iterator<char>(in), {}};
    }();
    EXPECT_EQ(left, "lost-laptop  # stolen on Tuesday\nfrom.before  # logged out\nby-hand.x # expires 1\n" +
                        line_of(-1, noon.ms - day_ms + 1) + line_of(-2, later.ms) + "an-editor-left-this-open\n" +
                        "mine  # logged out, expires " + std::to_string(later.ms) + "\n");
    EXPECT_NE(fs::status(file).permissions() & fs::perms::group_read, fs::perms::none);
    EXPECT_FALSE(fs::exists(folder / "token.key.revoked.new"));
    const auto again = open("token.key");
    for (const char* id : {"lost-laptop", "from.before", "by-hand.x", "an-editor-left-this-open", "mine"}) {
        EXPECT_EQ(again->check(again->mint(session(id)), noon).error(), TokenError::revoked) << id;
    }
}

// One that lists nothing that is over is as full as before, and the next log-out is told.
TEST_F(VoidTokens, AFullListOfLivingSessionsStaysFull) {
    std::string lines;
    for (int n = 0; lines.size() <= revoked_bytes_max; ++n) {
        lines += std::to_string(n) + ".x  # logged out, expires " + std::to_string(later.ms) + "\n";
    }
    std::ofstream(folder / "token.key.revoked") << lines;
    EXPECT_FALSE(end(*tokens, "mine"));
    EXPECT_EQ(fs::file_size(folder / "token.key.revoked"), lines.size());
}

// A list that is kept elsewhere is never written anew, and as full as any other.
TEST_F(VoidTokens, AFullListBehindALinkIsFull) {
    std::ofstream(folder / "elsewhere") << std::string(revoked_bytes_max + 1, '#');
    fs::create_symlink(folder / "elsewhere", folder / "token.key.revoked");
    EXPECT_FALSE(end(*tokens, "mine"));
    fs::resize_file(folder / "elsewhere", revoked_bytes_max);
    EXPECT_TRUE(end(*tokens, "mine"));
}

// One drops lines all the time, and the other logs people out.
TEST_F(VoidTokens, OfTwoServersWithOneKeyNoLogOutIsLost) {
    constexpr int each = 100;
    const fs::path list = folder / "token.key.revoked";
    const auto id = [](int n) { return "given.session" + std::to_string(n); };
    std::atomic<bool> done{false};
    std::thread other([&] {
        while (!done) {
            append_log_out(list, {"given.long-over", {1}});
            drop_over(list, noon);
        }
    });
    std::mutex told;
    std::vector<std::string> told_yes;
    {
        std::vector<std::jthread> many;  // the more there are, the sooner one writes in the wrong moment
        for (int from = 0; from < 6 * each; from += each) {
            many.emplace_back([&, from] {
                for (int n = from; n < from + each; ++n) {
                    if (append_log_out(list, {id(n), later})) {  // a busy machine may keep somebody's turn from them
                        const std::lock_guard lock(told);
                        told_yes.push_back(id(n));
                    }
                }
            });
        }
    }
    done = true;
    other.join();
    std::set<std::string> listed;
    std::ifstream in(list);
    for (std::string line; std::getline(in, line);) {
        listed.insert(read_revoked_line(line).id);
    }
    EXPECT_GT(told_yes.size(), 0U);
    for (const std::string& one : told_yes) {
        EXPECT_TRUE(listed.contains(one)) << one << " was told that it is void";
    }
}

// Whoever does nothing but log in and out takes the log-out from nobody else, however it nests its sessions.
TEST_F(VoidTokens, OneTokenFillsOnlyItsOwnPartOfTheList) {
    std::ofstream list(folder / "token.key.revoked");
    for (std::size_t n = 0; n < log_outs_of_a_token_max; ++n) {
        list << "busy." << n % 7 << "." << n << "  # logged out, expires " << later.ms << "\n";
    }
    list.close();
    const auto again = open("token.key");
    EXPECT_FALSE(end(*again, "busy.one-more"));
    EXPECT_TRUE(again->check(again->mint(session("busy.one-more")), noon)) << "and it is told so";
    EXPECT_TRUE(end(*again, "quiet.first"));
    const matcher::Timestamp when_they_are_over = later + std::chrono::hours(25);
    Principal next = session("busy.next-day");
    next.expires = when_they_are_over + session_lasts;
    EXPECT_TRUE(end(*again, next, when_they_are_over));
}

}  // namespace
}  // namespace hubward::server::auth
