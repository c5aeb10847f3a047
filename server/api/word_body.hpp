// SPDX-License-Identifier: Apache-2.0
//
// Bodies of the person's words, beside the codes of small_body.hpp: consent, a measure, an address, a
// reason with a few words. As strict as those. Pure; any thread.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/command.hpp"
#include "server/wire/fault.hpp"
#include "server/wire/gazetteer.hpp"

namespace hubward::server::api {

// {"purposes": ["share-with-hub"], "given_by": "self", "how": "verbal", "when": …, "until": …}
std::expected<matcher::Consent, wire::Faults> decode_consent(std::string_view body);
// {"purposes": […]}; all of them when the member is left out.
std::expected<matcher::PurposeSet, wire::Faults> decode_purposes(std::string_view body);

struct MeasureBody {
    matcher::Measure measure = matcher::Measure::confidence_online;
    matcher::Moment moment = matcher::Moment::before;
    std::uint8_t value = 0;
};
std::expected<MeasureBody, wire::Faults> decode_measure(std::string_view body);
// {"need": "data-sim"}
std::expected<matcher::Need, wire::Faults> decode_need(std::string_view body);

// {"reason": "other", "note": "…"}: the note may be personal. {"reason": "duplicate",
// "duplicate_of": "…"} names the other referral.
struct ReasonBody {
    matcher::Reason reason = matcher::Reason::none;
    std::string note;
    matcher::ReferralId duplicate_of;
};
std::expected<ReasonBody, wire::Faults> decode_reason_in_words(std::string_view body);
// The same of a return, which names no other referral.
std::expected<ReasonBody, wire::Faults> decode_return(std::string_view body);
// The same of a withdrawal: {"reason": "recalled-by-referrer", "note": "…"}.
std::expected<ReasonBody, wire::Faults> decode_withdrawal(std::string_view body);

// {"address": {…}, "place": "leeds"}: the address as a referral has it; it is sealed whole, and only
// the coarse cell of its postcode is known to the core.
struct AddressBody {
    std::string sealed_part;  // JSON, may be personal
    matcher::Position position;
    matcher::PlaceCode place;
};
std::expected<AddressBody, wire::Faults> decode_address(std::string_view body,
                                                        const wire::Gazetteer& where);

}  // namespace hubward::server::api
