// SPDX-License-Identifier: Apache-2.0
//
// What a hub, or those who care for it, say about the hub: who it is, what it has, that it closes.
#include <algorithm>
#include <array>

#include "matcher/batch_limits.hpp"
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

// The hub's live offers, oldest first: those that wait for its answer and, with everybody, those of
// people it has. They are among the newest of all offers, so the search goes backwards and ends when
// it has found as many as the hub counts.
std::vector<OfferIndex> live_offers_of(const Draft& draft, HubIndex hub, Whom whom) {
    const Hub& it = draft.at(hub);
    const std::vector<Offer>& before = draft.before().offers;
    const std::size_t wanted = it.open_offers + (whom == Whom::everybody ? it.with_person : 0);
    std::vector<OfferIndex> found;
    found.reserve(wanted);
    for (std::size_t i = slot(draft.next_offer()); i-- > 0 && found.size() < wanted;) {
        if (i < before.size() && before[i].hub != hub) {
            continue;  // a look into the draft is the dearer one
        }
        const OfferIndex index{static_cast<std::uint32_t>(i)};
        const Offer& offer = draft.at(index);
        const bool counts = whom == Whom::everybody ? !terminal(offer.status)
                                                    : effects::waits_for_answer(offer.status);
        if (offer.hub == hub && counts) {
            found.push_back(index);
        }
    }
    std::ranges::reverse(found);
    return found;
}

void report(Draft& draft, HubIndex hub, UnitKind kind, std::uint16_t total, const Actor& who) {
    draft.say(CapacityReported{hub, draft.next_seq(hub), kind, total, who.role});
}

// Of a session, those for whom it is the date: not who has begun or waits at the hub for another.
bool is_meant(const Offer& offer, SessionNumber session) {
    return session == no_session ||
           (offer.session == session &&
            (effects::waits_for_answer(offer.status) || offer.status == OfferStatus::accepted));
}

void let_go_of(Draft& draft, OfferIndex index, Reason reason, std::size_t& rerouted) {
    const ReferralIndex referral = draft.at(index).referral;
    if (effects::has_person(draft.at(index).status)) {
        draft.say(HubWithdrew{draft.on(index), reason});
    } else {
        draft.say(OfferCancelled{draft.on(index), reason});
    }
    const NeedMask open = needs_that_are(draft.at(referral), NeedStatus::open);
    if (give_back(draft, index) || open == 0) {
        return;
    }
    if (draft.at(referral).status == ReferralStatus::on_hold ||
        (draft.said() < limits::events_before_rerouting_ends && rerouted++ < limits::reroutes_per_command_max)) {
        route(draft, referral, open);
    } else {  // due at once: the next ticks route them
        draft.say(GapRecorded{draft.on(referral), open, Filter::hub_inactive, draft.at()});
    }
}

}  // namespace

void let_go(Draft& draft, HubIndex hub, Whom whom, Reason reason, std::span<const SessionNumber> sessions) {
    static constexpr std::array whole_hub{no_session};
    const std::vector<OfferIndex> live = live_offers_of(draft, hub, whom);  // once: it may look at millions
    std::size_t rerouted = 0;
    for (const SessionNumber session : sessions.empty() ? std::span<const SessionNumber>(whole_hub) : sessions) {
        for (const OfferIndex index : live) {
            if (draft.said() >= limits::events_before_letting_go_ends) {
                return;
            }
            if (!terminal(draft.at(index).status) && is_meant(draft.at(index), session)) {
                let_go_of(draft, index, reason, rerouted);
            }
        }
    }
}

