// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/task.hpp"

#include <algorithm>
#include <span>

#include "server/wire/fhir/reasons.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {
namespace {

using matcher::OfferStatus;
using matcher::Outcome;
using matcher::ReferralStatus;

constexpr std::string_view profile =
    "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-TaskForReferralManagement";
constexpr std::string_view sdoh_codes =
    "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";

std::string own(std::string_view base_url, std::string_view rest) {
    return std::string(base_url) + std::string(rest);
}

void write_concept(JsonWriter& json, std::string_view name, std::string_view system,
                   std::string_view code, std::string_view text = {}) {
    json.open_object(name);
    json.open_array("coding");
    json.open_object();
    json.text("system", system);
    json.text("code", code);
    json.close_object();
    json.close_array();
    json.text_unless_empty("text", text);
    json.close_object();
}

void write_reference(JsonWriter& json, std::string_view name, std::string_view target,
                     std::string_view display = {}) {
    json.open_object(name);
    json.text("reference", target);
    json.text_unless_empty("display", display);
    json.close_object();
}

bool any(const ReferralFacts& facts, OfferStatus status) {
    return std::any_of(facts.offers.begin(), facts.offers.end(),
                       [&](const OfferFacts& offer) { return offer.offer.status == status; });
}

// Whether help was given for at least one need.
bool helped(const matcher::Referral& referral) {
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if (is_help(referral.needs[i].outcome)) {
            return true;
        }
    }
    return false;
}

bool any_outcome(const matcher::Referral& referral) {
    const auto needs = std::span(referral.needs).first(referral.ask.need_count);
    return std::ranges::any_of(
        needs, [](const matcher::NeedState& need) { return need.outcome != Outcome::none; });
}

bool has_gap(const matcher::Referral& referral) {
    return matcher::needs_that_are(referral, matcher::NeedStatus::gap) != 0;
}

matcher::Timestamp changed(const matcher::Offer& offer) {
    return offer.answered == matcher::never ? offer.made : std::max(offer.made, offer.answered);
}

matcher::Timestamp changed(const ReferralFacts& facts) {
    auto latest = facts.referral.created;
    for (const auto& offer : facts.offers) {
        latest = std::max(latest, changed(offer.offer));
    }
    return latest;
}

void write_head(JsonWriter& json, std::string_view id, const matcher::Referral& referral,
                matcher::Timestamp at) {
    json.text("resourceType", "Task");
    json.text("id", id);
    json.open_object("meta");
    json.text("versionId", std::to_string(referral.version));
    json.text("lastUpdated", time_text(at));
    json.open_array("profile");
    json.text(profile);
    json.close_array();
    json.close_object();
}

void write_status(JsonWriter& json, std::string_view status, matcher::Reason reason,
                  std::string_view base_url) {
    json.text("status", status);
    if (reason != matcher::Reason::none) {
        write_reason(json, "statusReason", reason, base_url);
    } else if (status == "on-hold" || status == "failed" || status == "cancelled" ||
               status == "rejected") {
        json.open_object("statusReason");  // the profile wants a text with each of these
        json.text("text", status == "failed" ? "No help could be given." : "No reason was given.");
        json.close_object();
    }
}

// Everything behind the status that both kinds of Task say in the same way.
void write_body(JsonWriter& json, const ReferralFacts& facts, matcher::NeedMask needs,
                std::string_view base_url) {
    const auto& referral = facts.referral;
    json.text("intent", "order");
    json.text("priority", matcher::name(referral.ask.urgency));
    write_concept(json, "code", "http://hl7.org/fhir/CodeSystem/task-code", "fulfill");
    if (referral.source == matcher::Source::bars) {
        write_reference(json, "focus", "ServiceRequest/" + id_text(referral.id));
    } else {
        json.open_object("focus");
        json.open_object("identifier");
        json.text("system", own(base_url, "/Id/referral-reference"));
        json.text("value", readable_reference(facts.index));
        json.close_object();
        json.close_object();
    }
    json.open_object("for");
    json.text("display", "The person of referral " + readable_reference(facts.index));
    json.close_object();
    json.open_object("reasonCode");
    json.open_array("coding");
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if ((needs >> i & 1) != 0) {
            json.open_object();
            json.text("system", own(base_url, "/CodeSystem/hubward-need"));
            json.text("code", matcher::name(referral.ask.needs[i]));
            json.close_object();
        }
    }
    json.close_array();
    json.close_object();
}

// The needs that no other offer has taken over: an outcome is told of the hub that it came from.
matcher::NeedMask still_of(const matcher::Referral& referral, const matcher::Offer& offer) {
    unsigned own = 0;
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        own |= referral.needs[i].offer == offer.ordinal ? 1U << i : 0U;
    }
    return static_cast<matcher::NeedMask>(offer.needs & own);
}

