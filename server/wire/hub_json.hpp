// SPDX-License-Identifier: Apache-2.0
//
// A hub in Hubward's own JSON (schema Hub): what PUT takes and GET gives.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "matcher/command.hpp"
#include "matcher/confidence.hpp"
#include "matcher/state.hpp"
#include "server/wire/fault.hpp"
#include "server/wire/gazetteer.hpp"

namespace hubward::server::wire {

// The id of a hub is a hash of its slug, so that importing twice meets the same hub.
matcher::HubId hub_id(std::string_view slug);
bool valid_slug(std::string_view slug);  // [a-z0-9] and inner '-', 1 to 64 bytes

// What a directory may leave to those who run the hub. It is silent about what it does not name.
struct Silence {
    bool hours = true;
    bool weekly = true;
    bool kept = true;
    bool closed_days = true;
    bool any() const { return hours || weekly || kept || closed_days; }
};
struct HubDocument {
    matcher::UpsertHub command;
    Silence silent;
    std::string profile;  // canonical public JSON: name, address, opening hours, contact, source
    std::string name;     // display name, from the profile
};
// Closed days that have ended by `now` are left out, and leave room for those ahead.
std::expected<HubDocument, Faults> decode_hub(std::string_view slug, std::string_view body,
                                              const Gazetteer& where, matcher::Timestamp now = {});
// Where the document is silent, what the hub's own staff or place have stated stays.
void keep_unsaid(HubDocument& document, const matcher::HubProfile& stated);
// Whether the document says of a known hub only what is known already, so that importing a directory
// twice changes nothing. `profile` is the stored public JSON.
bool says_nothing_new(const HubDocument& document, const matcher::Hub& hub,
                      std::string_view profile);
// Display name out of a stored profile; the slug when it has none.
std::string hub_name(std::string_view profile, std::string_view slug);

// By what, and when, the confidence in stated units is worked out.
struct Judged {
    matcher::Policy rules;
    matcher::Timestamp now{};
};
// Who reads: those who look after the hub, or somebody else, and which practice that is. They learn that a hub
// takes, or keeps places for, people from some practices, and not which: a practice finds itself alone.
struct Eyes {
    bool owner = false;
    matcher::PracticeCode practice;  // of a practice; else empty

    // What of a listed code, or the beginning of several, may be shown; empty for nothing.
    std::string_view shown(std::string_view listed) const {
        const bool itself = !listed.empty() && practice.view().starts_with(listed);
        return owner ? listed : itself ? practice.view() : std::string_view();
    }
};
inline constexpr Eyes owners_eyes{.owner = true, .practice = {}};
std::string encode_hub(const matcher::Hub& hub, std::string_view profile, const Judged& by, const Eyes& eyes);
std::string encode_capacity(const matcher::Hub& hub, const Judged& by);
// The seats of all sessions that have not begun: those of weekly slots are among them, four weeks ahead.
struct SeatsAhead {
    unsigned sessions = 0;
    unsigned free = 0;
    unsigned all = 0;
    matcher::Timestamp stated{};  // the newest word on any of them
};
SeatsAhead seats_ahead(const matcher::Hub& hub, matcher::Timestamp now);

// A list of HSDS 3.1 service_capacity objects: one for each kind of unit of which the hub ever spoke, and
// one of seats when it has sessions ahead.
std::string encode_service_capacity(const matcher::Hub& hub, matcher::Timestamp now);

}  // namespace hubward::server::wire
