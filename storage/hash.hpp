// SPDX-License-Identifier: Apache-2.0
//
// BLAKE2b-256 for chains and files. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hubward::storage {

using Digest = std::array<unsigned char, 32>;

// The digest of all parts, one after the other.
Digest blake2b(std::initializer_list<std::string_view> parts);
// Of a file's content; nothing when it cannot be read.
std::optional<Digest> blake2b_of_file(const std::filesystem::path& path);

inline std::string_view view(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
std::string hex(std::string_view bytes);

// libsodium, made ready once. Every user of the library in this room asks here first; ends the
// process when the machine has no random source, because nothing could be sealed then.
void need_sodium();

}  // namespace hubward::storage
