// SPDX-License-Identifier: Apache-2.0
//
// What happened to one referral, told to one caller. Reads storage; any I/O thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/api/services.hpp"
#include "server/wire/event_json.hpp"

namespace hubward::server::api {

// One event with what its sentence needs.
struct Told {
    storage::StreamEvent event;
    wire::EventSubject subject;
};

// Readings of the details that a history shows, the newest. All of them are in the journal and on the streams.
inline constexpr std::size_t readings_told_max = 200;

// Every event of the referral that the caller may know of, oldest first: a hub hears nothing of
// other hubs. Of readings only so many as above. Nothing when the referral does not exist or is not the caller's to see.
std::optional<std::vector<Told>> events_told(Services& services, const auth::Principal& who,
                                             const matcher::ReferralId& id);

// "practice A12345", "hub seacroft-library", "the system": who an entry's actor is, in plain words.
std::string who_text(const matcher::Actor& actor);

// For a version clash: "Last change: … by … at …". Empty when nothing can be told.
std::string last_change(Services& services, const auth::Principal& who,
                        const matcher::ReferralId& id);

}  // namespace hubward::server::api
