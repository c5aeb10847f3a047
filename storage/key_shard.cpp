// SPDX-License-Identifier: Apache-2.0
#include "storage/key_shard.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "storage/hash.hpp"

namespace hubward::storage {

namespace {

constexpr std::string_view magic = "hubward keys 1\n";
static_assert(magic.size() == 15);
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == 24);
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == 16);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SecretKey::size());

// What one key takes from the kernel's generator.
struct Random {
    std::array<unsigned char, SecretKey::size()> key;
    std::array<unsigned char, 24> nonce;
};
static_assert(sizeof(Random) == 32 + 24);

using SlotBytes = std::array<unsigned char, 8>;
SlotBytes bytes_of(std::uint64_t n) {
    SlotBytes bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<unsigned char>(n >> (8 * i));
    }
    return bytes;
}

void set_checksum(std::string& bytes) {
    const std::size_t body = bytes.size() - sizeof(Digest);
    const Digest sum = blake2b({std::string_view(bytes).substr(0, body)});
    std::copy_n(view(sum).begin(), sum.size(), bytes.begin() + static_cast<std::ptrdiff_t>(body));
}

std::string header(std::uint64_t first) {
    std::string out(magic);
    out.resize(16, '\0');
    const SlotBytes number = bytes_of(first);
    out.append(reinterpret_cast<const char*>(number.data()), number.size());
    return out;
}

}  // namespace

NewShard make_shard(std::uint64_t first, const SecretKey& wrapping) {
    need_sodium();
    NewShard made;
    made.bytes = header(first);
    made.bytes.reserve(shard_bytes);
    made.keys.resize(shard_keys);
    // One question to the kernel for all keys and nonces, not two per key.
    std::vector<Random> random(shard_keys);
    randombytes_buf(random.data(), random.size() * sizeof(Random));
    for (std::size_t i = 0; i < shard_keys; ++i) {
        SecretKey& key = made.keys[i];
        std::ranges::copy(random[i].key, key.data());
        std::array<unsigned char, wrapped_bytes> wrapped{};
        std::ranges::copy(random[i].nonce, wrapped.begin());
        const SlotBytes slot = bytes_of(first + i);
        crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped.data() + 24, nullptr, key.data(),
                                                   SecretKey::size(), slot.data(), slot.size(),
                                                   nullptr, wrapped.data(), wrapping.data());
        made.bytes.append(reinterpret_cast<const char*>(wrapped.data()), wrapped.size());
    }
    sodium_memzero(random.data(), random.size() * sizeof(Random));
    made.bytes.resize(shard_bytes);
    set_checksum(made.bytes);
    return made;
}

std::expected<SecretKey, UnwrapError> unwrap(std::string_view wrapped, std::uint64_t slot,
                                             const SecretKey& wrapping) {
    need_sodium();
    if (wrapped.size() != wrapped_bytes) {
        return std::unexpected(UnwrapError::damaged);
    }
    if (std::all_of(wrapped.begin(), wrapped.end(), [](char c) { return c == 0; })) {
        return std::unexpected(UnwrapError::erased);
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(wrapped.data());
    const SlotBytes number = bytes_of(slot);
    SecretKey key;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(key.data(), nullptr, nullptr, bytes + 24,
                                                   wrapped_bytes - 24, number.data(), number.size(),
                                                   bytes, wrapping.data()) != 0) {
        return std::unexpected(UnwrapError::damaged);
    }
    return key;
}

bool shard_is_whole(std::string_view bytes, std::uint64_t first) {
    return bytes.size() == shard_bytes && bytes.starts_with(header(first)) &&
           view(blake2b({bytes.substr(0, shard_bytes - sizeof(Digest))})) ==
               bytes.substr(shard_bytes - sizeof(Digest));
}

void forget(std::string& bytes, std::uint64_t slot) {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset_in_shard(slot)), wrapped_bytes,
                '\0');
    set_checksum(bytes);
}

}  // namespace hubward::storage
