// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>
#include <zstd.h>

#include <array>
#include <memory>
#include <utility>

#include "matcher/limits.hpp"
#include "storage/hash.hpp"
#include "storage/sealing_vault.hpp"

namespace hubward::storage {

namespace {

// What the first byte says. Its value is the associated data, so it cannot be changed unseen.
enum class Form : char { compressed = 1, plain = 2 };
// Below this a text is sealed as it is: compressing it would cost 8 µs, more than sealing does.
constexpr std::size_t compressed_from_bytes = 2 * 1024;
constexpr std::size_t overhead = 1 + crypto_aead_xchacha20poly1305_ietf_ABYTES;
// What details may inflate to, whatever the compressed text claims: twice the largest body that the
// edge lets in.
constexpr std::size_t plain_bytes_max = 2 * 1024 * 1024;
// Level 1 takes a few microseconds on a kilobyte; higher levels gain almost nothing on it.
constexpr int compression_level = 1;

// The referral's id and the slot: what a sealed text belongs to, and its nonce as well. A key seals
// one text in its life, so any nonce would do; this one costs no system call and no room.
using Owner = std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;
static_assert(Owner().size() == 24);
Owner owner(const matcher::ReferralId& id, std::uint64_t slot) {
    Owner bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<unsigned char>(id.high >> (8 * i));
        bytes[8 + i] = static_cast<unsigned char>(id.low >> (8 * i));
        bytes[16 + i] = static_cast<unsigned char>(slot >> (8 * i));
    }
    return bytes;
}

unsigned char* bytes(std::string& text, std::size_t at) {
    return reinterpret_cast<unsigned char*>(text.data()) + at;
}
const unsigned char* bytes(std::string_view text, std::size_t at) {
    return reinterpret_cast<const unsigned char*>(text.data()) + at;
}

// A context costs 20 µs to make, ten times what a kilobyte costs to compress: one per thread.
struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

std::expected<std::string, VaultError> compress(std::string_view details) {
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
    if (!context) {
        return std::unexpected(VaultError::io);
    }
    std::string packed(ZSTD_compressBound(details.size()), '\0');
    const std::size_t size =
        ZSTD_compressCCtx(context.get(), packed.data(), packed.size(), details.data(),
                          details.size(), compression_level);
    if (ZSTD_isError(size) != 0) {
        return std::unexpected(VaultError::io);
    }
    packed.resize(size);
    return packed;
}

std::expected<std::string, VaultError> inflate(std::string_view packed) {
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
        size > plain_bytes_max) {
        return std::unexpected(VaultError::damaged);
    }
    std::string plain(static_cast<std::size_t>(size), '\0');
    const std::size_t got =
        ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != plain.size()) {
        return std::unexpected(VaultError::damaged);
    }
    return plain;
}

VaultError as_vault_error(KeyError error) {
    switch (error) {
        case KeyError::none_ready:
            return VaultError::no_key_ready;
        case KeyError::erased:
            return VaultError::erased;
        case KeyError::damaged:
            return VaultError::damaged;
        case KeyError::missing:
            return VaultError::damaged;
        case KeyError::io:
            return VaultError::io;
    }
    return VaultError::io;
}

}  // namespace

SealingVault::SealingVault(Keyring& keyring, ErasureLedger& ledger, const SecretKey& master)
    : keyring_(keyring), ledger_(ledger), blinding_(derive(master, "hubward blind")) {}

std::expected<Sealed, VaultError> SealingVault::seal(const matcher::ReferralId& id, std::string_view details) {
    auto sealed = do_seal(id, details);
    if (!sealed && sealed.error() != VaultError::too_large) {
        errors_.fetch_add(1, std::memory_order_relaxed);
    }
    return sealed;
}

std::expected<std::string, VaultError> SealingVault::open(const matcher::ReferralId& id, std::uint64_t key_slot,
                                                          std::string_view sealed) {
    auto details = do_open(id, key_slot, sealed);
    if (!details && details.error() != VaultError::erased) {
        errors_.fetch_add(1, std::memory_order_relaxed);
    }
    return details;
}

