// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/referral_mapping.hpp"

#include <array>

#include "server/wire/calendar.hpp"
#include "server/wire/fhir/person.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/agreements.hpp"
#include "server/wire/fhir/staff_notes.hpp"
#include "server/wire/fhir/systems.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {
namespace {

using matcher::Access;
using matcher::Need;

// A deadline nearer than this makes a referral urgent: a routine offer may wait three days at each
// of two hubs before somebody helps.
constexpr std::int64_t urgent_within_ms = 7LL * 24 * 3'600'000;

struct NeedList {
    matcher::Ask& ask;
    const NeedMap& map;
    void add(Need need) {
        for (std::size_t i = 0; i < ask.need_count; ++i) {
            if (ask.needs[i] == need) {
                return;
            }
        }
        if (ask.need_count < ask.needs.size()) {
            ask.needs[ask.need_count++] = need;
        }
    }
    void from_coding(Json coding) {
        if (const auto need = map.find(coding.text_at("system"), coding.text_at("code"))) {
            add(*need);
        }
    }
    void from_concept(const std::optional<Json>& value) {
        if (const auto codings = value ? value->find("coding") : std::nullopt) {
            codings->items([&](std::size_t, Json coding) { from_coding(coding); });
        }
    }
    void from_concepts(const std::optional<Json>& list) {
        if (list) {
            list->items([&](std::size_t, Json item) { from_concept(item); });
        }
    }
};

void map_needs(const Message& message, const NeedMap& map, matcher::Ask& ask) {
    NeedList needs{ask, map};
    for (const auto& resource : message.resources) {
        if (resource.type == "Condition") {
            needs.from_concepts(resource.value.find("category"));
            needs.from_concept(resource.value.find("code"));
        } else if (resource.type == "Task") {
            needs.from_concept(resource.value.find("code"));
        } else if (resource.type == "ServiceRequest") {
            needs.from_concepts(resource.value.find("category"));
            needs.from_concept(resource.value.find("code"));
            needs.from_concepts(resource.value.find("reasonCode"));
        }
    }
    if (ask.need_count == 0) {
        needs.add(map.by_default());
    }
}

struct Keyword {
    std::string_view part;
    Access access;
};
// Matched in order against the code in small letters without blanks: the published codes mix
// spellings, and two have a blank inside.
constexpr std::array<Keyword, 26> keywords{{
    {"wheelchair", Access::wheelchair},
    {"homevisit", Access::home_visit},
    {"signlanguageinterpreter", Access::bsl_interpreter},
    {"bslinterpreter", Access::bsl_interpreter},
    {"britishsignlanguage", Access::uses_bsl},
    {"makaton", Access::makaton},
    {"lipspeaker", Access::lipspeaker},
    {"notetaker", Access::note_taker},
    {"easyread", Access::easy_read},
    {"braille", Access::braille},
    {"largeprint", Access::large_print},
    {"point", Access::large_print},
    {"audio", Access::electronic_audio},
    {"hearingloop", Access::hearing_loop},
    {"guidedog", Access::guide_dog},
    {"assistancedog", Access::guide_dog},
    {"sightedguide", Access::sighted_guide},
    {"advocate", Access::advocate},
    {"lownoise", Access::low_noise},
    {"lowlight", Access::low_light},
    {"femaleprofessional", Access::female_professional},
    {"maleprofessional", Access::male_professional},
    {"extendedappointment", Access::extended_appointment},
    {"firstappointment", Access::first_appointment},
    {"lastappointment", Access::last_appointment},
    {"interpreter", Access::interpreter},
}};

void map_flags(const Message& message, matcher::AccessSet& access) {
    for (const auto& resource : message.resources) {
        const auto code = resource.type == "Flag" ? resource.value.find("code") : std::nullopt;
        const auto codings = code ? code->find("coding") : std::nullopt;
        if (!codings) {
            continue;
        }
        codings->items([&](std::size_t, Json coding) {
            const auto system = coding.text_at("system");
            const auto text = coding.text_at("code");
            if (same_system(system, snomed_system)) {
                const auto id = snomed_id(text);
                if (const auto known = id ? matcher::access_from_snomed(*id) : std::nullopt) {
                    access.add(*known);
                }
            } else if (system.ends_with("reasonable-adjustment-codes-bars")) {
                if (const auto known = access_from_bars(text)) {
                    access.add(*known);
                }
            }
        });
    }
}

// The sign languages and Braille stand among the languages of UK Core as q1 … q5.
void map_language_code(std::string_view code, matcher::Ask& ask) {
    if (code == "q1") {
        ask.access.add(Access::braille);
    } else if (code == "q5") {
        ask.access.add(Access::makaton);
    } else {
        const auto tag = code == "q2" ? "ase" : code == "q3" ? "asf" : code == "q4" ? "bfi" : code;
        if (const auto language = matcher::parse_language(tag)) {
            ask.language = *language;
        }
    }
}

void map_language(const Json& patient, matcher::Ask& ask) {
    std::string_view chosen;
    bool preferred = false;
    if (const auto list = patient.find("communication")) {
        list->items([&](std::size_t, Json item) {
            const auto code = code_in(item.find("language"), language_system);
            const auto flag = item.find("preferred");
            const bool first_choice = flag && flag->boolean();
            if (!code.empty() && (chosen.empty() || (first_choice && !preferred))) {
                chosen = code;
                preferred = first_choice;
            }
        });
    }
    if (!chosen.empty()) {
        map_language_code(chosen, ask);
    }
    const auto interpreter = extension(patient, "/patient-interpreterRequired");
    const auto value = interpreter ? interpreter->find("valueBoolean") : std::nullopt;
    if (value && value->boolean()) {
        ask.access.add(Access::interpreter);
    }
}

bool near_end(const std::optional<Json>& period, matcher::Timestamp sent) {
    if (!period) {
        return false;
    }
    const auto text = period->text_at("end");
    auto end = parse_instant(text);
    if (!end && parse_date(text)) {
        end = parse_instant(std::string(text) + "T23:59:59Z");
    }
    return end && end->ms - sent.ms <= urgent_within_ms;
}

matcher::Urgency urgency_of(const Message& message) {
    const auto& request = message.service_request;
    const auto pressing = [](std::string_view p) {
        return p == "urgent" || p == "asap" || p == "stat";
    };
    bool urgent = pressing(request.text_at("priority")) ||
                  near_end(request.find("occurrencePeriod"), message.sent);
    for (const auto& resource : message.resources) {
        if (resource.type == "Task") {
            const auto restriction = resource.value.find("restriction");
            urgent = urgent || pressing(resource.value.text_at("priority")) ||
                     near_end(restriction ? restriction->find("period") : std::nullopt,
                              message.sent);
        }
    }
    return urgent ? matcher::Urgency::urgent : matcher::Urgency::routine;
}

// A Location of the person's stay. Senders have been seen to swap the two numbers, so only what
// lies in the United Kingdom is believed, either way round.
std::optional<matcher::Position> stated_position(const Message& message) {
    std::optional<matcher::Position> found;
    for (const auto& resource : message.resources) {
        const auto at = resource.type == "Location" ? resource.value.find("position") : std::nullopt;
        const auto latitude = at ? at->find("latitude") : std::nullopt;
        const auto longitude = at ? at->find("longitude") : std::nullopt;
        if (found || !latitude || !longitude) {
            continue;
        }
        const auto in_kingdom = [](double lat, double lon) {
            return lat >= 49 && lat <= 61 && lon >= -9 && lon <= 2;
        };
        const double a = latitude->number();
        const double b = longitude->number();
        if (in_kingdom(a, b)) {
            found = position_at(a, b);
        } else if (in_kingdom(b, a)) {
            found = position_at(b, a);
        }
    }
    return found;
}

std::string details_of(const Message& message, std::string_view original,
                       std::string_view correlation_id) {
    std::string details;
    details.reserve(original.size() + 1024);
    JsonWriter json(details);
    json.open_object();
    json.text("format", "bars");
    json.key("person");
    write_person(json, message);
    write_staff_notes(json, message);
    json.open_object("consent");
    json.boolean("share_with_hub", true);
    json.text("how", "implied for direct care (DRC)");
    json.close_object();
    json.text_unless_empty("correlation_id", correlation_id);
    json.raw("bundle", squeezed_json(original));
    json.close_object();
    return details;
}

}  // namespace

