// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "server/wire/calendar.hpp"
#include "server/wire/code_fields.hpp"
#include "server/wire/consent_fields.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/hub_json.hpp"  // valid_slug
#include "server/wire/json_writer.hpp"
#include "server/wire/person_fields.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire {
namespace {

// What is gathered while the members are read, in whatever order they come.
struct Draft {
    Submission out;
    std::optional<Json> person;
    std::optional<Json> consent;
    std::optional<matcher::Position> stated;  // from "location"
    PersonFacts about;
    std::vector<std::uint64_t> other_access;
    bool needs_seen = false;
};

void read_location(Json value, const Where& at, Findings& findings, Draft& draft) {
    if (!want_object(value, at, findings)) {
        return;
    }
    std::optional<double> latitude;
    std::optional<double> longitude;
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "latitude") {
            latitude = want_number(part, here, findings, -90, 90);
        } else if (key == "longitude") {
            longitude = want_number(part, here, findings, -180, 180);
        } else {
            unknown_key(here, findings);
        }
    });
    for (const std::string_view key : {"latitude", "longitude"}) {
        if (!value.find(key)) {
            missing(at, key, findings);
        }
    }
    if (latitude && longitude) {
        draft.stated = position_at(*latitude, *longitude);
    }
}

void read_consent(Json value, const Where& at, Findings& findings, Draft& draft) {
    if (!want_object(value, at, findings)) {
        return;
    }
    draft.consent = value;
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "share_with_hub") {
            draft.out.command.share_with_hub = want_boolean(part, here, findings).value_or(false);
        } else if (!read_consent_member(key, part, here, findings, draft.out.command.consent)) {
            unknown_key(here, findings);
        }
    });
    if (!value.find("share_with_hub")) {
        missing(at, "share_with_hub", findings);
    }
    // The gate is the one word; a list of purposes says what else was agreed.
    draft.out.command.consent.purposes.add(matcher::Purpose::share_with_hub);
}

matcher::HubId read_hub(Json value, const Where& at, Findings& findings) {
    const auto slug = want_slug(value, at, findings);
    return slug ? hub_id(*slug) : matcher::HubId{};
}

void read_refused(Json value, const Where& at, Findings& findings, Draft& draft) {
    if (!want_array(value, at, findings, 0, 2)) {
        return;
    }
    value.items([&](std::size_t i, Json item) {
        if (const auto slug = want_slug(item, Where(at, i), findings)) {
            draft.out.command.ask.refused_hubs[i] = hub_id(*slug);
        }
    });
}

// How, when and with what the person can come. False: none of these members.
bool read_wish(std::string_view key, Json value, const Where& at, Findings& findings,
               matcher::Ask& ask) {
    if (key == "place") {
        ask.place = read_place_code(value, at, findings);
    } else if (key == "available") {
        ask.available = read_code_set<matcher::HalfDaySet, matcher::HalfDay>(value, at, findings,
                                                                            "A half day (tue-am)");
    } else if (key == "travel_mode") {
        const auto word = want_word(value, at, findings, {"walk", "bus", "car"});
        ask.mode = word ? *matcher::parse<matcher::TravelMode>(*word) : ask.mode;
    } else if (key == "trust") {
        const auto word =
            want_word(value, at, findings, {"asked-by-name", "attended-before", "known-there"});
        ask.trust = word ? *matcher::parse<matcher::Trust>(*word) : ask.trust;
    } else if (key == "load") {
        ask.load = static_cast<std::uint8_t>(
            want_integer(value, at, findings, 1, matcher::limits::load_max).value_or(1));
    } else if (key == "whole_session") {
        ask.whole_session = want_boolean(value, at, findings).value_or(false);
    } else if (key == "together") {
        ask.together = want_boolean(value, at, findings).value_or(false);
    } else if (key == "may_relax") {
        ask.may_relax = read_code_set<matcher::RequirementSet, matcher::Requirement>(
            value, at, findings, "What may give way (language, times or travel)");
    } else if (key == "may_split") {
        ask.may_split = want_boolean(value, at, findings).value_or(false);
    } else if (key == "groups") {
        ask.groups = read_code_set<matcher::GroupSet, matcher::Group>(value, at, findings,
                                                                     "A priority group");
    } else {
        return false;
    }
    return true;
}

// Requirements that the router has no rule for ride along, so that everybody sees them.
void keep_other_access(const Draft& draft, Findings& findings, matcher::Ask& ask) {
    if (draft.other_access.size() > ask.other_access.size()) {
        findings.add("/access", "range",
                     "At most 4 access requirements without a routing rule; put the rest in words.");
        return;
    }
    std::ranges::copy(draft.other_access, ask.other_access.begin());
}

// {"referral": …, "need": 0}: the need of an earlier referral for which this one is made.
void read_onward(Json value, const Where& at, Findings& findings, matcher::SubmitReferral& command) {
    if (!want_object(value, at, findings)) {
        return;
    }
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "referral") {
            const auto text = want_text(part, here, findings, 36);
            const auto id = text ? parse_id(*text) : std::nullopt;
            if (text && !id) {
                findings.add(here, "format", "The id of a referral is expected.");
            }
            command.onward_of = id.value_or(matcher::ReferralId{});
        } else if (key == "need") {
            command.onward_need = static_cast<std::uint8_t>(
                want_integer(part, here, findings, 0, matcher::limits::needs_max - 1).value_or(0));
        } else {
            unknown_key(here, findings);
        }
    });
    for (const std::string_view key : {"referral", "need"}) {
        if (!value.find(key)) {
            missing(at, key, findings);
        }
    }
}

