// SPDX-License-Identifier: Apache-2.0
//
// One durable event as a CloudEvents 1.0 JSON object: type org.hubward.referral.offered.v1 and so
// on, source the stream, sequence zero-padded to 20 digits. Codes and times only, nothing personal.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "matcher/journal.hpp"
#include "matcher/state.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire {

// Facts about the subject that an event alone does not carry. They never change after submission,
// except the label of a hub and what the reader may know.
struct EventSubject {
    matcher::ReferralId referral;
    matcher::ReferralIndex index{};
    matcher::Ask ask;
    matcher::PracticeCode practice;
    bool veiled = false;  // the reader may know that something happened, and no more (veil.hpp)
    bool own_duplicate = false;  // the referral that a decline names as the same is of this practice too
    std::uint8_t ordinal = 0;  // of the offer; 0 for events without one
    HubLabel hub;              // empty for events without one
};

// How much of an event a reader wants.
enum class Detail : std::uint8_t {
    id,       // what happened to which thing, and no more
    summary,  // all facts of the event, and a sentence
    full,     // the same, who did it (a role, never a person), and where the things are found
};
inline constexpr std::size_t details = 3;

// stream: "hub/{slug}" and so on; seq: the event's number in it.
std::string encode_event(const matcher::Entry& entry, const matcher::Event& event,
                         const EventSubject& subject, std::string_view stream, std::uint64_t seq,
                         matcher::Sequence number, Detail detail = Detail::summary);

// "org.hubward.referral.offered.v1", …: the type of each kind of event, by its index in the variant.
std::span<const std::string> event_types();
// One sentence for people, in plain English: "Offered to the library hub, answer by Tue 3 Mar 17:00".
std::string story(const matcher::Entry& entry, const matcher::Event& event,
                  const EventSubject& subject);

}  // namespace hubward::server::wire