std::expected<Sealed, VaultError> SealingVault::do_seal(const matcher::ReferralId& id, std::string_view details) {
    if (details.size() > plain_bytes_max) {
        return std::unexpected(VaultError::too_large);
    }
    const Form form = details.size() < compressed_from_bytes ? Form::plain : Form::compressed;
    std::string packed;  // stays empty for a short text, which is sealed from where it lies
    if (form == Form::compressed) {
        auto done = compress(details);
        if (!done) {
            return std::unexpected(done.error());
        }
        packed = *std::move(done);
    }
    const std::string_view content = form == Form::compressed ? std::string_view(packed) : details;
    // Before a key is taken: the journal would refuse the command, and what it refuses ends the server.
    if (content.size() > matcher::limits::payload_bytes_max - overhead) {
        sodium_memzero(packed.data(), packed.size());
        return std::unexpected(VaultError::too_large);
    }
    const auto taken = keyring_.take();
    if (!taken) {
        return std::unexpected(as_vault_error(taken.error()));
    }
    Sealed sealed;
    sealed.key_slot = taken->slot;
    sealed.bytes.resize(overhead + content.size());
    sealed.bytes[0] = static_cast<char>(form);
    const Owner nonce = owner(id, taken->slot);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes(sealed.bytes, 1), nullptr, bytes(content, 0), content.size(),
        bytes(std::string_view(sealed.bytes), 0), 1, nullptr, nonce.data(), taken->key.data());
    sodium_memzero(packed.data(), packed.size());
    return sealed;
}

std::expected<std::string, VaultError> SealingVault::do_open(const matcher::ReferralId& id, std::uint64_t key_slot,
                                                             std::string_view sealed) {
    if (sealed.size() < overhead) {
        return std::unexpected(VaultError::damaged);
    }
    const auto key = keyring_.find(key_slot);
    if (!key) {
        return std::unexpected(as_vault_error(key.error()));
    }
    std::string packed(sealed.size() - overhead, '\0');
    const Owner nonce = owner(id, key_slot);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            bytes(packed, 0), nullptr, nullptr, bytes(sealed, 1), sealed.size() - 1,
            bytes(sealed, 0), 1, nonce.data(), key->data()) != 0) {
        return std::unexpected(VaultError::damaged);
    }
    if (sealed[0] == static_cast<char>(Form::plain)) {
        return packed;
    }
    auto plain = sealed[0] == static_cast<char>(Form::compressed)
                     ? inflate(packed)
                     : std::unexpected(VaultError::damaged);
    sodium_memzero(packed.data(), packed.size());
    return plain;
}

std::expected<void, VaultError> SealingVault::erase(std::uint64_t key_slot) {
    const auto done = keyring_.erase(key_slot);
    if (!done) {
        return std::unexpected(as_vault_error(done.error()));
    }
    return {};
}

std::expected<void, VaultError> SealingVault::erase_for_good(const matcher::ReferralId& id,
                                                             std::uint64_t key_slot) {
    const auto mark = keyring_.mark_of(key_slot);
    if (!mark) {
        // In a damaged shard nobody sees from zeros who wrote them; the list tells that it was an erasure.
        if (mark.error() == KeyError::damaged && ledger_.holds(id, key_slot)) {
            return erase(key_slot);
        }
        // What is left of a damaged key goes. Whole it lies in a backup, and without its mark the list
        // cannot name it: so nothing is confirmed before somebody has put the shard back.
        if (mark.error() == KeyError::damaged) {
            (void)keyring_.erase(key_slot);
        }
        // A key that is gone is erased once more: an earlier try may have ended before the old blocks were overwritten.
        return mark.error() == KeyError::erased ? erase(key_slot) : std::unexpected(as_vault_error(mark.error()));
    }
    // The list first: were the key gone and the list not written, an old backup would bring it back.
    if (!ledger_.add({id, key_slot, *mark})) {
        return std::unexpected(VaultError::io);
    }
    return erase(key_slot);
}

matcher::ExternalRef SealingVault::blind(std::string_view domain, std::string_view text) const {
    std::array<unsigned char, 16> digest{};
    std::array<unsigned char, 8> domain_size{};
    for (std::size_t i = 0; i < 8; ++i) {
        domain_size[i] = static_cast<unsigned char>(std::uint64_t{domain.size()} >> (8 * i));
    }
    crypto_generichash_state state;
    crypto_generichash_init(&state, blinding_.data(), SecretKey::size(), digest.size());
    // The length first, so that no text can pass for the end of another domain.
    crypto_generichash_update(&state, domain_size.data(), domain_size.size());
    crypto_generichash_update(&state, bytes(domain, 0), domain.size());
    crypto_generichash_update(&state, bytes(text, 0), text.size());
    crypto_generichash_final(&state, digest.data(), digest.size());
    matcher::ExternalRef ref;
    for (std::size_t i = 0; i < 8; ++i) {
        ref.high = ref.high << 8 | digest[i];
        ref.low = ref.low << 8 | digest[8 + i];
    }
    return ref;
}

}  // namespace hubward::storage
