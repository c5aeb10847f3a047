// SPDX-License-Identifier: Apache-2.0
//
// One batch as the bytes that lie on disk, for good: record_v1.bin and its successors must decode to
// the same values in every later version. Writing is always in the newest version; what an older one
// did not have reads as the default of its member (archive.hpp: since).
//
//   u16 version · u64 term · u64 id · u64 first · u32 events · u32 entries · u32 content bytes
//   32 bytes hash of the record before · 32 bytes own hash · content · u64 XXH3 of all before it
//
// All little-endian. The own hash is BLAKE2b-256 over the hash before, the head and the content, so
// the newest one stands for the whole history. The checksum finds damage quickly; the chain finds
// what was cut out, swapped or rewritten. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "matcher/journal.hpp"
#include "storage/hash.hpp"

namespace hubward::storage {

inline constexpr std::uint16_t record_version = 2;

// Above the largest batch that the engine makes: limits::batch_bytes_max and one payload more, four kilobytes
// for each of its commands, and all the events that limits allow one batch. A test encodes that batch.
inline constexpr std::size_t record_bytes_max = 32 * 1024 * 1024;

enum class RecordError : std::uint8_t {
    cut_short,        // fewer bytes than the head promises, or more
    unknown_version,  // written by a later Hubward
    checksum,         // damaged
    malformed,        // the checksum holds, yet a value is outside its range: not our writing
    too_large,        // beyond record_bytes_max
    not_a_batch,      // encode only: numbers, counts and entries do not agree
};
std::string_view text(RecordError error);

struct RecordHead {
    std::uint16_t version = record_version;
    std::uint64_t term = 0;
    std::uint64_t id = 0;
    matcher::Sequence first = 0;
    std::uint32_t count = 0;
    std::uint32_t entries = 0;
    std::uint32_t content_bytes = 0;
    Digest previous{};
    Digest own{};

    matcher::Sequence last() const { return first + count - 1; }
};

struct EncodedRecord {
    std::string bytes;
    Digest own{};
};
// `room` is a string whose memory may be used again: the bytes of a record written before.
std::expected<EncodedRecord, RecordError> encode(const matcher::Batch& batch, std::uint64_t term,
                                                 const Digest& previous, std::string room = {});

// The head alone, after checking length, version and checksum.
std::expected<RecordHead, RecordError> decode_head(std::string_view bytes);

struct DecodedRecord {
    RecordHead head;
    matcher::SharedBatch batch;
};
std::expected<DecodedRecord, RecordError> decode(std::string_view bytes);

// True when the own hash is the one that content and hash before lead to. `decode` does not ask:
// it costs a microsecond a kilobyte, and only a rewriter, never damage, gets past the checksum.
bool chain_holds(std::string_view bytes);

// Makes the checksum fit whatever the bytes say now. For tests and fuzzing, which must get behind
// it; the chain still tells.
void reseal(std::string& bytes);

}  // namespace hubward::storage
