// SPDX-License-Identifier: Apache-2.0
//
// Bearer tokens: "hw1." + base64url(claims) + "." + base64url(MAC), where the MAC is BLAKE2b-256
// under a key of this installation. Checking one needs no disk (about 1 µs). Any thread.
//
// A token says role, subject, id and expiry. Losing the key file voids all tokens. Beside the key
// file, "<key file>.revoked" may list ids of tokens that are void, one a line ('#' starts a
// comment); a change is seen within two seconds.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "server/auth/principal.hpp"

namespace hubward::server::auth {

enum class TokenError : std::uint8_t { missing, malformed, forged, expired, revoked };

class Tokens {
  public:
    // Makes the key file (mode 0600) when it is not there. Text says why it failed.
    static std::expected<std::unique_ptr<Tokens>, std::string> open(
        const std::filesystem::path& key_file);
    // A key that lives and dies with this process, for the demo without a data folder.
    static std::unique_ptr<Tokens> in_memory();
    virtual ~Tokens() = default;

    // Gives the token a fresh id when the principal has none.
    virtual std::string mint(const Principal& principal) const = 0;
    virtual std::expected<Principal, TokenError> check(std::string_view token,
                                                       matcher::Timestamp now) const = 0;
};

}  // namespace hubward::server::auth
