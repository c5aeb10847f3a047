// SPDX-License-Identifier: Apache-2.0
//
// Targets outside and how far they have got: there after a restart, whole or told.
#include "storage/outbound_book.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/files.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;

OutboundTarget target(std::string id) {
    OutboundTarget t;
    t.id = std::move(id);
    t.kind = "webhook";
    t.role = "practice";
    t.subject = "A12345";
    t.stream = "practice/A12345";
    t.url = "https://a.example/in?x=1";
    t.secret_generation = 3;
    t.rotated_ms = -1;
    t.made_ms = 1'700'000'000'000;
    t.epoch = "e1";
    t.from = 18'446'744'073'709'551'615U;
    t.made_by = {1, 2, 3};
    return t;
}

OutboundAttempt attempt(std::uint64_t done) {
    OutboundAttempt a;
    a.epoch = "e1";
    a.done = done;
    a.seq = done;
    a.count = done;
    a.status = 204;
    a.attempt = 1;
    a.result = "delivered";
    return a;
}

void append_raw(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

TEST(OutboundBook, RemembersTargetsWhole) {
    const Scratch scratch;
    {
        auto book = OutboundBook::open(scratch / "outbound").value();
        OutboundTarget off = target("two");
        off.on = false;
        off.off_reason = "gone";
        off.types = "a,b";
        ASSERT_TRUE(book.save({target("one"), off}));
    }
    const auto book = OutboundBook::open(scratch / "outbound").value();
    ASSERT_EQ(book.targets().size(), 2U);
    const OutboundTarget& one = book.targets()[0];
    EXPECT_EQ(one.url, "https://a.example/in?x=1");
    EXPECT_EQ(one.from, 18'446'744'073'709'551'615U);
    EXPECT_EQ(one.rotated_ms, -1);
    EXPECT_EQ(one.made_by, (RequestMark{1, 2, 3}));
    EXPECT_TRUE(one.on);
    EXPECT_TRUE(one.types.empty());
    EXPECT_FALSE(book.targets()[1].on);
    EXPECT_EQ(book.targets()[1].off_reason, "gone");
    EXPECT_EQ(book.targets()[1].types, "a,b");
}

TEST(OutboundBook, ADamagedTargetIsToldAndNotLost) {
    const Scratch scratch;
    {
        auto book = OutboundBook::open(scratch / "outbound").value();
        ASSERT_TRUE(book.save({target("one"), target("two")}));
    }
    std::string content = *read_file(scratch / "outbound" / "targets");
    content[content.find("example")] = 'E';
    ASSERT_TRUE(write_file_atomically(scratch / "outbound" / "targets", content));
    const auto book = OutboundBook::open(scratch / "outbound");
    ASSERT_FALSE(book);
    EXPECT_EQ(book.error().why, StoreError::corrupt);
    EXPECT_NE(book.error().text.find("1 of 2"), std::string::npos) << book.error().text;
}

TEST(OutboundBook, AttemptsComeBackInOrder) {
    const Scratch scratch;
    {
        auto book = OutboundBook::open(scratch / "outbound").value();
        for (std::uint64_t n = 1; n <= 5; ++n) {
            ASSERT_TRUE(book.append("one", attempt(n)));
        }
        ASSERT_TRUE(book.append("two", attempt(9)));
    }
    auto book = OutboundBook::open(scratch / "outbound").value();
    const auto found = book.attempts("one").value();
    ASSERT_EQ(found.size(), 5U);
    EXPECT_EQ(found.front().done, 1U);
    EXPECT_EQ(found.back().done, 5U);
    EXPECT_EQ(found.back().result, "delivered");
    EXPECT_TRUE(book.attempts("three").value().empty());
    book.forget("one");
    EXPECT_TRUE(book.attempts("one").value().empty());
    EXPECT_EQ(book.attempts("two").value().size(), 1U);
}

TEST(OutboundBook, ATornLastLineCostsOnlyItself) {
    const Scratch scratch;
    {
        auto book = OutboundBook::open(scratch / "outbound").value();
        ASSERT_TRUE(book.append("one", attempt(1)));
    }
    append_raw(scratch / "outbound" / "one.log", "0123456789abcdef e1\t2");
    auto book = OutboundBook::open(scratch / "outbound").value();
    ASSERT_EQ(book.attempts("one").value().size(), 1U);
    ASSERT_TRUE(book.append("one", attempt(2)));
    const auto found = book.attempts("one").value();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found.back().done, 2U);
}

TEST(OutboundBook, WhatCannotBeReadIsNotTakenForDamageNorForNothing) {
    const Scratch scratch;
    fs::create_directories(scratch / "outbound" / "targets");
    const auto book = OutboundBook::open(scratch / "outbound");
    ASSERT_FALSE(book);
    EXPECT_EQ(book.error().why, StoreError::io) << book.error().text;
}

TEST(OutboundBook, ALineThatMustLastComesBehindTheOthers) {
    const Scratch scratch;
    {
        auto book = OutboundBook::open(scratch / "outbound").value();
        ASSERT_TRUE(book.append_durably("one", attempt(1)));
        ASSERT_TRUE(book.append("one", attempt(2)));
        ASSERT_TRUE(book.append_durably("one", attempt(3)));
        ASSERT_TRUE(book.append("one", attempt(4)));
    }
    const auto found = OutboundBook::open(scratch / "outbound")->attempts("one").value();
    ASSERT_EQ(found.size(), 4U);
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].done, i + 1);
    }
}

TEST(OutboundBook, ALogStaysShort) {
    const Scratch scratch;
    auto book = OutboundBook::open(scratch / "outbound").value();
    for (std::uint64_t n = 1; n <= 10 * OutboundBook::attempts_kept; ++n) {
        ASSERT_TRUE(book.append("one", attempt(n)));
    }
    const auto found = book.attempts("one").value();
    EXPECT_LE(found.size(), 5 * OutboundBook::attempts_kept);
    EXPECT_GE(found.size(), OutboundBook::attempts_kept);
    EXPECT_EQ(found.back().done, 10 * OutboundBook::attempts_kept);
    for (std::size_t i = 1; i < found.size(); ++i) {
        EXPECT_EQ(found[i].done, found[i - 1].done + 1);
    }
}

}  // namespace
}  // namespace hubward::storage::testing