void read_member(std::string_view key, Json value, const Where& at, Findings& findings,
                 Draft& draft) {
    auto& ask = draft.out.command.ask;
    if (key == "needs") {
        draft.needs_seen = true;
        read_needs(value, at, findings, ask);
    } else if (key == "person") {
        draft.person = value;
        draft.about = read_person(value, at, findings);
    } else if (key == "consent") {
        read_consent(value, at, findings, draft);
    } else if (key == "practice_reference") {
        draft.out.practice_ref = std::string(want_text(value, at, findings, 128).value_or(""));
    } else if (key == "onward_of") {
        read_onward(value, at, findings, draft.out.command);
    } else if (key == "language") {
        ask.language = read_language(value, at, findings);
    } else if (key == "language_required") {
        ask.language_required = want_boolean(value, at, findings).value_or(false);
    } else if (key == "access") {
        ask.access = read_access(value, at, findings, draft.other_access);
    } else if (key == "access_preferred") {
        ask.access_preferred = read_access(value, at, findings, draft.other_access);
    } else if (key == "urgency") {
        const auto word = want_word(value, at, findings, {"routine", "urgent", "asap", "stat"});
        // FHIR's asap and stat mean more haste than a community hub has: the same as urgent.
        ask.urgency = word && *word != "routine" ? matcher::Urgency::urgent
                                                 : matcher::Urgency::routine;
    } else if (key == "travel_max_metres") {
        ask.travel_max =
            static_cast<matcher::Metres>(want_integer(value, at, findings, 1, 1'000'000).value_or(0));
    } else if (key == "location") {
        read_location(value, at, findings, draft);
    } else if (key == "age") {
        ask.age = static_cast<std::uint8_t>(want_integer(value, at, findings, 0, 130).value_or(255));
    } else if (key == "communities") {
        ask.communities = read_communities(value, at, findings);
    } else if (key == "trusted_hub") {
        ask.trusted_hub = read_hub(value, at, findings);
    } else if (key == "chosen_hub") {
        ask.chosen_hub = read_hub(value, at, findings);
    } else if (key == "refused_hubs") {
        read_refused(value, at, findings, draft);
    } else if (!read_wish(key, value, at, findings, ask)) {
        unknown_key(at, findings);
    }
}

// Hardly longer than the body that they are a part of, so they are given room once.
std::string details_of(const Draft& draft, std::size_t body_bytes) {
    std::string details;
    details.reserve(body_bytes + 64);
    JsonWriter json(details);
    json.open_object();
    json.text("format", "hubward.referral.v1");
    json.text_unless_empty("practice_reference", draft.out.practice_ref);
    if (draft.person) {
        json.key("person");
        draft.person->write(json);
    }
    if (!draft.other_access.empty()) {
        json.open_array("other_access");  // valid concepts that the router has no rule for
        for (const auto id : draft.other_access) {
            json.text(std::to_string(id));
        }
        json.close_array();
    }
    if (draft.consent) {
        json.key("consent");
        draft.consent->write(json);
    }
    json.close_object();
    return details;
}

}  // namespace

std::expected<Submission, Faults> decode_referral(std::string_view body, const Gazetteer& where,
                                                  matcher::Timestamp now, Purpose purpose) {
    const auto document = read_json(body);
    if (!document) {
        return std::unexpected(document.error());
    }
    Findings findings;
    const Where top;
    if (!want_object(*document, top, findings)) {
        return std::unexpected(findings.take());
    }
    Draft draft;
    document->members([&](std::string_view key, Json value) {
        read_member(key, value, Where(top, key), findings, draft);
    });
    for (const std::string_view key : {"needs", "consent"}) {
        if (!document->find(key) && !(purpose == Purpose::preview && key == "consent")) {
            missing(top, key, findings);
        }
    }
    auto& ask = draft.out.command.ask;
    if (ask.language_required && ask.language == matcher::Language::not_stated &&
        !document->find("language")) {
        findings.add(Where(top, "language"), "required", "Name the language that is required.");
    }
    keep_other_access(draft, findings, ask);
    // What is required is no wish beside it.
    ask.access_preferred.bits &= ~ask.access.bits;
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    // A coarse cell is all that the router keeps; the postcode stays in the sealed details.
    const auto exact = draft.stated                    ? draft.stated
                       : draft.about.postcode.empty() ? std::nullopt
                                                       : where.find(draft.about.postcode);
    ask.position = coarse(exact).value_or(matcher::Position{});
    if (ask.place.empty()) {  // who sends by a form cannot know the code of a place, and need not
        ask.place = where.place_of(draft.about.postcode);
    }
    if (ask.age == 255 && draft.about.born && now.ms > 0) {
        ask.age = age_at(*draft.about.born, now).value_or(255);
    }
    draft.out.command.source = matcher::Source::api;
    if (purpose != Purpose::preview) {  // of a preview nothing is kept
        draft.out.details = details_of(draft, body.size());
    }
    return std::move(draft.out);
}

}  // namespace hubward::server::wire
