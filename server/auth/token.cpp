// SPDX-License-Identifier: Apache-2.0
//
// Claims are text with one form only: "1|role|subject|id|expiry in ms". The MAC covers the encoded
// claims as they stand in the token, and is checked before a byte of them is believed. The claims of a
// link are "1|hub|offer|id|expiry in ms".
#include "server/auth/token.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <functional>
#include <mutex>
#include <vector>

#include <sodium.h>

#include <fmt/format.h>

#include "server/auth/base64url.hpp"
#include "server/auth/key_file.hpp"
#include "server/auth/sessions.hpp"
#include "server/auth/offer_link.hpp"
#include "server/auth/revoked_list.hpp"

namespace hubward::server::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mac_bytes = 32;
constexpr std::size_t token_bytes_max = 512;
constexpr std::string_view prefix = "hw1.";
constexpr std::string_view link_prefix = "hwl1.";
// Places for tokens whose MAC was found right. A surgery's system uses one token all day; two that
// fall on the same place only cost each other the MAC again.
constexpr std::size_t known_tokens = 256;
using Key = std::array<unsigned char, key_file_bytes>;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string mac_of(const Key& key, std::string_view text) {
    std::string mac(mac_bytes, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(mac.data()), mac.size(), bytes(text),
                       text.size(), key.data(), key.size());
    return mac;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || fmt::to_string(value) != text) {
        return std::nullopt;
    }
    return value;
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::string encode(const Principal& p) {
    return fmt::format("1|{}|{}|{}|{}", matcher::name(p.role), p.subject, p.token_id, p.expires.ms);
}

std::optional<Principal> decode(std::string_view claims) {
    const auto parts = split(claims, '|');
    if (parts.size() != 5 || parts[0] != "1") {
        return std::nullopt;
    }
    const auto role = matcher::parse<matcher::Role>(parts[1]);
    const auto expires = whole_number(parts[4]);
    if (!role || !expires || parts[3].empty() || !subject_fault(*role, parts[2]).empty()) {
        return std::nullopt;
    }
    return Principal{*role, std::string(parts[2]), std::string(parts[3]), {*expires}};
}

std::optional<OfferLink> decode_link(std::string_view claims) {
    const auto parts = split(claims, '|');
    const auto expires = parts.size() == 5 ? whole_number(parts[4]) : std::nullopt;
    if (!expires || parts[0] != "1" || parts[2].empty() || parts[3].empty() ||
        !subject_fault(matcher::Role::hub, parts[1]).empty()) {
        return std::nullopt;
    }
    return OfferLink{std::string(parts[1]), std::string(parts[2]), std::string(parts[3]), {*expires}};
}

class TheTokens final : public Tokens, public OfferLinks, public Sessions {
  public:
    TheTokens(const Key& key, fs::path revoked_file)
        : key_(key), revoked_(std::move(revoked_file)) {}
    ~TheTokens() override { sodium_memzero(key_.data(), key_.size()); }

    std::string mint(const Principal& principal) const override {
        Principal named = principal;
        if (named.token_id.empty()) {
            named.token_id = fresh_id();
        }
        return seal(prefix, encode(named));
    }

    std::string begin(const Principal& principal, matcher::Timestamp now) const override {
        Principal session = principal;
        session.token_id = principal.token_id + "." + fresh_id();
        session.expires = std::min(principal.expires, now + session_lasts);
        return seal(prefix, encode(session));
    }

    std::string mint_link(OfferLink& link) const override {
        if (link.id.empty()) {
            link.id = random_code();
        }
        return seal(link_prefix,
                    fmt::format("1|{}|{}|{}|{}", link.hub, link.offer, link.id, link.expires.ms));
    }

    std::expected<OfferLink, TokenError> check_link(std::string_view token,
                                                    matcher::Timestamp now) const override {
        const auto claims = opened(token, link_prefix);
        if (!claims) {
            return std::unexpected(claims.error());
        }
        auto link = decode_link(*claims);
        if (!link) {
            return std::unexpected(TokenError::malformed);
        }
        if (link->expires <= now) {
            return std::unexpected(TokenError::expired);
        }
        if (revoked_.contains(link->id, now)) {
            return std::unexpected(TokenError::revoked);
        }
        return *std::move(link);
    }

    std::expected<Principal, TokenError> check(std::string_view token,
                                               matcher::Timestamp now) const override {
        if (token.empty()) {
            return std::unexpected(TokenError::missing);
        }
        auto principal = recall(token);
        if (!principal) {
            auto read = verify(token);
            if (!read) {
                return read;
            }
            principal = *std::move(read);
            remember(token, *principal);
        }
        if (principal->expires <= now) {
            return std::unexpected(TokenError::expired);
        }
        if (is_void(principal->token_id, now)) {
            return std::unexpected(TokenError::revoked);
        }
        return *std::move(principal);
    }

