// SPDX-License-Identifier: Apache-2.0
//
// How a snapshot lies in its parts (parted_file.hpp):
//
//   head     magic, 32 bytes chain head of the event that it stands for
//   parts    sizes · what is little: policies, places, hubs, practices · referrals · offers · request keys ·
//            traces of the streams
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "storage/snapshot_fields.hpp"
#include "storage/stream_trace.hpp"

namespace hubward::storage {

inline constexpr std::string_view snapshot_magic = "hubward snapshot 5\n";
// Referrals, offers or keys in one part: about half a megabyte, which the processor's own memory holds while the
// part is read, summed and decoded.
inline constexpr std::size_t part_items = 2048;

// How many there are of what fills parts of its own.
struct Sizes {
    std::uint64_t referrals = 0;
    std::uint64_t offers = 0;
    std::uint64_t keys = 0;
    std::uint64_t events = 0;
};
template <class A, Of<Sizes> V>
void fields(A& a, V& v) {
    a(v.referrals, v.offers, v.keys, v.events);
}

struct Remembering {
    matcher::RequestKey key;
    matcher::Timestamp at{};
    std::uint64_t fingerprint = 0;
    matcher::Sequence number = 0;
};
template <class A, Of<Remembering> V>
void fields(A& a, V& v) {
    a(v.key, v.at, v.fingerprint, v.number);
}

inline std::size_t parts_of(std::uint64_t items, std::size_t in_a_part = part_items) {
    return (items + in_a_part - 1) / in_a_part;
}
inline std::size_t parts_of_all(const Sizes& sizes) {
    return 2 + parts_of(sizes.referrals) + parts_of(sizes.offers) + parts_of(sizes.keys) +
           parts_of(sizes.events, StreamTraces::in_a_part);
}

}  // namespace hubward::storage
