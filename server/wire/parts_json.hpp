// SPDX-License-Identifier: Apache-2.0
//
// Pieces of JSON that several documents share.
#pragma once

#include <string_view>

#include "matcher/event.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire {

// "needs":["nhs-app", …] for the needs that the mask picks.
void write_needs(JsonWriter& json, const matcher::Ask& ask, matcher::NeedMask mask);
void write_hub(JsonWriter& json, std::string_view slug, std::string_view name);
void write_access(JsonWriter& json, matcher::AccessSet access);
// "purposes": what a person agreed to, by name
void write_purposes(JsonWriter& json, matcher::PurposeSet purposes);
// language, language_required, access, age, urgency: what a hub may know of the ask.
void write_ask(JsonWriter& json, const matcher::Ask& ask);
// "key":["tue-am", …] for the codes of the set; nothing when it is empty.
template <class Code, class Set>
void write_codes(JsonWriter& json, std::string_view key, const Set& set) {
    if (set.empty()) {
        return;
    }
    json.open_array(key);
    for (std::size_t i = 0; i < matcher::names<Code>().size(); ++i) {
        if (set.has(static_cast<Code>(i))) {
            json.text(matcher::name(static_cast<Code>(i)));
        }
    }
    json.close_array();
}
// The BSeR code of where the offer stands ("5.1.1": a date is booked), or our own word where there is
// none ("waitlisted", "transfer", "expired").
std::string_view business_status(const matcher::Offer& offer);
void write_score(JsonWriter& json, const matcher::Score& score);
void write_gap(JsonWriter& json, const matcher::Ask& ask, const matcher::GapRecorded& gap);

}  // namespace hubward::server::wire