    const std::string& fault_at_start() const { return revoked_.fault_at_start(); }
    Ending end(const Principal& session, matcher::Timestamp now) const override {
        return revoked_.add(session, now);
    }
    void hear(Told told) const override { revoked_.hear(std::move(told)); }

  private:
    static std::string fresh_id() {
        std::array<char, 9> random{};
        randombytes_buf(random.data(), random.size());
        return to_base64url({random.data(), random.size()});
    }

    // Itself, or the one that it was begun with.
    bool is_void(std::string_view id, matcher::Timestamp now) const {
        for (std::size_t end = id.find('.');; end = id.find('.', end + 1)) {
            if (revoked_.contains(std::string(id.substr(0, end)), now)) {
                return true;
            }
            if (end == id.npos) {
                return false;
            }
        }
    }

    std::string seal(std::string_view kind, std::string_view claims) const {
        const std::string signed_part = std::string(kind) + to_base64url(claims);
        return signed_part + "." + to_base64url(mac_of(key_, signed_part));
    }

    // What lies in the token, if its MAC is right. Equal bytes have an equal answer for ever; time
    // and revocation are asked every time.
    std::expected<Principal, TokenError> verify(std::string_view token) const {
        const auto claims = opened(token, prefix);
        if (!claims) {
            return std::unexpected(claims.error());
        }
        auto principal = decode(*claims);
        if (!principal) {
            return std::unexpected(TokenError::malformed);
        }
        return *std::move(principal);
    }

    std::expected<std::string, TokenError> opened(std::string_view token, std::string_view kind) const {
        const auto dot = token.rfind('.');
        if (token.empty()) {
            return std::unexpected(TokenError::missing);
        }
        if (token.size() > token_bytes_max || !token.starts_with(kind) || dot < kind.size()) {
            return std::unexpected(TokenError::malformed);
        }
        const auto mac = from_base64url(token.substr(dot + 1));
        if (!mac || mac->size() != mac_bytes) {
            return std::unexpected(TokenError::malformed);
        }
        const std::string wanted = mac_of(key_, token.substr(0, dot));
        if (sodium_memcmp(mac->data(), wanted.data(), mac_bytes) != 0) {
            return std::unexpected(TokenError::forged);
        }
        auto claims = from_base64url(token.substr(kind.size(), dot - kind.size()));
        if (!claims) {
            return std::unexpected(TokenError::malformed);
        }
        return *std::move(claims);
    }

    struct Known {
        std::string token;
        Principal principal;
    };
    Known& place_of(std::string_view token) const {
        return known_[std::hash<std::string_view>{}(token) % known_.size()];
    }
    std::optional<Principal> recall(std::string_view token) const {
        const std::lock_guard lock(mutex_);
        const Known& known = place_of(token);
        // In constant time, so that nobody can feel their way to a token byte by byte.
        if (known.token.size() != token.size() ||
            sodium_memcmp(known.token.data(), token.data(), token.size()) != 0) {
            return std::nullopt;
        }
        return known.principal;
    }
    void remember(std::string_view token, const Principal& principal) const {
        const std::lock_guard lock(mutex_);
        place_of(token) = {std::string(token), principal};
    }

    Key key_;
    mutable RevokedList revoked_;
    mutable std::mutex mutex_;  // guards the next
    mutable std::array<Known, known_tokens> known_;
};

}  // namespace

std::expected<std::unique_ptr<Tokens>, std::string> Tokens::open(const fs::path& key_file) {
    if (sodium_init() < 0) {
        return std::unexpected("libsodium could not start");
    }
    if (auto made = make_key_file(key_file); !made) {
        return std::unexpected(made.error());
    }
    if (const std::string fault = key_file_fault(key_file); !fault.empty()) {
        return std::unexpected(fault);
    }
    std::ifstream in(key_file, std::ios::binary);
    Key key;
    if (!in.read(reinterpret_cast<char*>(key.data()), static_cast<std::streamsize>(key.size()))) {
        return std::unexpected(fmt::format("the token key {} cannot be read", key_file.string()));
    }
    auto tokens = std::make_unique<TheTokens>(key, revoked_beside(key_file));
    // Every token on a list that is there and cannot be read would be good again.
    if (!tokens->fault_at_start().empty()) {
        return std::unexpected(tokens->fault_at_start());
    }
    return tokens;
}

const OfferLinks& offer_links(const Tokens& tokens) {
    return dynamic_cast<const OfferLinks&>(tokens);
}

const Sessions& sessions(const Tokens& tokens) { return dynamic_cast<const Sessions&>(tokens); }

std::unique_ptr<Tokens> Tokens::in_memory() {
    // 0 and 1 are success; a failed start would leave no randomness, and no key may come of that.
    if (sodium_init() < 0) {
        std::abort();
    }
    Key key;
    randombytes_buf(key.data(), key.size());
    return std::make_unique<TheTokens>(key, fs::path{});
}

}  // namespace hubward::server::auth
