// SPDX-License-Identifier: Apache-2.0
#include "storage/record.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <memory>

#include "matcher/limits.hpp"
#include "storage/fields.hpp"

namespace hubward::storage {

namespace {

// Byte offsets of the fixed head.
constexpr std::size_t at_version = 0;
constexpr std::size_t at_term = 2;
constexpr std::size_t at_id = 10;
constexpr std::size_t at_first = 18;
constexpr std::size_t at_count = 26;
constexpr std::size_t at_entries = 30;
constexpr std::size_t at_content_bytes = 34;
constexpr std::size_t at_previous = 38;
constexpr std::size_t at_own = at_previous + 32;
constexpr std::size_t at_content = at_own + 32;
constexpr std::size_t checksum_bytes = 8;

template <class T>
void store(std::string& out, std::size_t at, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out[at + i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
    }
}

template <class T>
T load(std::string_view in, std::size_t at) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = static_cast<T>(
            value | static_cast<T>(T{static_cast<unsigned char>(in[at + i])} << (8 * i)));
    }
    return value;
}

Digest load_digest(std::string_view in, std::size_t at) {
    Digest digest{};
    std::memcpy(digest.data(), in.data() + at, digest.size());
    return digest;
}

Digest chain(std::string_view bytes, std::size_t content_bytes) {
    return blake2b({bytes.substr(at_previous, 32), bytes.substr(0, at_previous),
                    bytes.substr(at_content, content_bytes)});
}

bool agrees(const matcher::Batch& batch) {
    if (batch.first == 0 || batch.count == 0 || batch.count != batch.events.size()) {
        return false;
    }
    std::uint64_t next = 0;
    for (const matcher::Entry& entry : batch.entries) {
        if (entry.event_first != next || entry.event_count == 0 ||
            entry.number != batch.first + next) {
            return false;
        }
        next += entry.event_count;
    }
    return next == batch.count;
}

// received_ns is for stage times and stays behind; number and event_first follow from the counts.
template <class A, class E>
void fields_of_entry(A& a, E& entry) {
    a(entry.at, entry.actor, entry.key, entry.fingerprint, entry.trace, entry.command,
      entry.event_count);
}

}  // namespace

std::string_view text(RecordError error) {
    switch (error) {
        case RecordError::cut_short:
            return "its length is wrong";
        case RecordError::unknown_version:
            return "it was written by a later version of Hubward";
        case RecordError::checksum:
            return "its checksum does not match";
        case RecordError::malformed:
            return "a value is outside its range";
        case RecordError::too_large:
            return "it is too large";
        case RecordError::not_a_batch:
            return "its numbers do not agree";
    }
    return "";
}

std::expected<EncodedRecord, RecordError> encode(const matcher::Batch& batch, std::uint64_t term,
                                                 const Digest& previous, std::string room) {
    if (!agrees(batch)) {
        return std::unexpected(RecordError::not_a_batch);
    }
    EncodedRecord record{std::move(room), {}};
    std::string& out = record.bytes;
    out.assign(at_content, '\0');
    Encoder encoder(out);
    for (const matcher::Entry& entry : batch.entries) {
        fields_of_entry(encoder, entry);
        for (const matcher::Event& event : batch.events_of(entry)) {
            encoder(event);
        }
        if (entry.payload.size() > matcher::limits::payload_bytes_max) {
            return std::unexpected(RecordError::too_large);
        }
        encoder.text(entry.payload);
    }
    if (out.size() + checksum_bytes > record_bytes_max) {
        return std::unexpected(RecordError::too_large);
    }
    const std::size_t content_bytes = out.size() - at_content;
    store(out, at_version, record_version);
    store(out, at_term, term);
    store(out, at_id, batch.id);
    store(out, at_first, batch.first);
    store(out, at_count, batch.count);
    store(out, at_entries, static_cast<std::uint32_t>(batch.entries.size()));
    store(out, at_content_bytes, static_cast<std::uint32_t>(content_bytes));
    std::memcpy(out.data() + at_previous, previous.data(), previous.size());
    record.own = chain(out, content_bytes);
    std::memcpy(out.data() + at_own, record.own.data(), record.own.size());
    const std::uint64_t sum = XXH3_64bits(out.data(), out.size());
    out.resize(out.size() + checksum_bytes);
    store(out, out.size() - checksum_bytes, sum);
    return record;
}

