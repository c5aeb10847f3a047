// SPDX-License-Identifier: Apache-2.0
//
// Streams about offers: what staff of a hub do, and what they should not.
#include "tests/support/generator.hpp"

#include <algorithm>
#include <iterator>

namespace hubward::test {

using namespace matcher;

namespace {

constexpr Reason decline_reasons[] = {
    Reason::no_capacity,
    Reason::no_slot,
    Reason::not_eligible,
    Reason::person_declined,
    Reason::already_supported,
    Reason::safety_concern,
    Reason::missing_information,
    Reason::no_consent,
    Reason::other,
    Reason::too_far,
    Reason::home_visit_wanted,
    Reason::person_chose_other,
    Reason::not_suitable,
    Reason::need_not_offered,
    Reason::resource_missing,
    Reason::language_missing,
    Reason::could_not_contact_person,
    Reason::could_not_contact_hub,  // a place's to give
    Reason::hub_closed,  // the last is not a hub's to give
};

}  // namespace

Command Generator::on_offer(const State& seen, Actor& actor) {
    // Mostly one of the newest, which are still open.
    const std::size_t count = seen.offers.size();
    const std::size_t back =
        random_.below(random_.chance(80) ? std::min<std::size_t>(count, 12) : count);
    const Offer& offer = seen.offers[count - 1 - back];
    const Referral& referral = seen.at(offer.referral);
    OfferRef ref{referral.id, offer.ordinal, 0};
    if (random_.chance(10)) {
        ref.expected_version = random_.chance(70) ? referral.version : referral.version + 1;
    }
    actor = {Role::hub, seen.at(offer.hub).profile.slug};
    if (random_.chance(4)) {
        actor = {Role::hub, HubSlug(hub_slug(random_.below(settings_.hubs)))};
    } else if (random_.chance(4)) {
        actor = {Role::place, HubSlug("east")};
    }
    const Reason reason = decline_reasons[random_.below(std::size(decline_reasons))];
    const auto need = static_cast<std::uint8_t>(random_.below(4));
    const auto outcome = random_.chance(40) ? Outcome::need_met : static_cast<Outcome>(random_.below(13));
    switch (offer.status) {
        case OfferStatus::requested:
        case OfferStatus::received:
            switch (random_.below(10)) {
                case 0:
                case 1:
                    return OpenOffer{ref};
                case 2:
                case 3:
                case 4:
                    return DeclineOffer{ref, reason, random_.chance(85) ? random_.next() | 1 : 0,
                                        duplicate(seen, reason)};
                case 5:
                    return RecordOutcome{ref, need, outcome};
                default:
                    return AcceptOffer{ref};
            }
        default:
            // What only few states allow is asked for in them.
            if (offer.appointment != never && random_.chance(55)) {
                return RecordContact{ref, static_cast<Contact>(random_.below(2))};
            }
            if (offer.status == OfferStatus::accepted && random_.chance(25)) {
                return BookAppointment{ref, date(seen),
                                       random_.chance(50) ? some_session(seen.at(offer.hub)) : no_session};
            }
            if (offer.status == OfferStatus::in_progress && random_.chance(70)) {
                return TransferOffer{ref, {}};
            }
            switch (random_.below(18)) {
                case 15:
                case 16:
                    return RecordMeasure{ref, static_cast<Measure>(random_.below(8)),
                                         static_cast<Moment>(random_.below(2)),
                                         static_cast<std::uint8_t>(random_.below(12))};
                case 17:
                    return AddNeed{ref, common_needs[random_.below(std::size(common_needs))]};
                case 0:
                    return ReturnOffer{ref, random_.chance(60) ? Reason::hub_withdrew : reason,
                                       random_.chance(85) ? random_.next() | 1 : 0};
                case 1:
                case 8:
                    return StartSupport{ref};
                case 2:
                    return AcceptOffer{ref};
                case 3:
                case 4:
                    return BookAppointment{ref, date(seen)};
                case 5:
                case 6:
                    return RecordContact{ref, static_cast<Contact>(random_.below(3))};
                case 7:
                    return WaitlistAtHub{ref, date(seen)};
                case 9:
                case 10:
                    return TransferOffer{ref, random_.chance(50)
                                                  ? HubId{}
                                                  : generated_hub(random_.below(settings_.hubs + 1))};
                default:
                    return RecordOutcome{ref, need, outcome};
            }
    }
}

}  // namespace hubward::test
