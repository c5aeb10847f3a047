// SPDX-License-Identifier: Apache-2.0
#include "storage/parted_file.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "matcher/invariant.hpp"

namespace hubward::storage {
namespace {

constexpr std::size_t word_bytes = 8;
constexpr std::size_t sum_bytes = 16;
constexpr std::size_t line_bytes = word_bytes + sum_bytes;
// A table that claims more is damaged: room for as many referrals, offers and keys as there are numbers for.
constexpr std::uint64_t parts_max = std::uint64_t{1} << 22;
// No part is longer: what a length may cost before the sum is looked at.
constexpr std::uint64_t part_bytes_max = std::uint64_t{1} << 30;

std::array<unsigned char, sum_bytes> sum_of(std::string_view bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    std::array<unsigned char, sum_bytes> sum{};
    std::memcpy(sum.data(), canonical.digest, sum.size());
    return sum;
}

void store(char* at, std::uint64_t number) {
    for (std::size_t i = 0; i < word_bytes; ++i) {
        at[i] = static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
    }
}

std::uint64_t load(const char* at) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < word_bytes; ++i) {
        number |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    }
    return number;
}

bool fits(std::string_view bytes, const void* sum) {
    const auto found = sum_of(bytes);
    return std::memcmp(found.data(), sum, found.size()) == 0;
}

std::unexpected<std::string> damaged(const std::filesystem::path& path) {
    return std::unexpected(path.string() + " is damaged");
}

}  // namespace

PartedImage::PartedImage(std::string_view head, std::size_t parts) : bytes_(head) {
    table_ = bytes_.size() + word_bytes;
    bytes_.resize(table_ + parts * line_bytes + sum_bytes);
    store(bytes_.data() + head.size(), parts);
}

void PartedImage::end_part(std::size_t from) {
    const std::string_view part = std::string_view(bytes_).substr(from);
    matcher::invariant(part.size() <= part_bytes_max, "a part of a file is of a size that is read again");
    const auto sum = sum_of(part);
    store(bytes_.data() + table_, part.size());
    std::memcpy(bytes_.data() + table_ + word_bytes, sum.data(), sum.size());
    table_ += line_bytes;
}

std::string PartedImage::finish() && {
    const auto sum = sum_of(std::string_view(bytes_).substr(0, table_));
    std::memcpy(bytes_.data() + table_, sum.data(), sum.size());
    return std::move(bytes_);
}

std::expected<PartedFile, std::string> PartedFile::open(const std::filesystem::path& path, std::string_view magic,
                                                        std::size_t head_bytes, Disk& disk) {
    PartedFile file(path, disk);
    const auto front = disk.read_part(path, 0, head_bytes + word_bytes);
    if (!front) {
        return std::unexpected(front.error());
    }
    if (front->size() != head_bytes + word_bytes) {
        return damaged(path);
    }
    if (!front->starts_with(magic)) {
        return std::unexpected(path.string() + " is damaged, or was written by another version");
    }
    const std::uint64_t parts = load(front->data() + head_bytes);
    if (parts > parts_max) {
        return damaged(path);
    }
    const std::size_t table_bytes = parts * line_bytes;
    const auto table = disk.read_part(path, front->size(), table_bytes + sum_bytes);
    if (!table) {
        return std::unexpected(table.error());
    }
    if (table->size() != table_bytes + sum_bytes ||
        !fits(*front + table->substr(0, table_bytes), table->data() + table_bytes)) {
        return damaged(path);
    }
    file.head_ = front->substr(0, head_bytes);
    file.parts_.resize(parts);
    std::uint64_t offset = front->size() + table->size();
    for (std::size_t i = 0; i < parts; ++i) {
        const char* line = table->data() + i * line_bytes;
        Part& part = file.parts_[i];
        part.offset = offset;
        part.bytes = load(line);
        std::memcpy(part.sum.data(), line + word_bytes, part.sum.size());
        if (part.bytes > part_bytes_max) {
            return damaged(path);
        }
        offset += part.bytes;
    }
    // The last byte is there, and none behind it.
    const auto end = disk.read_part(path, offset - 1, 2);
    if (!end) {
        return std::unexpected(end.error());
    }
    if (end->size() != 1) {
        return damaged(path);
    }
    return file;
}

std::expected<std::string, std::string> PartedFile::read(std::size_t part) const {
    const Part& wanted = parts_[part];
    auto bytes = disk_->read_part(path_, wanted.offset, wanted.bytes);
    if (bytes && (bytes->size() != wanted.bytes || !fits(*bytes, wanted.sum.data()))) {
        return damaged(path_);
    }
    return bytes;
}

}  // namespace hubward::storage
