// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/reasons.hpp"

#include <array>
#include <string>

namespace hubward::server::wire::fhir {
namespace {

using matcher::Outcome;
using matcher::Reason;

struct Row {
    Reason reason;
    std::string_view bars;
    std::string_view words;
};
constexpr auto rows = std::to_array<Row>({
    {Reason::no_capacity, "22", "The hub has no free place."},
    {Reason::no_slot, "31", "The hub has no appointment."},
    {Reason::slot_unsuitable, "32", "No appointment suits the person."},
    {Reason::not_eligible, "40", "The person is not eligible there."},
    {Reason::need_not_offered, "24", "The hub does not offer this help."},
    {Reason::not_suitable, "23", "The hub is not suitable for the person."},
    {Reason::resource_missing, "RRNA", "A device, SIM or interpreter is missing."},
    {Reason::language_missing, "24", "Nobody there speaks the person's language."},
    {Reason::too_far, "42", "The hub is too far away."},
    {Reason::transport, "21", "There is no transport."},
    {Reason::home_visit_wanted, "41", "The person needs a visit at home."},
    {Reason::person_chose_other, "26", "The person chose another hub."},
    {Reason::person_declined, "26", "The person declined."},
    {Reason::already_supported, "99", "The person is supported already."},
    {Reason::duplicate, "99", "It is a duplicate."},
    {Reason::missing_information, "99", "Information is missing."},
    {Reason::no_consent, "99", "There is no consent."},
    {Reason::safety_concern, "99", "There is a concern about safety; a person looks at it."},
    {Reason::could_not_contact_hub, "27", "The hub could not be reached."},
    {Reason::could_not_contact_person, "FC", "The person could not be reached."},
    {Reason::offer_expired, "RRNA", "The hub did not answer in time."},
    {Reason::hub_withdrew, "24", "The hub gave the person back."},
    {Reason::hub_closed, "24", "The hub has closed."},
    {Reason::session_cancelled, "31", "The session does not take place."},
    {Reason::withdrawn_by_person, "26", "The person withdrew."},
    {Reason::recalled_by_referrer, "99", "The practice recalled the referral."},
    {Reason::sent_in_error, "99", "The referral was sent in error."},
    {Reason::need_resolved_elsewhere, "99", "The need was met elsewhere."},
    {Reason::transferred, "99", "The hub handed the person on to another hub."},
    {Reason::paused, "99", "The referral rests until its review date."},
    {Reason::person_unavailable, "99", "The person is not available now."},
});

const Row* row_of(Reason reason) {
    for (const auto& row : rows) {
        if (row.reason == reason) {
            return &row;
        }
    }
    return nullptr;
}

void write_coding(JsonWriter& json, std::string_view system, std::string_view code) {
    json.open_object();
    json.text("system", system);
    json.text("code", code);
    json.close_object();
}

}  // namespace

std::string_view bars_rejection(Reason reason) {
    const auto* row = row_of(reason);
    return row != nullptr ? row->bars : "99";
}

std::string_view bars_rejection_system(Reason reason) {
    const char first = bars_rejection(reason).front();
    return first >= '0' && first <= '9' ? "https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars"
                                        : "https://fhir.nhs.uk/CodeSystem/rejected-reasons-bars";
}

std::string_view words(Reason reason) {
    const auto* row = row_of(reason);
    return row != nullptr ? row->words : "Another reason.";
}

void write_reason(JsonWriter& json, std::string_view name, Reason reason,
                  std::string_view base_url) {
    json.open_object(name);
    json.open_array("coding");
    write_coding(json, std::string(base_url) + "/CodeSystem/hubward-reason", matcher::name(reason));
    write_coding(json, bars_rejection_system(reason), bars_rejection(reason));
    if (reason == Reason::person_declined) {
        // "Social prescribing declined", the code that GP staff record.
        write_coding(json, "http://snomed.info/sct", "871711000000103");
    }
    json.close_array();
    json.text("text", words(reason));
    json.close_object();
}

bool is_help(Outcome outcome) {
    return outcome == Outcome::need_met || outcome == Outcome::need_partly_met ||
           outcome == Outcome::signposted || outcome == Outcome::already_enrolled ||
           outcome == Outcome::passed_on;
}

}  // namespace hubward::server::wire::fhir