std::expected<RecordHead, RecordError> decode_head(std::string_view bytes) {
    if (bytes.size() < at_content + checksum_bytes) {
        return std::unexpected(RecordError::cut_short);
    }
    if (bytes.size() > record_bytes_max) {
        return std::unexpected(RecordError::too_large);
    }
    const std::size_t body = bytes.size() - checksum_bytes;
    // The checksum comes before the version: a flipped bit must not look like a later Hubward.
    if (XXH3_64bits(bytes.data(), body) != load<std::uint64_t>(bytes, body)) {
        return std::unexpected(RecordError::checksum);
    }
    RecordHead head;
    head.version = load<std::uint16_t>(bytes, at_version);
    if (head.version == 0 || head.version > record_version) {
        return std::unexpected(RecordError::unknown_version);
    }
    head.term = load<std::uint64_t>(bytes, at_term);
    head.id = load<std::uint64_t>(bytes, at_id);
    head.first = load<std::uint64_t>(bytes, at_first);
    head.count = load<std::uint32_t>(bytes, at_count);
    head.entries = load<std::uint32_t>(bytes, at_entries);
    head.content_bytes = load<std::uint32_t>(bytes, at_content_bytes);
    head.previous = load_digest(bytes, at_previous);
    head.own = load_digest(bytes, at_own);
    if (head.content_bytes != body - at_content) {
        return std::unexpected(RecordError::cut_short);
    }
    if (head.first == 0 || head.count == 0 || head.entries > head.count ||
        head.first > UINT64_MAX - head.count) {
        return std::unexpected(RecordError::malformed);
    }
    return head;
}

std::expected<DecodedRecord, RecordError> decode(std::string_view bytes) {
    const auto head = decode_head(bytes);
    if (!head) {
        return std::unexpected(head.error());
    }
    auto batch = std::make_shared<matcher::Batch>();
    batch->id = head->id;
    batch->first = head->first;
    batch->count = head->count;
    // An entry takes 9 bytes at least and an event 2, whatever the head says.
    batch->entries.reserve(std::min<std::size_t>(head->entries, head->content_bytes / 9));
    batch->events.reserve(std::min<std::size_t>(head->count, head->content_bytes / 2));
    Decoder decoder(bytes.substr(at_content, head->content_bytes), head->version);
    for (std::uint32_t i = 0; i < head->entries && decoder.ok(); ++i) {
        matcher::Entry& entry = batch->entries.emplace_back();
        fields_of_entry(decoder, entry);
        entry.event_first = static_cast<std::uint32_t>(batch->events.size());
        entry.number = head->first + entry.event_first;
        if (entry.event_count == 0 || entry.event_count > head->count - entry.event_first) {
            decoder.fail();
        }
        for (std::uint32_t e = 0; e < entry.event_count && decoder.ok(); ++e) {
            decoder(batch->events.emplace_back());
        }
        entry.payload = decoder.text(matcher::limits::payload_bytes_max);
    }
    if (!decoder.ok() || decoder.left() != 0 || batch->events.size() != head->count) {
        return std::unexpected(RecordError::malformed);
    }
    return DecodedRecord{*head, std::move(batch)};
}

bool chain_holds(std::string_view bytes) {
    const auto head = decode_head(bytes);
    return head && chain(bytes, head->content_bytes) == head->own;
}

void reseal(std::string& bytes) {
    if (bytes.size() >= checksum_bytes) {
        const std::size_t body = bytes.size() - checksum_bytes;
        store(bytes, body, static_cast<std::uint64_t>(XXH3_64bits(bytes.data(), body)));
    }
}

}  // namespace hubward::storage