// What was done for each need that has an outcome.
void write_outputs(JsonWriter& json, const matcher::Referral& referral, matcher::NeedMask needs,
                   std::string_view base_url) {
    bool open = false;
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        const auto outcome = referral.needs[i].outcome;
        if ((needs >> i & 1) == 0 || outcome == Outcome::none) {
            continue;
        }
        if (!open) {
            json.open_array("output");
            open = true;
        }
        json.open_object();
        write_concept(json, "type", sdoh_codes, "resulting-activity",
                      matcher::name(referral.ask.needs[i]));
        write_concept(json, "valueCodeableConcept", own(base_url, "/CodeSystem/hubward-outcome"),
                      matcher::name(outcome));
        json.close_object();
    }
    if (open) {
        json.close_array();
    }
}

matcher::NeedMask all_needs(const matcher::Referral& referral) {
    return static_cast<matcher::NeedMask>((1U << referral.ask.need_count) - 1);
}

}  // namespace

std::string_view task_status(const ReferralFacts& facts) {
    switch (facts.referral.status) {
        case ReferralStatus::revoked: return "cancelled";
        case ReferralStatus::entered_in_error: return "entered-in-error";
        case ReferralStatus::on_hold: return "on-hold";
        case ReferralStatus::draft: return "draft";
        case ReferralStatus::completed:  // an outcome that the reader may not know is none that failed
            return helped(facts.referral) || !any_outcome(facts.referral) ? "completed" : "failed";
        case ReferralStatus::active:
        case ReferralStatus::unknown: break;
    }
    if (any(facts, OfferStatus::in_progress)) {
        return "in-progress";
    }
    if (any(facts, OfferStatus::accepted)) {
        return "accepted";
    }
    return any(facts, OfferStatus::on_hold) ? "on-hold" : "requested";
}

std::string_view task_status(const matcher::Offer& offer) {
    if (offer.status == OfferStatus::received || offer.status == OfferStatus::ready) {
        return "requested";
    }
    return matcher::name(offer.status);
}

std::string encode_task(const ReferralFacts& facts, std::string_view base_url) {
    const auto& referral = facts.referral;
    std::string out;
    JsonWriter json(out);
    json.open_object();
    write_head(json, id_text(referral.id), referral, changed(facts));
    write_status(json, task_status(facts), referral.ended_with, base_url);
    if (referral.status == ReferralStatus::active && has_gap(referral)) {
        write_concept(json, "businessStatus", own(base_url, "/CodeSystem/hubward-business-status"),
                      "gap", "No hub can serve one of the needs now; a person looks at it.");
    }
    write_body(json, facts, all_needs(referral), base_url);
    json.text("authoredOn", time_text(referral.created));
    json.text("lastModified", time_text(changed(facts)));
    json.open_object("requester");
    json.open_object("identifier");
    json.text("system", "https://fhir.nhs.uk/Id/ods-organization-code");
    json.text("value", referral.practice.view());
    json.close_object();
    json.close_object();
    write_outputs(json, referral, all_needs(referral), base_url);
    json.close_object();
    return out;
}

std::string encode_sub_task(const ReferralFacts& facts, const OfferFacts& it,
                            std::string_view base_url) {
    const auto& offer = it.offer;
    std::string out;
    JsonWriter json(out);
    json.open_object();
    write_head(json, offer_id_text(facts.referral.id, offer.ordinal), facts.referral, changed(offer));
    json.open_array("partOf");
    json.open_object();
    json.text("reference", "Task/" + id_text(facts.referral.id));
    json.close_object();
    json.close_array();
    write_status(json, task_status(offer), offer.reason, base_url);
    if (offer.status == OfferStatus::received) {
        write_concept(json, "businessStatus", own(base_url, "/CodeSystem/hubward-business-status"),
                      "received", "The hub has opened it.");
    }
    write_body(json, facts, offer.needs, base_url);
    json.text("authoredOn", time_text(offer.made));
    json.text("lastModified", time_text(changed(offer)));
    json.open_object("requester");
    json.text("display", "Hubward");
    json.close_object();
    write_reference(json, "owner", "HealthcareService/" + std::string(it.hub.view()), it.hub_name);
    if (!matcher::terminal(offer.status)) {
        json.open_object("restriction");
        json.open_object("period");
        json.text("end", time_text(offer.answer_by));
        json.close_object();
        json.close_object();
    }
    if (offer.status == OfferStatus::completed) {
        write_outputs(json, facts.referral, still_of(facts.referral, offer), base_url);
    }
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
