// SPDX-License-Identifier: Apache-2.0
#include "server/api/word_body.hpp"

#include "matcher/limits.hpp"
#include "server/api/flat_body.hpp"
#include "server/wire/consent_fields.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::api {

using wire::Findings;
using wire::Json;
using wire::Where;

namespace {

constexpr std::size_t note_bytes_max = 2000;

// The two members that every reason in words has; the note may be left out.
ReasonBody reason_and_note(Json object, Findings& findings) {
    ReasonBody read;
    read.reason = want_code<matcher::Reason>(object, "reason", findings).value_or(read.reason);
    if (const auto note = object.find("note")) {
        read.note = std::string(
            wire::want_text(*note, Where(Where(), "note"), findings, note_bytes_max).value_or(""));
    }
    return read;
}

// … and the note may not be left out where nothing else says why.
ReasonBody explained(Json object, Findings& findings) {
    ReasonBody read = reason_and_note(object, findings);
    if (read.reason == matcher::Reason::other && !object.find("note")) {
        findings.add(Where(Where(), "note"), "required", "Say in a few words what the other reason is.");
    }
    return read;
}

template <class Body>
std::expected<Body, wire::Faults> unless_faulty(Findings& findings, Body body) {
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return body;
}

}  // namespace

std::expected<matcher::Consent, wire::Faults> decode_consent(std::string_view body) {
    const auto object = object_of(body, {"purposes", "given_by", "how", "when", "until"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const Where top;
    matcher::Consent consent;
    object->members([&](std::string_view key, Json value) {
        (void)wire::read_consent_member(key, value, Where(top, key), findings, consent);
    });
    // Who says so and how is the point of writing it down.
    for (const std::string_view key : {"purposes", "given_by", "how"}) {
        if (!object->find(key)) {
            wire::missing(top, key, findings);
        }
    }
    return unless_faulty(findings, consent);
}

std::expected<matcher::PurposeSet, wire::Faults> decode_purposes(std::string_view body) {
    const auto object = object_of(body.empty() ? "{}" : body, {"purposes"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const Where top;
    matcher::PurposeSet all;
    all.bits = 0xff;
    if (const auto named = object->find("purposes")) {
        all = wire::read_purposes(*named, Where(top, "purposes"), findings);
    }
    return unless_faulty(findings, all);
}

std::expected<MeasureBody, wire::Faults> decode_measure(std::string_view body) {
    const auto object = object_of(body, {"measure", "moment", "value"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    MeasureBody read;
    read.measure = want_code<matcher::Measure>(*object, "measure", findings).value_or(read.measure);
    read.moment = want_code<matcher::Moment>(*object, "moment", findings).value_or(read.moment);
    read.value = static_cast<std::uint8_t>(want_number(*object, "value", 255, findings).value_or(0));
    return unless_faulty(findings, read);
}

std::expected<matcher::Need, wire::Faults> decode_need(std::string_view body) {
    const auto object = object_of(body, {"need"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto need = want_code<matcher::Need>(*object, "need", findings);
    return unless_faulty(findings, need.value_or(matcher::Need::assess));
}

std::expected<ReasonBody, wire::Faults> decode_reason_in_words(std::string_view body) {
    const auto object = object_of(body, {"reason", "note", "duplicate_of"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const Where top;
    ReasonBody read = explained(*object, findings);
    if (const auto other = object->find("duplicate_of")) {
        const Where here(top, "duplicate_of");
        const auto text = wire::want_text(*other, here, findings, 36);
        const auto id = text ? wire::parse_id(*text) : std::nullopt;
        if (text && !id) {
            findings.add(here, "format", "The id of the other referral is expected.");
        }
        read.duplicate_of = id.value_or(matcher::ReferralId{});
    }
    return unless_faulty(findings, std::move(read));
}

std::expected<ReasonBody, wire::Faults> decode_return(std::string_view body) {
    const auto object = object_of(body, {"reason", "note"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    ReasonBody read = explained(*object, findings);
    return unless_faulty(findings, std::move(read));
}

std::expected<ReasonBody, wire::Faults> decode_withdrawal(std::string_view body) {
    const auto object = object_of(body, {"reason", "note"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    ReasonBody read = reason_and_note(*object, findings);
    return unless_faulty(findings, std::move(read));
}

std::expected<AddressBody, wire::Faults> decode_address(std::string_view body,
                                                        const wire::Gazetteer& where) {
    const auto object = object_of(body, {"address", "postcode", "place"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const Where top;
    AddressBody read;
    wire::JsonWriter json(read.sealed_part);
    json.open_object();
    if (const auto address = object->find("address")) {
        json.text_unless_empty(
            "address", wire::want_letters(*address, Where(top, "address"), findings, 400).value_or(""));
    }
    if (const auto postcode = object->find("postcode")) {
        const Where here(top, "postcode");
        const auto text = wire::want_text(*postcode, here, findings, 10);
        if (text && !wire::normal_postcode(*text)) {
            findings.add(here, "format", "A whole British postcode is expected.");
        } else if (text) {
            json.text("postcode", *text);
            read.position = wire::coarse(where.find(*text)).value_or(matcher::Position{});
            read.place = where.place_of(*text);  // unless the body names one, below
        }
    } else {
        wire::missing(top, "postcode", findings);
    }
    json.close_object();
    if (const auto place = object->find("place")) {
        read.place = wire::read_place_code(*place, Where(top, "place"), findings);
    }
    return unless_faulty(findings, std::move(read));
}

}  // namespace hubward::server::api
