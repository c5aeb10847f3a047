// SPDX-License-Identifier: Apache-2.0
#include "matcher/event.hpp"

namespace hubward::matcher {
namespace {

constexpr const char* event_names[] = {
    "HubUpserted",    "CapacityReported", "PolicyAdopted",    "ReferralSubmitted", "Offered",
    "GapRecorded",    "Opened",           "Accepted",         "Declined",          "OfferExpired",
    "OfferCancelled", "SupportStarted",   "HubWithdrew",      "OutcomeRecorded",   "OfferCompleted",
    "Withdrawn",      "AllNeedsResolved", "DetailsDisclosed",  "ChoiceMade",
    "AppointmentBooked", "Attended",      "DidNotAttend",     "NoContact",  "WaitlistedAtHub",
    "TransferRequested", "TransferEnded", "OfferReminded",    "Escalated",  "ReferralEscalated",
    "ReturnedToReferrer", "HandedToOwner", "OwnerAssigned",   "NeedsReleased", "AskNarrowed",
    "NeedClosed",     "Paused",           "Resumed",          "Reopened",   "MarkedError",
    "ReviewOpened",   "ReviewClosed",     "HubClosed",        "CareAdopted", "CalendarYearSet",
    "RequirementRelaxed", "PriceSet",
    "CapacityDecayed",
    "ConsentGiven",   "ConsentWithdrawn", "ConsentExpired",   "Erased",     "KeyShredded",
    "PersonAnswered", "MeasureRecorded",  "OutcomeDisputed",  "FollowUpEscalated",
    "FollowUpClosed", "NeedAdded",        "PersonMoved",      "HouseholdSplit",
    "SessionPublished", "SessionCancelled", "SessionsPlanned", "OnwardLinked",
};
static_assert(std::size(event_names) == std::variant_size_v<Event>);

}  // namespace

std::uint64_t note_slot_of(const Event& event) {
    return std::visit(
        [](const auto& e) -> std::uint64_t {
            if constexpr (requires { e.note_slot; }) {
                return e.note_slot;
            } else {
                return 0;
            }
        },
        event);
}

const char* event_name(const Event& event) {
    return event_names[event.index()];
}

}  // namespace hubward::matcher
