// SPDX-License-Identifier: Apache-2.0
#include "storage/erasure_ledger.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "storage/files.hpp"

namespace hubward::storage {
namespace {

constexpr std::string_view magic = "hubward erasures 1\n";
constexpr std::size_t line_bytes = 16 + 8 + sizeof(Digest);

void put(std::string& out, std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(number >> shift)));
    }
}

std::uint64_t get(std::string_view in) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        number |= static_cast<std::uint64_t>(static_cast<unsigned char>(in[i])) << (8 * i);
    }
    return number;
}

}  // namespace

std::filesystem::path erasures_beside(const std::filesystem::path& master_key_file) {
    std::filesystem::path path = master_key_file;
    path += ".erasures";
    return path;
}

std::expected<ErasureLedger, StoreFailure> ErasureLedger::open(std::filesystem::path path,
                                                               Disk& disk) {
    ErasureLedger ledger(std::move(path), disk);
    auto keys = ledger.read();
    if (!keys) {
        return std::unexpected(keys.error());
    }
    ledger.keys_ = *std::move(keys);
    return ledger;
}

std::expected<std::vector<ErasedKey>, StoreFailure> ErasureLedger::read() const {
    std::vector<ErasedKey> keys;
    if (!disk_->exists(path_)) {
        return keys;
    }
    const auto content = disk_->read(path_);
    if (!content) {
        return std::unexpected(StoreFailure{StoreError::io, content.error()});
    }
    const std::string_view all = *content;
    const std::size_t frame = magic.size() + sizeof(Digest);
    if (all.size() < frame || !all.starts_with(magic) ||
        (all.size() - frame) % line_bytes != 0 ||
        view(blake2b({all.substr(0, all.size() - sizeof(Digest))})) !=
            all.substr(all.size() - sizeof(Digest))) {
        return std::unexpected(StoreFailure{StoreError::corrupt,
                                            path_.string() + " is damaged; put the last whole copy of it back, so "
                                                             "that what was erased stays erased"});
    }
    for (std::size_t at = magic.size(); at + sizeof(Digest) < all.size(); at += line_bytes) {
        ErasedKey key;
        key.referral = {get(all.substr(at)), get(all.substr(at + 8))};
        key.slot = get(all.substr(at + 16));
        std::memcpy(key.mark.data(), all.data() + at + 24, sizeof(Digest));
        keys.push_back(key);
    }
    return keys;
}

std::expected<void, std::string> ErasureLedger::keep_name() const {
    if (!disk_->exists(path_)) {
        return {};
    }
    const auto kept = storage::keep_name(path_, *disk_);
    if (!kept) {
        return std::unexpected(kept.error() + "; see that the folder of " + path_.string() +
                               " can be read and its disk written, then start again");
    }
    return {};
}

std::expected<void, std::string> ErasureLedger::add(const ErasedKey& key) {
    if (std::ranges::find(keys_, key) != keys_.end()) {
        return {};
    }
    const auto turn = take_turn_at(path_, *disk_);
    if (!turn) {
        return std::unexpected(turn.error());
    }
    auto keys = read();
    if (!keys) {
        return std::unexpected(keys.error().text);
    }
    // What only we know: somebody put an older copy of the file back.
    std::set<Digest> there;
    std::ranges::transform(*keys, std::inserter(there, there.end()), &ErasedKey::mark);
    std::ranges::copy_if(keys_, std::back_inserter(*keys),
                         [&there](const ErasedKey& one) { return !there.contains(one.mark); });
    if (!there.contains(key.mark)) {
        keys->push_back(key);
    }
    std::string out(magic);
    out.reserve(magic.size() + keys->size() * line_bytes + sizeof(Digest));
    for (const ErasedKey& one : *keys) {
        put(out, one.referral.high);
        put(out, one.referral.low);
        put(out, one.slot);
        out.append(view(one.mark));
    }
    out.append(view(blake2b({out})));
    auto written = write_file_atomically(path_, out, 0600, *disk_);
    if (written) {
        keys_ = *std::move(keys);
    }
    return written;
}

bool ErasureLedger::holds(const matcher::ReferralId& referral, std::uint64_t slot) const {
    return std::ranges::any_of(
        keys_, [&](const ErasedKey& one) { return one.referral == referral && one.slot == slot; });
}

}  // namespace hubward::storage
