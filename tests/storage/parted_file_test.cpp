// SPDX-License-Identifier: Apache-2.0
#include "storage/parted_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

using ::testing::EndsWith;

constexpr std::string_view magic = "a test 1\n";

struct Parted : ::testing::Test {
    std::filesystem::path path() const { return scratch / "parted"; }
    void write(const std::string& bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }
    std::expected<PartedFile, std::string> open(std::string_view wanted = magic) const {
        return PartedFile::open(path(), wanted, magic.size() + 4, kernel_disk());
    }
    // What can be read of the file now, or what is said about it.
    std::string said() const {
        const auto file = open();
        if (!file) {
            return file.error();
        }
        std::string all = file->head();
        for (std::size_t part = 0; part < file->parts(); ++part) {
            const auto bytes = file->read(part);
            if (!bytes) {
                return bytes.error();
            }
            all.append("|").append(*bytes);
        }
        return all;
    }

    const Scratch scratch;
    const std::string image = [] {
        PartedImage making(std::string(magic) + "head", 3);
        making.part([](std::string& out) { out.append("one"); });
        making.part([](std::string&) {});
        making.part([](std::string& out) { out.append(300, 'x'); });
        return std::move(making).finish();
    }();
};

TEST_F(Parted, EachPartIsReadByItself) {
    write(image);
    const auto file = open();
    ASSERT_TRUE(file) << file.error();
    EXPECT_EQ(file->head(), "a test 1\nhead");
    ASSERT_EQ(file->parts(), 3U);
    EXPECT_EQ(file->read(2), std::string(300, 'x'));
    EXPECT_EQ(file->read(1), "");
    EXPECT_EQ(file->read(0), "one");
}

TEST_F(Parted, EveryBitThatChangesIsFound) {
    for (std::size_t bit = 0; bit < image.size() * 8; ++bit) {
        std::string bad = image;
        bad[bit / 8] = static_cast<char>(static_cast<unsigned char>(bad[bit / 8]) ^ (1U << (bit % 8)));
        write(bad);
        const std::string text = said();
        ASSERT_THAT(text, ::testing::HasSubstr("parted is damaged")) << "bit " << bit;
    }
}

TEST_F(Parted, NeitherShorterNorLongerIsTheSameFile) {
    for (std::size_t size = 0; size < image.size(); ++size) {
        write(image.substr(0, size));
        ASSERT_THAT(said(), EndsWith("parted is damaged")) << size << " bytes";
    }
    write(image + "x");
    EXPECT_THAT(said(), EndsWith("parted is damaged"));
}

TEST_F(Parted, OfAnotherFormatOrNotThereIsSaid) {
    write(image);
    EXPECT_THAT(open("a test 2\n").error(), EndsWith("was written by another version"));
    std::filesystem::remove(path());
    EXPECT_THAT(open().error(), ::testing::HasSubstr("No such file"));
}

}  // namespace
}  // namespace hubward::storage::testing
