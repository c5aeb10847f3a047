// SPDX-License-Identifier: Apache-2.0
#include "storage/hash.hpp"

#include <sodium.h>

#include <fstream>
#include <vector>

#include "matcher/invariant.hpp"

namespace hubward::storage {

void need_sodium() {
    static const bool ready = sodium_init() >= 0;
    matcher::invariant(ready, "libsodium starts");
}

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Digest blake2b(std::initializer_list<std::string_view> parts) {
    need_sodium();
    crypto_generichash_state state;
    Digest digest{};
    crypto_generichash_init(&state, nullptr, 0, digest.size());
    for (const std::string_view part : parts) {
        crypto_generichash_update(&state, bytes_of(part), part.size());
    }
    crypto_generichash_final(&state, digest.data(), digest.size());
    return digest;
}

std::optional<Digest> blake2b_of_file(const std::filesystem::path& path) {
    need_sodium();
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return std::nullopt;
    }
    crypto_generichash_state state;
    Digest digest{};
    crypto_generichash_init(&state, nullptr, 0, digest.size());
    std::vector<char> page(1 << 20);
    while (in) {
        in.read(page.data(), static_cast<std::streamsize>(page.size()));
        const auto size = static_cast<std::size_t>(in.gcount());
        crypto_generichash_update(&state, bytes_of({page.data(), size}), size);
    }
    if (in.bad()) {
        return std::nullopt;
    }
    crypto_generichash_final(&state, digest.data(), digest.size());
    return digest;
}

std::string hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto b = static_cast<unsigned char>(c);
        out.push_back(digits[b >> 4]);
        out.push_back(digits[b & 15]);
    }
    return out;
}

}  // namespace hubward::storage
