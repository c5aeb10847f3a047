// SPDX-License-Identifier: Apache-2.0
//
// What became of a referral, as the message that BaRS has a receiver send back: event
// servicerequest-response to the sender's own endpoint, the original entries with ids of ours and
// present status, and one more Encounter that says it: planned, cancelled or finished.
//
// Made from the stored message and one event of the journal alone: the same event gives the same
// bytes whenever it is asked for, so nothing has to be stored to be sent again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/event.hpp"
#include "matcher/referral.hpp"

namespace hubward::server::wire::fhir {

enum class Response : std::uint8_t { accepted, rejected, completed };

// What an event tells the practice; nothing for an event that is no answer. `after`: the referral
// as it stands now.
std::optional<Response> response_of(const matcher::Event& event, const matcher::Referral& now);

struct ResponseFacts {
    Response what = Response::accepted;
    matcher::Referral referral;       // as it stands now
    matcher::ReferralIndex index{};
    std::uint64_t practice_seq = 0;   // of the event
    matcher::Timestamp at{};          // of the event
    matcher::Reason reason = matcher::Reason::none;
    std::string hub_name;             // empty when no hub is meant
};
// details: the opened details of the referral. Empty when they hold no BaRS message.
// The Bundle.id that this message has, whenever it is made; empty when the details hold no message.
std::string response_id(std::string_view details, const ResponseFacts& facts);
std::string encode_response(std::string_view details, const ResponseFacts& facts,
                            std::string_view base_url);

// A Bundle of type collection with these messages; next: address of what comes later.
std::string encode_outbox(const std::vector<std::string>& messages, std::string_view base_url,
                          std::string_view next);

}  // namespace hubward::server::wire::fhir