Handled handle(Draft& draft, const UpsertHub& command, const Actor& actor) {
    const auto known = draft.before().find(command.profile.id);
    if (!speaks_for(actor, command.profile) ||
        (known && !speaks_for(actor, draft.at(*known).profile))) {
        return refuse(Refused::not_found);
    }
    // The slug names the hub's stream, so it stays for good.
    if (!command.profile.id || command.profile.slug.empty() ||
        (known && draft.at(*known).profile.slug != command.profile.slug)) {
        return refuse(Refused::id_taken);
    }
    const std::uint32_t version = known ? draft.at(*known).version : 0;
    if (command.expected_version != 0 && command.expected_version != version) {
        return std::unexpected(Rejection{.why = Refused::version_changed, .version = version});
    }
    if (!command.profile.hours.sound() || !command.profile.closures.sound()) {
        return refuse(Refused::calendar_invalid);
    }
    if (!sound(command.profile.weekly)) {
        return refuse(Refused::session_invalid);
    }
    if (!sound(command.profile.kept)) {
        return refuse(Refused::reserve_invalid);
    }
    if (std::ranges::any_of(command.totals, [](auto total) { return total > limits::units_max; })) {
        return refuse(Refused::units_out_of_range);
    }
    if (!known && draft.before().hubs.size() >= limits::hubs_max) {
        return refuse(Refused::full);
    }
    const HubIndex hub = known ? *known : draft.next_hub();
    draft.say(HubUpserted{hub, draft.next_seq(hub), command.profile});
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const bool stated = !known || command.set_totals;
        // A directory that says again what it said before confirms nothing.
        if (stated && command.totals[k] != draft.at(hub).capacity[k].maximum) {
            report(draft, hub, static_cast<UnitKind>(k), command.totals[k], actor);
        }
    }
    plan_sessions(draft, hub);
    if (!command.profile.active && known) {
        let_go(draft, hub, Whom::asked, Reason::hub_closed);  // people the hub has accepted stay with it
    }
    fill_gaps(draft, hub);
    return {};
}

Handled handle(Draft& draft, const SetCapacity& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    if (!hub || !speaks_for(actor, draft.at(*hub).profile)) {
        return refuse(Refused::not_found);
    }
    const std::uint32_t version = draft.at(*hub).version;
    if (command.expected_version != 0 && command.expected_version != version) {
        return std::unexpected(Rejection{.why = Refused::version_changed, .version = version});
    }
    if (command.total > limits::units_max || static_cast<std::size_t>(command.kind) >= unit_kinds) {
        return refuse(Refused::units_out_of_range);
    }
    report(draft, *hub, command.kind, command.total, actor);
    fill_gaps(draft, *hub);
    return {};
}

Handled handle(Draft& draft, const ConfirmCapacity& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    if (!hub || !speaks_for(actor, draft.at(*hub).profile)) {
        return refuse(Refused::not_found);
    }
    const std::uint32_t version = draft.at(*hub).version;
    if (command.expected_version != 0 && command.expected_version != version) {
        return std::unexpected(Rejection{.why = Refused::version_changed, .version = version});
    }
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        // Every hub has places, be they none; of what it never spoke it confirms nothing.
        const Capacity& capacity = draft.at(*hub).capacity[k];
        if (static_cast<UnitKind>(k) == UnitKind::place || capacity.updated != Timestamp{}) {
            report(draft, *hub, static_cast<UnitKind>(k), capacity.maximum, actor);
        }
    }
    fill_gaps(draft, *hub);
    return {};
}

Handled handle(Draft& draft, const CloseReview& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    // A hub does not judge itself.
    if (!hub || actor.role == Role::hub || !speaks_for(actor, draft.at(*hub).profile)) {
        return refuse(Refused::not_found);
    }
    if (draft.at(*hub).reviews[static_cast<std::size_t>(command.what)].open != 0) {
        draft.say(ReviewClosed{*hub, draft.next_seq(*hub), command.what});
    }
    return {};
}

Handled handle(Draft& draft, const CloseHub& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    if (!hub || !speaks_for(actor, draft.at(*hub).profile)) {
        return refuse(Refused::not_found);
    }
    const Hub& it = draft.at(*hub);
    if (command.expected_version != 0 && command.expected_version != it.version) {
        return std::unexpected(Rejection{.why = Refused::version_changed, .version = it.version});
    }
    if (it.profile.active) {
        draft.say(HubClosed{*hub, draft.next_seq(*hub)});
    }
    let_go(draft, *hub, Whom::everybody, Reason::hub_closed);
    fill_gaps(draft);
    return {};
}

Handled handle(Draft& draft, const SetPrice& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    // Neither a hub nor its place says what others' places are worth.
    if (!hub || (actor.role != Role::ops && actor.role != Role::system)) {
        return refuse(Refused::not_found);
    }
    if (command.price > limits::weight_max) {
        return refuse(Refused::units_out_of_range);
    }
    if (draft.at(*hub).price != command.price) {
        draft.say(PriceSet{*hub, draft.next_seq(*hub), command.price});
    }
    return {};
}

}  // namespace hubward::matcher
