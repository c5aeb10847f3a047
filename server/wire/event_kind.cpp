// SPDX-License-Identifier: Apache-2.0
#include "server/wire/event_kind.hpp"

#include <variant>

namespace hubward::server::wire {

Kind kind_of(const matcher::Event& event) {
    struct Name {
        Kind operator()(const matcher::HubUpserted&) { return {"hub.updated", "HubUpserted"}; }
        Kind operator()(const matcher::CapacityReported&) {
            return {"hub.capacity-reported", "CapacityReported"};
        }
        Kind operator()(const matcher::CapacityDecayed&) {
            return {"hub.capacity-decayed", "CapacityDecayed"};
        }
        Kind operator()(const matcher::PolicyAdopted&) { return {"policy.adopted", "PolicyAdopted"}; }
        Kind operator()(const matcher::ReferralSubmitted&) {
            return {"referral.submitted", "ReferralSubmitted"};
        }
        Kind operator()(const matcher::Offered&) { return {"referral.offered", "Offered"}; }
        Kind operator()(const matcher::GapRecorded&) {
            return {"referral.gap-recorded", "GapRecorded"};
        }
        Kind operator()(const matcher::Opened&) { return {"offer.opened", "Opened"}; }
        Kind operator()(const matcher::Accepted&) { return {"offer.accepted", "Accepted"}; }
        Kind operator()(const matcher::Declined&) { return {"offer.declined", "Declined"}; }
        Kind operator()(const matcher::OfferExpired&) { return {"offer.expired", "OfferExpired"}; }
        Kind operator()(const matcher::OfferCancelled&) {
            return {"offer.cancelled", "OfferCancelled"};
        }
        Kind operator()(const matcher::SupportStarted&) {
            return {"offer.started", "SupportStarted"};
        }
        Kind operator()(const matcher::HubWithdrew&) { return {"offer.returned", "HubWithdrew"}; }
        Kind operator()(const matcher::OutcomeRecorded&) {
            return {"offer.outcome-recorded", "OutcomeRecorded"};
        }
        Kind operator()(const matcher::OfferCompleted&) {
            return {"offer.completed", "OfferCompleted"};
        }
        Kind operator()(const matcher::Withdrawn&) { return {"referral.withdrawn", "Withdrawn"}; }
        Kind operator()(const matcher::AllNeedsResolved&) {
            return {"referral.completed", "AllNeedsResolved"};
        }
        Kind operator()(const matcher::DetailsDisclosed&) {
            return {"referral.details-disclosed", "DetailsDisclosed"};
        }
        Kind operator()(const matcher::ChoiceMade&) {
            return {"referral.choice-made", "ChoiceMade"};
        }
        Kind operator()(const matcher::AppointmentBooked&) {
            return {"offer.appointment-booked", "AppointmentBooked"};
        }
        Kind operator()(const matcher::Attended&) { return {"offer.attended", "Attended"}; }
        Kind operator()(const matcher::DidNotAttend&) {
            return {"offer.did-not-attend", "DidNotAttend"};
        }
        Kind operator()(const matcher::NoContact&) { return {"offer.no-contact", "NoContact"}; }
        Kind operator()(const matcher::WaitlistedAtHub&) {
            return {"offer.waitlisted", "WaitlistedAtHub"};
        }
        Kind operator()(const matcher::TransferRequested&) {
            return {"offer.transfer-requested", "TransferRequested"};
        }
        Kind operator()(const matcher::TransferEnded&) {
            return {"offer.transfer-ended", "TransferEnded"};
        }
        Kind operator()(const matcher::OfferReminded&) {
            return {"offer.reminded", "OfferReminded"};
        }
        Kind operator()(const matcher::Escalated&) { return {"offer.escalated", "Escalated"}; }
        Kind operator()(const matcher::ReferralEscalated&) {
            return {"referral.escalated", "ReferralEscalated"};
        }
        Kind operator()(const matcher::ReturnedToReferrer&) {
            return {"referral.returned-to-referrer", "ReturnedToReferrer"};
        }
        Kind operator()(const matcher::HandedToOwner&) {
            return {"referral.handed-to-owner", "HandedToOwner"};
        }
        Kind operator()(const matcher::OwnerAssigned&) {
            return {"referral.owner-assigned", "OwnerAssigned"};
        }
        Kind operator()(const matcher::NeedsReleased&) {
            return {"referral.needs-released", "NeedsReleased"};
        }
        Kind operator()(const matcher::AskNarrowed&) {
            return {"referral.narrowed", "AskNarrowed"};
        }
        Kind operator()(const matcher::NeedClosed&) {
            return {"referral.need-closed", "NeedClosed"};
        }
        Kind operator()(const matcher::Paused&) { return {"referral.paused", "Paused"}; }
        Kind operator()(const matcher::Resumed&) { return {"referral.resumed", "Resumed"}; }
        Kind operator()(const matcher::Reopened&) { return {"referral.reopened", "Reopened"}; }
        Kind operator()(const matcher::MarkedError&) {
            return {"referral.marked-in-error", "MarkedError"};
        }
        Kind operator()(const matcher::ReviewOpened&) {
            return {"hub.review-opened", "ReviewOpened"};
        }
        Kind operator()(const matcher::ReviewClosed&) {
            return {"hub.review-closed", "ReviewClosed"};
        }
        Kind operator()(const matcher::HubClosed&) { return {"hub.closed", "HubClosed"}; }
        Kind operator()(const matcher::RequirementRelaxed&) {
            return {"referral.requirement-relaxed", "RequirementRelaxed"};
        }
        Kind operator()(const matcher::OnwardLinked&) {
            return {"referral.onward-linked", "OnwardLinked"};
        }
        Kind operator()(const matcher::SessionPublished&) {
            return {"hub.session-published", "SessionPublished"};
        }
        Kind operator()(const matcher::SessionCancelled&) {
            return {"hub.session-cancelled", "SessionCancelled"};
        }
        Kind operator()(const matcher::SessionsPlanned&) {
            return {"hub.sessions-planned", "SessionsPlanned"};
        }
        Kind operator()(const matcher::PriceSet&) { return {"hub.price-set", "PriceSet"}; }
        Kind operator()(const matcher::CareAdopted&) { return {"care.adopted", "CareAdopted"}; }
        Kind operator()(const matcher::CalendarYearSet&) {
            return {"calendar.year-set", "CalendarYearSet"};
        }
        Kind operator()(const matcher::ConsentGiven&) {
            return {"referral.consent-given", "ConsentGiven"};
        }
        Kind operator()(const matcher::ConsentWithdrawn&) {
            return {"referral.consent-withdrawn", "ConsentWithdrawn"};
        }
        Kind operator()(const matcher::ConsentExpired&) {
            return {"referral.consent-expired", "ConsentExpired"};
        }
        Kind operator()(const matcher::Erased&) { return {"referral.erased", "Erased"}; }
        Kind operator()(const matcher::KeyShredded&) {
            return {"referral.key-shredded", "KeyShredded"};
        }
        Kind operator()(const matcher::PersonAnswered&) {
            return {"referral.person-answered", "PersonAnswered"};
        }
        Kind operator()(const matcher::MeasureRecorded&) {
            return {"offer.measure-recorded", "MeasureRecorded"};
        }
        Kind operator()(const matcher::OutcomeDisputed&) {
            return {"referral.outcome-disputed", "OutcomeDisputed"};
        }
        Kind operator()(const matcher::FollowUpEscalated&) {
            return {"referral.follow-up-escalated", "FollowUpEscalated"};
        }
        Kind operator()(const matcher::FollowUpClosed&) {
            return {"referral.follow-up-closed", "FollowUpClosed"};
        }
        Kind operator()(const matcher::NeedAdded&) { return {"referral.need-added", "NeedAdded"}; }
        Kind operator()(const matcher::PersonMoved&) {
            return {"referral.person-moved", "PersonMoved"};
        }
        Kind operator()(const matcher::HouseholdSplit&) {
            return {"referral.household-split", "HouseholdSplit"};
        }
    };
    return std::visit(Name{}, event);
}

}  // namespace hubward::server::wire
