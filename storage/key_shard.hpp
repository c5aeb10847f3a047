// SPDX-License-Identifier: Apache-2.0
//
// One file of the keyring: 1,024 keys in a row, each wrapped (XChaCha20-Poly1305) under the master
// key with its slot number as associated data, so that no key can be moved to another slot.
//
//   16 bytes magic · u64 first slot · 1,024 × (24 bytes nonce, 32 bytes key, 16 bytes tag) ·
//   32 bytes BLAKE2b-256 of all before it
//
// A key that was erased is 72 zero bytes, and the sum fits them. Pure functions on the file's bytes; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "storage/master_key.hpp"

namespace hubward::storage {

// A shard is made, synced and rewritten as a whole. 1,024 keys are 74 KB: 15 ms of the highest
// rate, made in 3 ms; and what a restart leaves unused is small.
inline constexpr std::size_t shard_keys = 1024;
inline constexpr std::size_t wrapped_bytes = 24 + 32 + 16;
inline constexpr std::size_t shard_header_bytes = 16 + 8;
inline constexpr std::size_t shard_bytes = shard_header_bytes + shard_keys * wrapped_bytes + 32;

struct NewShard {
    std::string bytes;
    std::vector<SecretKey> keys;
};
// Random keys for the slots from `first` on.
NewShard make_shard(std::uint64_t first, const SecretKey& wrapping);

// Where the slot's wrapped key lies in its shard's file.
constexpr std::size_t offset_in_shard(std::uint64_t slot) {
    return shard_header_bytes + static_cast<std::size_t>(slot % shard_keys) * wrapped_bytes;
}

enum class UnwrapError : std::uint8_t { erased, damaged };
std::expected<SecretKey, UnwrapError> unwrap(std::string_view wrapped, std::uint64_t slot,
                                             const SecretKey& wrapping);

// Size, magic, number and checksum are right.
bool shard_is_whole(std::string_view bytes, std::uint64_t first);
// The same shard without this key.
void forget(std::string& bytes, std::uint64_t slot);

}  // namespace hubward::storage
