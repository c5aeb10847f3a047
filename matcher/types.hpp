// SPDX-License-Identifier: Apache-2.0
//
// The quantities and names that every room shares: ids, times, lengths, short texts.
//
// All are plain values, trivially copyable and totally ordered, so that commands and events made
// of them can cross the ring, the disk and the wire unchanged. Nothing here allocates or fails.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace hubward::matcher {

// A 128-bit name. The edge makes it (UUID version 7 for referrals, a hash of the caller's text for
// hubs and keys); the core only compares it. Zero means "none".
template <class Tag>
struct Id128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    explicit operator bool() const { return (high | low) != 0; }
    friend auto operator<=>(const Id128&, const Id128&) = default;
};

using ReferralId = Id128<struct ReferralTag>;
using HubId = Id128<struct HubTag>;
using RequestKey = Id128<struct RequestKeyTag>;        // one caller's Idempotency-Key, hashed
using ExternalRef = Id128<struct ExternalRefTag>;      // the practice's own reference, keyed hash
using TraceId = Id128<struct TraceTag>;                // W3C trace id; zero when none came in

// Position of an event in the journal: 1, 2, 3 … without holes. 0 is "before the first".
using Sequence = std::uint64_t;

// Dense positions inside State, given in order of arrival. They never change and never are reused.
enum class ReferralIndex : std::uint32_t {};
enum class HubIndex : std::uint32_t {};
enum class OfferIndex : std::uint32_t {};
inline constexpr auto no_referral = ReferralIndex{0xffff'ffff};
inline constexpr auto no_hub = HubIndex{0xffff'ffff};
inline constexpr auto no_offer = OfferIndex{0xffff'ffff};

template <class Index>
constexpr std::size_t slot(Index index) {
    return static_cast<std::size_t>(index);
}

// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
struct Timestamp {
    std::int64_t ms = 0;

    friend auto operator<=>(Timestamp, Timestamp) = default;
    friend Timestamp operator+(Timestamp at, std::chrono::milliseconds d) {
        return {at.ms + d.count()};
    }
    friend std::chrono::milliseconds operator-(Timestamp a, Timestamp b) {
        return std::chrono::milliseconds{a.ms - b.ms};
    }
};
inline constexpr Timestamp never{INT64_MAX};

// Whole metres along the straight chord through the Earth, which differs from the surface distance
// by less than one metre at 100 km.
using Metres = std::uint32_t;
// Whole points of a score. Every term lies in 0 … the policy's weight for it.
using Points = std::int32_t;

// A text of at most N bytes, kept inside the value. Bytes past `size` are zero, so that equal
// texts are equal bytes.
template <std::size_t N>
struct ShortText {
    static_assert(N < 256);
    std::array<char, N> bytes{};
    std::uint8_t size = 0;

    constexpr ShortText() = default;
    // Requires text.size() <= N: the decoder that made the text has checked it. Longer is cut.
    constexpr explicit ShortText(std::string_view text) {
        size = static_cast<std::uint8_t>(text.size() < N ? text.size() : N);
        for (std::size_t i = 0; i < size; ++i) {
            bytes[i] = text[i];
        }
    }
    constexpr std::string_view view() const { return {bytes.data(), size}; }
    constexpr bool empty() const { return size == 0; }
    static constexpr std::size_t capacity = N;
    friend auto operator<=>(const ShortText&, const ShortText&) = default;
};

using PracticeCode = ShortText<12>;  // ODS code, upper case
using PlaceCode = ShortText<24>;     // slug of the place that a hub belongs to
using HubSlug = ShortText<64>;       // the hub's name in URLs and streams: [a-z0-9-], or a UUID

// A point on the Earth as a unit vector, each part times 2^29, so that distances are exact whole
// numbers at the poles and across the date line. The edge computes it from latitude and longitude;
// the core never needs a sine. latitude_e7 and longitude_e7 (degrees times 10^7) are for display.
struct Position {
    std::int32_t latitude_e7 = 0;
    std::int32_t longitude_e7 = 0;
    std::int32_t x = 0;
    std::int32_t y = 0;
    std::int32_t z = 0;

    bool known() const { return (x | y | z) != 0; }
    friend auto operator<=>(const Position&, const Position&) = default;
};
inline constexpr std::int64_t position_scale = 1 << 29;
inline constexpr std::int64_t earth_radius_metres = 6'371'009;  // IUGG mean radius R1

// A set of small codes: bit i stands for the enumerator with value i.
template <class Code, class Word = std::uint64_t>
struct CodeSet {
    Word bits = 0;

    static constexpr Word mask(Code c) {
        return static_cast<Word>(Word{1} << static_cast<unsigned>(c));
    }
    constexpr bool has(Code c) const { return (bits & mask(c)) != 0; }
    constexpr void add(Code c) { bits = static_cast<Word>(bits | mask(c)); }
    constexpr bool covers(CodeSet other) const { return (other.bits & ~bits) == 0; }
    constexpr bool empty() const { return bits == 0; }
    friend auto operator<=>(CodeSet, CodeSet) = default;
};

static_assert(std::is_trivially_copyable_v<Position> && std::is_trivially_copyable_v<HubSlug>);

}  // namespace hubward::matcher
