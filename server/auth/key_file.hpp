// SPDX-License-Identifier: Apache-2.0
//
// Files that hold one secret key: 32 random bytes, readable by their owner only. Any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

namespace hubward::server::auth {

inline constexpr std::size_t key_file_bytes = 32;

// Makes the file and its folder when they are not there; an existing file is left as it is. True
// when it was made now. Text says why it failed.
std::expected<bool, std::string> make_key_file(const std::filesystem::path& file);

// What is wrong with the file and how to cure it; empty when it is sound.
std::string key_file_fault(const std::filesystem::path& file);

// So that a name that is new in it outlives a power cut. False when that is not certain.
bool sync_folder(const std::filesystem::path& folder);

}  // namespace hubward::server::auth
