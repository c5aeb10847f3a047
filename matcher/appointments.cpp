// SPDX-License-Identifier: Apache-2.0
//
// Between acceptance and outcome: dates, tries to reach the person, and a hub's own waiting list.
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"
#include "matcher/waits.hpp"

namespace hubward::matcher {
namespace {

bool supports(const Offer& offer) {
    return offer.status == OfferStatus::accepted || offer.status == OfferStatus::in_progress;
}

std::uint8_t one_more(std::uint8_t count) {
    return count == UINT8_MAX ? count : static_cast<std::uint8_t>(count + 1);
}

// Too many tries: the hub gives up in order, and a person of the place looks.
void give_up_after(Draft& draft, OfferIndex index, std::uint8_t tries) {
    if (tries >= draft.how().contact_tries_max) {
        draft.say(HubWithdrew{draft.on(index), Reason::could_not_contact_person, 0});
        follow(draft, index, Reason::could_not_contact_person);
    }
}

bool helps_with(const Session& session, const Ask& ask, NeedMask needs) {
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((needs >> i & 1) != 0 && unit_for(ask.needs[i]) == UnitKind::place &&
            !session.needs.has(ask.needs[i])) {
            return false;
        }
    }
    return true;
}

// The session is the date: the person has a seat there instead of the place they had.
Handled book_seat(Draft& draft, OfferIndex index, SessionNumber number) {
    const Offer offer = draft.at(index);
    const Hub& hub = draft.at(offer.hub);
    const Session* session = find(hub.sessions, number);
    constexpr auto place = static_cast<std::size_t>(UnitKind::place);
    const Ask& ask = draft.at(offer.referral).ask;
    std::uint16_t places = units_for(ask, offer.needs)[place];
    if (session == nullptr || !session->takes(draft.at()) || places == 0 ||
        !helps_with(*session, ask, offer.needs)) {
        return refuse(Refused::session_invalid);
    }
    const Question q = question_about(draft, draft.at(offer.referral), offer.needs, {});
    const unsigned apart = kept_from(q, hub.profile, offer.needs)[place];
    places = ask.whole_session ? session->seats : places;
    if (number != offer.session && places + apart > session->room()) {
        return refuse(Refused::no_unit_left);
    }
    const auto after = std::chrono::milliseconds(draft.how().after_appointment_ms);
    draft.say(AppointmentBooked{draft.on(index), session->starts, session->ends + after, number, places});
    fill_gaps(draft, offer.hub);
    return {};
}

// A date of its own. Who sat in a session leaves it, for a running place if there is one; without one
// the hub finds room beside what it counts.
Handled book_date(Draft& draft, OfferIndex index, Timestamp starts) {
    const Offer offer = draft.at(index);
    constexpr auto place = static_cast<std::size_t>(UnitKind::place);
    const std::uint16_t wanted = units_for(draft.at(offer.referral).ask, offer.needs)[place];
    const bool fits = wanted <= draft.at(offer.hub).capacity[place].room();
    const auto after = std::chrono::milliseconds(draft.how().after_appointment_ms);
    draft.say(AppointmentBooked{draft.on(index), starts, starts + after, no_session,
                                offer.session == no_session ? offer.units[place]
                                : fits                      ? wanted
                                                            : std::uint16_t{0}});
    if (offer.session != no_session) {
        fill_gaps(draft, offer.hub);
    }
    return {};
}

}  // namespace

Handled handle(Draft& draft, const BookAppointment& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Offer& offer = draft.at(*index);
    if (!supports(offer) && (offer.status != OfferStatus::on_hold || offer.transfer)) {
        return forbids(draft, offer);
    }
    if (command.session != no_session) {
        return book_seat(draft, *index, command.session);
    }
    if (!lies_ahead(draft, command.starts)) {
        return refuse(Refused::date_invalid);
    }
    return book_date(draft, *index, command.starts);
}

Handled handle(Draft& draft, const RecordContact& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Offer offer = draft.at(*index);
    const bool about_a_date = command.what != Contact::no_contact;
    if (!supports(offer) || (about_a_date && offer.appointment == never)) {
        return forbids(draft, offer);
    }
    const Timestamp contact = contact_due(draft, draft.at(offer.hub), draft.at(offer.referral).ask);
    switch (command.what) {
        case Contact::attended:
            draft.say(Attended{draft.on(*index), check_in_due(draft)});
            break;
        case Contact::did_not_attend:
            draft.say(DidNotAttend{draft.on(*index), one_more(offer.missed), contact});
            give_up_after(draft, *index, one_more(offer.missed));
            break;
        case Contact::no_contact:
            draft.say(NoContact{draft.on(*index), one_more(offer.tries),
                                offer.appointment == never ? contact : offer.due});
            give_up_after(draft, *index, one_more(offer.tries));
            break;
    }
    return {};
}

Handled handle(Draft& draft, const WaitlistAtHub& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!supports(draft.at(*index))) {
        return forbids(draft, draft.at(*index));
    }
    if (!lies_ahead(draft, command.review_at)) {
        return refuse(Refused::date_invalid);
    }
    draft.say(WaitlistedAtHub{draft.on(*index), command.review_at});
    return {};
}

}  // namespace hubward::matcher
