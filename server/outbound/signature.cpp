// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/signature.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "matcher/invariant.hpp"

namespace hubward::server::outbound {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // it writes a final zero
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

void append(std::string& bytes, std::uint64_t value) {
    for (unsigned shift = 64; shift != 0; shift -= 8) {
        bytes.push_back(static_cast<char>((value >> (shift - 8)) & 0xffU));
    }
}

}  // namespace

std::string secret_of(const storage::Vault& vault, std::string_view target,
                      std::uint32_t generation) {
    const std::string name = fmt::format("{}/{}", target, generation);
    std::string bytes;
    for (const std::string_view half : {"outbound-secret/1", "outbound-secret/2"}) {
        const matcher::ExternalRef blinded = vault.blind(half, name);
        append(bytes, blinded.high);
        append(bytes, blinded.low);
    }
    return bytes;
}

std::string secret_text(std::string_view secret) { return "whsec_" + base64(secret); }

std::string signature(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                      std::string_view body) {
    std::string signed_text = fmt::format("{}.{}.", id, timestamp_s);
    signed_text += body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const unsigned char* done =
        HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(signed_text),
             signed_text.size(), digest.data(), &size);
    matcher::invariant(done != nullptr, "HMAC-SHA256 of bytes in memory");
    return "v1," + base64({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace hubward::server::outbound
