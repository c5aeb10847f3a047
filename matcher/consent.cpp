// SPDX-License-Identifier: Apache-2.0
//
// What the person agrees to, takes back, or has destroyed. Consent is a rule of the core: without
// share-with-hub nothing is offered, accepted or read, whoever asks.
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {

namespace {

// Said already, at most a minute ahead of our clock, and not ended before it begins.
bool is_sound(const Draft& draft, const Consent& consent) {
    constexpr std::chrono::minutes clocks_differ{1};
    return !consent.purposes.empty() && consent.when <= draft.at() + clocks_differ &&
           consent.until > draft.at();
}

}  // namespace

bool consent_is_sound(const Draft& draft, const Consent& consent) {
    return is_sound(draft, consent);
}

Handled handle(Draft& draft, const GiveConsent& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (draft.at(*index).status == ReferralStatus::entered_in_error) {
        return forbids(draft.at(*index));
    }
    if (!is_sound(draft, command.consent)) {
        return refuse(Refused::consent_invalid);
    }
    draft.say(ConsentGiven{draft.on(*index), command.consent});
    return {};
}

Handled handle(Draft& draft, const WithdrawConsent& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    PurposeSet ended = command.purposes;
    ended.bits = static_cast<std::uint8_t>(ended.bits & draft.at(*index).consents.given.bits);
    if (ended.empty()) {
        return refuse(Refused::consent_invalid);
    }
    draft.say(ConsentWithdrawn{draft.on(*index), ended});
    if (ended.has(Purpose::share_with_hub) && live(draft.at(*index))) {
        withdraw(draft, *index, Reason::consent_withdrawn);
        fill_gaps(draft);
    }
    return {};
}

// Nobody is lost by a date: what no hub may have any more goes back to whoever can ask the person.
void expire_consent(Draft& draft, ReferralIndex index) {
    const PurposeSet ended = draft.at(index).consents.ended_by(draft.at());
    draft.say(ConsentExpired{draft.on(index), ended});
    if (!ended.has(Purpose::share_with_hub) || !live(draft.at(index))) {
        return;
    }
    cancel_live_offers(draft, index, Reason::consent_expired);
    const Referral& referral = draft.at(index);
    const auto needs = static_cast<NeedMask>(needs_that_are(referral, NeedStatus::open) |
                                             needs_that_are(referral, NeedStatus::gap));
    if (needs != 0) {
        const Timestamp review = draft.at() + std::chrono::milliseconds(draft.how().referrer_review_ms);
        draft.say(ReturnedToReferrer{draft.on(index), needs, Reason::consent_expired,
                                     std::min(referral.review_at, review)});
    }
}

Handled handle(Draft& draft, const EraseReferral& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (actor.role == Role::practice) {
        return refuse(Refused::not_found);  // a practice asks the place, which looks first
    }
    const Referral& referral = draft.at(*index);
    if (actor.role == Role::place && referral.first_offer == no_offer && referral.ask.place.empty()) {
        return refuse(Refused::not_found);  // every place may look after them, so none may end what no one brings back
    }
    if (live(draft.at(*index))) {
        withdraw(draft, *index, Reason::erased);
    }
    draft.say(Erased{draft.on(*index)});
    fill_gaps(draft);
    return {};
}

Handled handle(Draft& draft, const ConfirmErasure& command, const Actor& actor) {
    const auto index = draft.before().find(command.referral);
    if (!index || actor.role != Role::system) {
        return refuse(Refused::not_found);
    }
    if (draft.at(*index).erasure == Erasure::ordered) {  // said twice, it is said once
        draft.say(KeyShredded{draft.on(*index)});
    }
    return {};
}

// The person lives elsewhere. Hubs that have them keep them; those that were only asked are told, and
// all that is open is matched once from the new address.
Handled handle(Draft& draft, const MovePerson& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!live(draft.at(*index))) {
        return forbids(draft.at(*index));
    }
    draft.say(PersonMoved{draft.on(*index), command.position, command.place, command.note_slot});
    for (OfferIndex i = draft.at(*index).first_offer; i != no_offer; i = draft.at(i).next) {
        if (effects::waits_for_answer(draft.at(i).status)) {
            draft.say(OfferCancelled{draft.on(i), Reason::person_moved});
            give_back(draft, i);
        }
    }
    const Referral& referral = draft.at(*index);
    route(draft, *index,
          static_cast<NeedMask>(needs_that_are(referral, NeedStatus::open) |
                                needs_that_are(referral, NeedStatus::gap)));
    fill_gaps(draft);
    return {};
}

}  // namespace hubward::matcher
