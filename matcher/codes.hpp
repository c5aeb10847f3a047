// SPDX-License-Identifier: Apache-2.0
//
// The coded words of the domain, each with the text that stands on the wire.
//
// Values are written to disk: append new ones at the end of an enum, never renumber. `name` gives
// the wire text; `parse<Code>` gives nothing for a text that is no code. Both are pure.
// Sources: FHIR R4 request-status and task-status; docs/GLOSSARY.md for our own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "matcher/types.hpp"

namespace hubward::matcher {

enum class Need : std::uint8_t {
    dev_loan, dev_gift, dev_repair, dev_setup,
    data_sim, data_broadband, data_tariff, data_wifi,
    at_assist,
    skill_foundation, skill_comm, skill_info, skill_trans, skill_prob, skill_safe,
    nhs_login, nhs_app, nhs_proxy, nhs_repeat, nhs_book, nhs_consult, nhs_video, nhs_record,
    nhs_monitor,
    health_info,
    trust_confidence, trust_safety, motivation,
    lang_support, social_connect, carer_support, group_training,
    assess,  // not known: the hub finds out together with the person
};
using NeedSet = CodeSet<Need>;

// What a hub gives out one unit of at a time.
enum class UnitKind : std::uint8_t { place, device, sim };
inline constexpr std::size_t unit_kinds = 3;
// The kind of unit that serving this need uses up.
UnitKind unit_for(Need need);
NeedSet needs_of_kind(UnitKind kind);

// Access requirements with a SNOMED CT concept (docs/GLOSSARY.md). A hub states those it can meet.
enum class Access : std::uint8_t {
    wheelchair, home_visit, low_noise, low_light, female_professional, male_professional,
    guide_dog, bsl_interpreter, uses_bsl, lipspeaker, note_taker, makaton, advocate, sighted_guide,
    hearing_loop, easy_read, large_print, braille, electronic_audio, extended_appointment,
    first_appointment, last_appointment, contact_via_carer, interpreter,
};
using AccessSet = CodeSet<Access>;
std::uint64_t snomed(Access access);  // its concept id; 0 never occurs
std::optional<Access> access_from_snomed(std::uint64_t concept_id);

// Half days of a week. The evening is its third half.
enum class HalfDay : std::uint8_t {
    mon_am, mon_pm, mon_eve, tue_am, tue_pm, tue_eve, wed_am, wed_pm, wed_eve, thu_am, thu_pm,
    thu_eve, fri_am, fri_pm, fri_eve, sat_am, sat_pm, sat_eve, sun_am, sun_pm, sun_eve,
};
using HalfDaySet = CodeSet<HalfDay, std::uint32_t>;

enum class TravelMode : std::uint8_t { not_stated, walk, bus, car };
// What a person has to do with the hub they trust.
enum class Trust : std::uint8_t { asked_by_name, attended_before, known_there };

// Priority groups of the national framework. For reports; in a score only where a policy says so.
enum class Group : std::uint8_t {
    older_75, low_income, unemployed, most_deprived, homeless, temporary_accommodation,
    asylum_refugee, justice_system, disabled, long_term_condition, learning_disability, autism,
    dementia, carer, young_carer, care_leaver, low_english, rural, isolated, traveller,
};
using GroupSet = CodeSet<Group, std::uint32_t>;

enum class Urgency : std::uint8_t { routine, urgent };

// FHIR R4 request-status.
enum class ReferralStatus : std::uint8_t {
    draft, active, on_hold, revoked, completed, entered_in_error, unknown,
};
// FHIR R4 task-status.
enum class OfferStatus : std::uint8_t {
    draft, requested, received, accepted, rejected, ready, cancelled, in_progress, on_hold, failed,
    completed, entered_in_error,
};
bool terminal(OfferStatus status);
bool terminal(ReferralStatus status);

// Where one need stands. `open` is passing: no decision ends with it. `gap`: no hub can serve it now;
// it waits in the queue with a review date. `with_referrer`, `with_owner`: a named person has it, and
// no machine routes it on.
enum class NeedStatus : std::uint8_t {
    open, offered, accepted, resolved, gap, withdrawn, with_referrer, with_owner,
};

// Why a hub (or the system, or the person through the hub) ended an offer.
enum class Reason : std::uint8_t {
    none,
    no_capacity, no_slot, slot_unsuitable, not_eligible, need_not_offered, not_suitable,
    resource_missing, language_missing, too_far, transport, home_visit_wanted, person_chose_other,
    person_declined, already_supported, duplicate, missing_information, no_consent, safety_concern,
    could_not_contact_hub, could_not_contact_person, offer_expired, hub_withdrew, hub_closed,
    other,
    // why a referral was withdrawn
    withdrawn_by_person, recalled_by_referrer, sent_in_error,
    need_resolved_elsewhere,
    transferred,         // another hub took the person over
    paused,              // the referral rests for a while
    person_unavailable,  // why it rests: in hospital, abroad
    // what the person has agreed to has ended, by their word or by its date
    consent_withdrawn, consent_expired,
    erased,              // the person's details are destroyed
    person_moved,        // asked anew from another address
    session_cancelled,   // the hub's session does not take place
};
// Reasons a hub may give when it declines; the rest are the system's or the referrer's.
bool hub_may_decline_with(Reason reason);
// … and those that only somebody who looks after the hub can give, because it says so about the hub.
bool carer_may_end_with(Reason reason);

enum class Outcome : std::uint8_t {
    none, need_met, need_partly_met, need_not_met, signposted, already_enrolled, person_declined,
    did_not_attend, could_not_contact, moved_away, deceased, passed_on, other,
};

// How an outcome counts: help whose end is known, a hint or a place elsewhere, or no help at all. A
// loop is closed by the first kind only.
enum class OutcomeKind : std::uint8_t { none, loop_closed, signposted, not_helped };
OutcomeKind kind_of(Outcome outcome);
// The hub says that it helped and the person that it did not, or the other way round.
bool disagree(Outcome hub, Outcome person);

// What somebody should check about a hub, because a decline contradicts what it states.
// `contact`: nobody there could be reached.
enum class Review : std::uint8_t { rule, profile, stock, language, other, contact };
inline constexpr std::size_t review_kinds = 6;

// For whom a hub keeps its last places: who asks for one of some needs, urgently, through a practice that
// is trusted, or from a place.
enum class KeptFor : std::uint8_t { need, urgent, referrer, place };

// How hubs are asked: one after another, some at once with a unit held at each, or many at once
// without a hold, where the first valid claim wins.
enum class OfferMode : std::uint8_t { sequential, parallel, broadcast };

// How a place wants its hubs asked: as the house's rules of care say, or in a mode of its own.
enum class Asking : std::uint8_t { as_house, sequential, parallel, broadcast };

// What may stop a hub and yet give way in time, when the policy and the person allow it.
enum class Requirement : std::uint8_t { language, times, travel };
using RequirementSet = CodeSet<Requirement, std::uint8_t>;

// What came of trying to meet the person.
enum class Contact : std::uint8_t { attended, did_not_attend, no_contact };

// Who asks. The core checks that a practice or hub touches only its own.
enum class Role : std::uint8_t { system, practice, hub, place, ops };

enum class Source : std::uint8_t { api, bars, form, import };

// What a person may agree to, each by itself.
enum class Purpose : std::uint8_t {
    share_with_hub, contact_person, contact_related_person, share_status_with_referrer,
    share_outcome_with_gp, store_adjustments, use_in_aggregates, research,
};
inline constexpr std::size_t purposes = 8;
// Who could say so for the person, and how it was said.
enum class ConsentBasis : std::uint8_t { self, lasting_power_of_attorney, best_interest };
enum class ConsentHow : std::uint8_t { verbal, written, online };

// Small scales on which a change can be seen, each recorded before and after: 0 to scale_max(measure).
enum class Measure : std::uint8_t {
    confidence_online, confidence_nhs_app, foundation_tasks, has_device, has_data, uses_nhs_app,
    needs_less_help, less_isolated,
};
std::uint8_t scale_max(Measure measure);
enum class Moment : std::uint8_t { before, after };

template <class Code>
std::string_view name(Code code);
template <class Code>
std::optional<Code> parse(std::string_view text);
// All codes in order of their value; names.size() is their number.
template <class Code>
std::span<const std::string_view> names();

}  // namespace hubward::matcher
