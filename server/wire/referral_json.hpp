// SPDX-License-Identifier: Apache-2.0
//
// A referral in Hubward's own JSON (docs/openapi.yaml, schema ReferralRequest): bytes in, one
// command and the details to be sealed out; and back.
//
// Strict: the whole document is validated before any field is believed; duplicate keys, unknown
// keys, wrong types, lone surrogates and trailing bytes are faults that name their field.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/command.hpp"
#include "matcher/journal.hpp"
#include "matcher/state.hpp"
#include "server/wire/fault.hpp"
#include "server/wire/gazetteer.hpp"

namespace hubward::server::wire {

// What the decoder found. The caller gives the command its id, practice and key slot, and seals
// `details` (a JSON document with everything personal, and whatever was not understood).
struct Submission {
    matcher::SubmitReferral command;
    std::string details;
    std::string practice_ref;                 // the practice's own reference; to be blinded
};
// A preview is asked before the person has agreed to anything: no consent, and it is not stored.
enum class Purpose : std::uint8_t { submit, preview };
// now: when the request came in. Only with it can an age follow from a date of birth.
std::expected<Submission, Faults> decode_referral(std::string_view body, const Gazetteer& where,
                                                  matcher::Timestamp now = {},
                                                  Purpose purpose = Purpose::submit);

// Who reads decides what is told (docs/PRIVACY.md).
enum class Reader : std::uint8_t { practice, hub, place, ops };

// Everything an encoder needs, copied out of the view, so that no lock is held while encoding.
struct OfferFacts {
    matcher::Offer offer;
    matcher::HubSlug hub;
    std::string hub_name;
};
// offers: only those the reader may see; a hub is never told which other hubs were asked.
// One referral that was made for a need of another.
struct Onward {
    matcher::ReferralId referral;  // the other one
    matcher::Need need = matcher::Need::assess;
};
struct ReferralFacts {
    matcher::Referral referral;
    matcher::ReferralIndex index{};
    std::vector<OfferFacts> offers;
    std::optional<Onward> onward_of;  // for neither a hub is told
    std::vector<Onward> onward;       // the newest first
};

// Short readable reference with a check character, from the order of arrival: "HW-7K3M-Q".
std::string readable_reference(matcher::ReferralIndex index);
std::optional<matcher::ReferralIndex> parse_reference(std::string_view text);

// UUID text of an id and back.
std::string id_text(const matcher::ReferralId& id);
std::optional<matcher::ReferralId> parse_id(std::string_view text);
// "{referral id}.{ordinal}"
std::string offer_id_text(const matcher::ReferralId& id, std::uint8_t ordinal);
struct OfferName {
    matcher::ReferralId referral;
    std::uint8_t ordinal = 0;
};
std::optional<OfferName> parse_offer_id(std::string_view text);
// RFC 3339 in UTC with milliseconds.
std::string time_text(matcher::Timestamp at);

// Schema Referral: status, needs, offers with hub and answer_by, gaps; no personal detail.
std::string encode_referral(const ReferralFacts& facts, Reader reader);
// Schema SubmitAnswer, from the durable entry alone, so that a resend gets the same bytes.
// hub_of gives slug and name of a hub index.
struct HubLabel {
    std::string slug;
    std::string name;
};
std::string encode_submit_answer(const matcher::Batch& batch, const matcher::Entry& entry,
                                 const std::vector<HubLabel>& hubs_of_offers);

}  // namespace hubward::server::wire
