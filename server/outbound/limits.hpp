// SPDX-License-Identifier: Apache-2.0
//
// How much of anything the deliveries keep or wait for, and who loses when it is full.
#pragma once

#include <chrono>
#include <cstddef>

namespace hubward::server::outbound::limits {

// Targets of one installation, and of one organisation. The newest is refused with 409.
inline constexpr std::size_t targets_max = 1'000;
inline constexpr std::size_t targets_per_owner_max = 8;
inline constexpr std::size_t url_bytes_max = 1'024;
// A longer event is sent as its short form: what happened to which thing, and no more.
inline constexpr std::size_t body_bytes_max = 20 * 1024;
// Resends by hand that wait for one target. The newest is refused with 409.
inline constexpr std::size_t resends_max = 16;
// Messages that a target gets, and the time after which it begins none, before the others have their turn: who
// takes long for each message keeps the others as short as who is quick. While no other waits, it goes on.
inline constexpr std::size_t turn_messages_max = 64;
inline constexpr std::chrono::seconds turn_time_max{2};
// Events read at once, and kept while a turn lasts: with the batches they belong to, so few. And how many pages
// for one message, so that a filter that fits nothing holds nobody up.
inline constexpr std::size_t page_events = 16;
inline constexpr std::size_t pages_max = 64;
// Of the receiver's answer: beyond the first it counts as none, beyond the second it is not read on.
inline constexpr std::size_t answer_header_bytes_max = 16 * 1024;
inline constexpr std::size_t answer_body_bytes_max = 64 * 1024;
// How long a body is waited for: a new connection costs less, and the answer is known.
inline constexpr std::chrono::seconds answer_body_wait_max{1};
// Names that are looked up at once, each on a thread; the newest is as good as not found in time. And how long
// anybody waits for one: a quarter of the usual deadline, so that a slow name does not keep a turn from others.
inline constexpr std::size_t lookups_max = 64;
inline constexpr std::chrono::seconds lookup_wait_max{5};
// Addresses of one name that are tried; the others are left alone.
inline constexpr std::size_t addresses_max = 4;

}  // namespace hubward::server::outbound::limits
