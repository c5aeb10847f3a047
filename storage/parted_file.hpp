// SPDX-License-Identifier: Apache-2.0
//
// A file in parts, each with a sum of its own: several threads read and check them at once, and nobody needs
// memory for the whole.
//
//   head · u64 number of parts · per part (u64 bytes, 16 bytes XXH3-128 of it) · 16 bytes XXH3-128 of all before · the parts
//
// Numbers are little-endian. The sums find damage and prove no author: whoever may write the file may write the sums.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "storage/disk.hpp"

namespace hubward::storage {

// Lays a parted file out in a string. One thread.
class PartedImage {
  public:
    // `head` is what the format is known by; so many parts will follow.
    PartedImage(std::string_view head, std::size_t parts);

    // The next part is what `write` appends to the string it is given.
    template <class Write>
    void part(Write&& write) {
        const std::size_t from = bytes_.size();
        std::forward<Write>(write)(bytes_);
        end_part(from);
    }
    // After the last part, once.
    std::string finish() &&;

  private:
    void end_part(std::size_t from);

    std::string bytes_;
    std::size_t table_ = 0;  // where the next part's line goes
};

class PartedFile {
  public:
    // Reads head and table. The text says what is wrong: it cannot be read, its head is another, it is damaged.
    // `magic` is how the head begins; the head has `head_bytes`.
    static std::expected<PartedFile, std::string> open(const std::filesystem::path& path, std::string_view magic,
                                                       std::size_t head_bytes, Disk& disk);

    const std::string& head() const { return head_; }
    std::size_t parts() const { return parts_.size(); }
    // The bytes of a part, after a look at its sum. Any thread that may use the disk.
    std::expected<std::string, std::string> read(std::size_t part) const;

  private:
    using Sum = std::array<unsigned char, 16>;
    struct Part {
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
        Sum sum{};
    };
    PartedFile(std::filesystem::path path, Disk& disk) : path_(std::move(path)), disk_(&disk) {}

    std::filesystem::path path_;
    Disk* disk_;
    std::string head_;
    std::vector<Part> parts_;
};

}  // namespace hubward::storage
