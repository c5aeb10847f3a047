// SPDX-License-Identifier: Apache-2.0
//
// The one secret outside the data folder: 32 random bytes in a file that only its owner can read.
// Whoever holds it and the folder can read every person's details; who loses it, none.
#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace hubward::storage {

// Wiped from memory at the end.
class SecretKey {
  public:
    SecretKey() = default;
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

    unsigned char* data() { return bytes_.data(); }
    const unsigned char* data() const { return bytes_.data(); }
    static constexpr std::size_t size() { return 32; }

  private:
    std::array<unsigned char, 32> bytes_{};
};

// A key of its own for one use, from the master key.
SecretKey derive(const SecretKey& master, std::string_view use);

// Makes the file (mode 0600, synced). Fails when it exists: a master key is never replaced. Whoever is killed in it
// leaves the whole key or none under this name. Needs a file system with hard links.
std::expected<void, std::string> make_master_key(const std::filesystem::path& path);

std::expected<SecretKey, std::string> read_master_key(const std::filesystem::path& path);

}  // namespace hubward::storage
