// SPDX-License-Identifier: Apache-2.0
//
// One handler for each command: checks, then says events on the draft. decide() picks the handler.
// Internal to the room. A handler that refuses has said nothing.
#pragma once

#include <expected>
#include <span>

#include "matcher/command.hpp"
#include "matcher/draft.hpp"
#include "matcher/rejection.hpp"

namespace hubward::matcher {

using Handled = std::expected<void, Rejection>;

Handled handle(Draft& draft, const SubmitReferral& command, const Actor& actor);
Handled handle(Draft& draft, const WithdrawReferral& command, const Actor& actor);
Handled handle(Draft& draft, const DiscloseDetails& command, const Actor& actor);

// rules.cpp
Handled handle(Draft& draft, const AdoptPolicy& command, const Actor& actor);
Handled handle(Draft& draft, const AdoptCare& command, const Actor& actor);
Handled handle(Draft& draft, const SetCalendarYear& command, const Actor& actor);

// timers.cpp
Handled handle(Draft& draft, const Tick& command, const Actor& actor);

// life_cycle.cpp
Handled handle(Draft& draft, const PauseReferral& command, const Actor& actor);
Handled handle(Draft& draft, const ResumeReferral& command, const Actor& actor);
Handled handle(Draft& draft, const ReopenReferral& command, const Actor& actor);
Handled handle(Draft& draft, const MarkError& command, const Actor& actor);

// owners.cpp
Handled handle(Draft& draft, const ReleaseNeeds& command, const Actor& actor);
Handled handle(Draft& draft, const CloseNeed& command, const Actor& actor);
Handled handle(Draft& draft, const AssignOwner& command, const Actor& actor);

// appointments.cpp
Handled handle(Draft& draft, const BookAppointment& command, const Actor& actor);
Handled handle(Draft& draft, const RecordContact& command, const Actor& actor);
Handled handle(Draft& draft, const WaitlistAtHub& command, const Actor& actor);

// transfer.cpp
Handled handle(Draft& draft, const TransferOffer& command, const Actor& actor);

// offer_answers.cpp
Handled handle(Draft& draft, const OpenOffer& command, const Actor& actor);
Handled handle(Draft& draft, const AcceptOffer& command, const Actor& actor);
Handled handle(Draft& draft, const DeclineOffer& command, const Actor& actor);
Handled handle(Draft& draft, const StartSupport& command, const Actor& actor);
Handled handle(Draft& draft, const ReturnOffer& command, const Actor& actor);
Handled handle(Draft& draft, const RecordOutcome& command, const Actor& actor);

// consent.cpp
Handled handle(Draft& draft, const GiveConsent& command, const Actor& actor);
Handled handle(Draft& draft, const WithdrawConsent& command, const Actor& actor);
Handled handle(Draft& draft, const EraseReferral& command, const Actor& actor);
Handled handle(Draft& draft, const ConfirmErasure& command, const Actor& actor);
Handled handle(Draft& draft, const MovePerson& command, const Actor& actor);

// outcomes.cpp
Handled handle(Draft& draft, const RecordPersonWord& command, const Actor& actor);
Handled handle(Draft& draft, const RecordMeasure& command, const Actor& actor);
Handled handle(Draft& draft, const CloseFollowUp& command, const Actor& actor);
Handled handle(Draft& draft, const AddNeed& command, const Actor& actor);

// choice.cpp
Handled handle(Draft& draft, const ChooseHub& command, const Actor& actor);

// hub_commands.cpp
Handled handle(Draft& draft, const UpsertHub& command, const Actor& actor);
Handled handle(Draft& draft, const SetCapacity& command, const Actor& actor);
Handled handle(Draft& draft, const ConfirmCapacity& command, const Actor& actor);
Handled handle(Draft& draft, const CloseReview& command, const Actor& actor);
Handled handle(Draft& draft, const CloseHub& command, const Actor& actor);
Handled handle(Draft& draft, const SetPrice& command, const Actor& actor);

// session_commands.cpp
Handled handle(Draft& draft, const PublishSession& command, const Actor& actor);
Handled handle(Draft& draft, const CancelSession& command, const Actor& actor);
Handled handle(Draft& draft, const SetSeats& command, const Actor& actor);
// The sessions that follow from the hub's weekly slots: those of the next days, once more when the slots
// have changed. Sessions of slots that are gone end when nobody is in them.
// And the hub's next moment: when more of them are due, or when its closed days end.
void plan_sessions(Draft& draft, HubIndex hub);
// Whether closed days of the hub have ended between `due` and now.
bool opened_again_since(const Hub& hub, Timestamp due, Timestamp now);

// Those whom the hub was asked for, or with everybody also those whom it has, of some sessions or all (none named).
enum class Whom : std::uint8_t { asked, everybody };
// The hub leaves these people: they are offered elsewhere, the first of them at once.
void let_go(Draft& draft, HubIndex hub, Whom whom, Reason reason,
            std::span<const SessionNumber> sessions = {});

inline std::unexpected<Rejection> refuse(Refused why) {
    return std::unexpected(Rejection{.why = why});
}

// Whether the actor speaks for the hub: the hub itself, its place, or those who run the service.
bool speaks_for(const Actor& actor, const HubProfile& hub);

// The referral that somebody who is no hub asks about and whose it is, at the version they expect.
std::expected<ReferralIndex, Rejection> referral_for(const Draft& draft, ReferralId id,
                                                     const Actor& actor,
                                                     std::uint32_t expected_version);
// The offer that the command names, when the actor speaks for its hub and expects the version.
std::expected<OfferIndex, Rejection> offer_for(const Draft& draft, const OfferRef& ref,
                                               const Actor& actor);
std::unexpected<Rejection> forbids(const Referral& referral);
std::unexpected<Rejection> forbids(const Draft& draft, const Offer& offer);
// Ahead of now, and within a year.
bool lies_ahead(const Draft& draft, Timestamp date);

// The referral ends here: it and all its live offers.
void withdraw(Draft& draft, ReferralIndex referral, Reason reason, std::uint64_t note_slot = 0);
void cancel_live_offers(Draft& draft, ReferralIndex referral, Reason reason);
void complete_if_resolved(Draft& draft, ReferralIndex referral);

// The statement names a purpose, was made already, and has not ended.
bool consent_is_sound(const Draft& draft, const Consent& consent);
// Its time is up: hubs that have or were asked for the person let go, and the referrer has the needs.
void expire_consent(Draft& draft, ReferralIndex referral);
// Opens a follow-up when hub and person have said different things about the need, and ends it when
// they agree after all.
void compare_words(Draft& draft, ReferralIndex referral, std::uint8_t need);
// Nobody has asked both in time: the next step of the ladder.
void follow_up(Draft& draft, ReferralIndex referral);

// These needs wait for the place's owner, or for the practice, who look by a date. What a hub has stays there, and the
// owner looks beside it.
void hand_to_owner(Draft& draft, ReferralIndex referral, NeedMask needs, Reason reason);
// … missing facts only so often: then the owner.
void return_to_referrer(Draft& draft, ReferralIndex referral, NeedMask needs, Reason reason);

inline constexpr NeedMask all_needs = 0xFF;
// What follows when an offer has just ended for a reason: see reasons.hpp. A reason that closes needs closes of those
// that are open the ones named here; the others are routed on.
void follow(Draft& draft, OfferIndex offer, Reason reason, NeedMask closes = all_needs);
// Other hubs that have or were asked for any of its needs are told at once. True when there was one.
bool cancel_others(Draft& draft, OfferIndex offer);
// The hub that passed these needs on has them back, if one did. True when so.
bool give_back(Draft& draft, OfferIndex ended);

}  // namespace hubward::matcher
