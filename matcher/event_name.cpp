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
};
static_assert(std::size(event_names) == std::variant_size_v<Event>);

}  // namespace

const char* event_name(const Event& event) {
    return event_names[event.index()];
}

}  // namespace hubward::matcher
