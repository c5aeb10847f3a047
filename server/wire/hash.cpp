// SPDX-License-Identifier: Apache-2.0
#include "server/wire/hash.hpp"

#include <sodium.h>

#include <array>

namespace hubward::server::wire {
namespace {

std::uint64_t little_endian(const unsigned char* bytes) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
        value |= std::uint64_t{bytes[i]} << (8 * i);
    }
    return value;
}

const unsigned char* octets(std::string_view text) {
    return static_cast<const unsigned char*>(static_cast<const void*>(text.data()));
}

}  // namespace

matcher::HubId hash128(std::string_view domain, std::string_view text) {
    crypto_generichash_state state;
    std::array<unsigned char, 16> out{};
    crypto_generichash_init(&state, nullptr, 0, out.size());
    crypto_generichash_update(&state, octets(domain), domain.size());
    constexpr unsigned char separator = 0;
    crypto_generichash_update(&state, &separator, 1);
    crypto_generichash_update(&state, octets(text), text.size());
    crypto_generichash_final(&state, out.data(), out.size());
    matcher::HubId id{little_endian(out.data()), little_endian(out.data() + 8)};
    if (!id) {
        id.low = 1;  // zero means "none"
    }
    return id;
}

std::uint64_t hash64(std::string_view bytes) {
    std::array<unsigned char, 16> out{};
    crypto_generichash(out.data(), out.size(), octets(bytes), bytes.size(), nullptr, 0);
    return little_endian(out.data());
}

}  // namespace hubward::server::wire