std::optional<Access> access_from_bars(std::string_view code) {
    std::string plain;
    for (const char c : code) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            plain += c;
        } else if (c >= 'A' && c <= 'Z') {
            plain += static_cast<char>(c - 'A' + 'a');
        }
    }
    for (const auto& row : keywords) {
        if (plain.find(row.part) != std::string::npos) {
            return row.access;
        }
    }
    return std::nullopt;
}

Submission map_referral(const Message& message, std::string_view original, const Gazetteer& where,
                        const Served& served, matcher::Timestamp now,
                        std::string_view correlation_id) {
    Submission out;
    auto& command = out.command;
    command.source = matcher::Source::bars;
    command.share_with_hub = true;  // check_referral has seen consent for direct care
    map_needs(message, served.needs, command.ask);
    command.ask.may_relax = agreed_in(message, served.agreements);
    map_flags(message, command.ask.access);
    map_language(message.patient, command.ask);
    command.ask.urgency = urgency_of(message);
    const auto postcode = postcode_of(message.patient);
    auto exact = postcode.empty() ? std::nullopt : where.find(postcode);
    if (!exact) {
        exact = stated_position(message);
    }
    command.ask.position = coarse(exact).value_or(matcher::Position{});
    command.ask.place = where.place_of(postcode);
    if (const auto born = parse_date(message.patient.text_at("birthDate"))) {
        command.ask.age = age_at(*born, now).value_or(255);
    }
    out.details = details_of(message, original, correlation_id);
    out.practice_ref = message.bundle_id;
    return out;
}

}  // namespace hubward::server::wire::fhir
