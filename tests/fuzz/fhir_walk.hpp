// SPDX-License-Identifier: Apache-2.0
//
// What the FHIR targets do with a message: all that the server would, short of storing it.
#pragma once

#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/message.hpp"
#include "server/wire/fhir/referral_mapping.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/response_message.hpp"
#include "server/wire/fhir/search.hpp"
#include "server/wire/fhir/withdrawal.hpp"
#include "server/wire/fhir/xml.hpp"
#include "server/wire/fhir/xml_reader.hpp"
#include "tests/fuzz/input.hpp"

namespace hubward::fuzz {

inline void check_json(const std::string& text) {
    using namespace server::wire;
    // What a sender said of itself stands two levels deeper in an answer.
    invariant(read_json(text, fhir_depth_max + 2).has_value(), "an answer is JSON");
}

// JSON that the server took, as XML and back: well-formed both ways, and settled after one round.
inline void check_xml(std::string_view json) {
    using namespace server::wire;
    const auto xml = fhir::xml_from_json(json);
    if (xml.empty()) {
        return;  // no resource
    }
    const auto node = fhir::read_xml(xml);
    if (!node) {
        invariant(node.error() == "Elements are nested too deeply.", "XML out is well-formed");
        return;
    }
    if (const auto back = fhir::json_from_xml(xml)) {
        const auto second = fhir::json_from_xml(fhir::xml_from_json(*back));
        invariant(second && *second == *back, "the second round changes nothing");
    }
}

inline void walk_message(std::string_view text) {
    using namespace server::wire;
    const fhir::Served served{{"9000000001"}, {"dhub1"}};
    const auto message = fhir::read_message(text, served);
    if (!message) {
        invariant(message.error().status >= 400 && message.error().status < 500, "trouble is the sender's");
        check_json(fhir::encode_outcome(message.error()));
        return;
    }
    if (message->what != fhir::Message::What::refer) {
        return;  // of a cancellation or an answer nothing else is read
    }
    constexpr matcher::Timestamp now{1'772'443'800'000};
    const auto submission = fhir::map_referral(*message, text, Gazetteer(), served, now);
    const std::string bundle(fhir::bundle_in(submission.details));
    const std::string withdrawal = fhir::withdrawal_of(*message, text);  // the last that looks at `message`
    invariant(read_json(withdrawal, fhir_depth_max + 1).has_value(), "what is kept is JSON");
    invariant(fhir::withdrawal_bundle(withdrawal) == fhir::squeezed_json(text), "a cancellation is kept whole");
    matcher::Referral ended;
    ended.id = {1, 2};
    ended.status = matcher::ReferralStatus::revoked;
    const auto request = fhir::encode_service_request(bundle, ended, fhir::withdrawal_bundle(withdrawal));
    check_json(request);
    check_xml(request);
    const auto answer = fhir::encode_referral_answer(bundle, {1, 2}, matcher::ReferralIndex{1}, now, "urn:x");
    check_json(answer);
    check_xml(answer);
    fhir::ResponseFacts facts;
    facts.referral.id = {1, 2};
    check_json(fhir::encode_response(submission.details, facts, "http://h.test"));
    if (const auto again = read_json(bundle, fhir_depth_max)) {
        fhir::Question question;
        question.name = "A";
        question.postcode = "LS";
        fhir::fits(question, *again);
    }
}

}  // namespace hubward::fuzz
