// SPDX-License-Identifier: Apache-2.0
#include "matcher/decide.hpp"

#include <algorithm>

#include "matcher/danger.hpp"
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"
#include "matcher/whose.hpp"

namespace hubward::matcher {

std::expected<void, Rejection> decide(const State& state, const Command& command,
                                      const Actor& actor, Timestamp at, std::vector<Event>& out) {
    invariant(at >= state.last_time, "time ran backwards");
    Draft draft(state, at, out);
    return std::visit([&](const auto& c) { return handle(draft, c, actor); }, command);
}

std::vector<Ranked> rank(const State& state, const Question& question) {
    std::vector<Ranked> all;
    all.reserve(state.hubs.size());
    for (std::uint32_t i = 0; i < state.hubs.size(); ++i) {
        all.push_back({HubIndex{i}, judge(question, state.hubs[i])});
    }
    std::ranges::sort(all, [&](const Ranked& a, const Ranked& b) {
        const bool a_passed = a.verdict.filter == Filter::passed;
        const bool b_passed = b.verdict.filter == Filter::passed;
        if (a_passed != b_passed) {
            return a_passed;
        }
        return better(a.verdict.score.total(), state.at(a.hub).profile.id, b.verdict.score.total(),
                      state.at(b.hub).profile.id);
    });
    return all;
}

namespace {

// One to needs_max needs, each once.
bool needs_are_sound(const Ask& ask) {
    if (ask.need_count == 0 || ask.need_count > limits::needs_max || ask.load == 0 ||
        ask.load > limits::load_max) {
        return false;
    }
    NeedSet seen;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if (seen.has(ask.needs[i])) {
            return false;
        }
        seen.add(ask.needs[i]);
    }
    return true;
}

// The referral for whose need this one is made: of the same practice, so that both are its own to see.
std::optional<ReferralIndex> onward_of(const Draft& draft, const SubmitReferral& command) {
    const auto index = command.onward_of ? draft.before().find(command.onward_of) : std::nullopt;
    if (!index) {
        return std::nullopt;
    }
    const Referral& origin = draft.at(*index);
    std::size_t made = 0;
    for (ReferralIndex i = origin.onward_first; i != no_referral; i = draft.at(i).onward_next) {
        ++made;
    }
    const bool fits = made < limits::onward_max && origin.practice == command.practice && origin.erasure == Erasure::none &&
                      command.onward_need < origin.ask.need_count;
    return fits ? index : std::nullopt;
}

}  // namespace

std::expected<ReferralIndex, Rejection> referral_for(const Draft& draft, ReferralId id,
                                                     const Actor& actor,
                                                     std::uint32_t expected_version) {
    const auto index = draft.before().find(id);
    if (!index || actor.role == Role::hub || !owns(draft.before(), actor, draft.at(*index))) {
        return refuse(Refused::not_found);
    }
    const Referral& referral = draft.at(*index);
    if (referral.erasure != Erasure::none) {
        return refuse(Refused::erased);
    }
    if (expected_version != 0 && expected_version != referral.version) {
        return std::unexpected(
            Rejection{.why = Refused::version_changed, .version = referral.version});
    }
    return *index;
}

std::unexpected<Rejection> forbids(const Referral& referral) {
    return std::unexpected(
        Rejection{.why = Refused::state_forbids, .referral_status = referral.status});
}

Handled handle(Draft& draft, const SubmitReferral& command, const Actor& actor) {
    const State& state = draft.before();
    if (actor.role == Role::hub ||
        (actor.role == Role::practice && actor.subject.view() != command.practice.view())) {
        return refuse(Refused::not_found);
    }
    if (!command.share_with_hub) {
        return refuse(Refused::consent_missing);
    }
    if (!command.consent.purposes.has(Purpose::share_with_hub) ||
        !consent_is_sound(draft, command.consent)) {
        return refuse(Refused::consent_invalid);
    }
    if (!needs_are_sound(command.ask)) {
        return refuse(Refused::needs_missing);
    }
    if (!command.id || state.find(command.id)) {
        return refuse(Refused::id_taken);
    }
    if (command.practice_ref) {
        const auto other =
            state.live_by_practice_ref.find(live_key(command.practice, command.practice_ref));
        if (other) {
            return std::unexpected(
                Rejection{.why = Refused::live_duplicate,
                          .number = state.at(ReferralIndex{*other}).submitted_at});
        }
    }
    const auto origin = onward_of(draft, command);
    if (command.onward_of && !origin) {
        return refuse(Refused::onward_invalid);
    }
    if (state.referrals.size() >= limits::referrals_max) {
        return refuse(Refused::full);
    }
    const ReferralIndex index = draft.next_referral();
    draft.say(ReferralSubmitted{.referral = index,
                                .practice_seq = draft.next_seq(command.practice),
                                .id = command.id,
                                .practice = command.practice,
                                .practice_ref = command.practice_ref,
                                .source = command.source,
                                .key_slot = command.key_slot,
                                .ask = command.ask,
                                .consent = command.consent});
    if (origin) {
        draft.say(OnwardLinked{draft.on(*origin), command.onward_need, index, command.id});
    }
    // What the practice may not release it does not set free by another referral of the same person.
    const NeedMask open = needs_that_are(draft.at(index), NeedStatus::open);
    if (origin && actor.role == Role::practice && relative_in_danger(draft, draft.at(index))) {
        hand_to_owner(draft, index, open, Reason::safety_concern);
    } else {
        route(draft, index, open);
    }
    return {};
}

void withdraw(Draft& draft, ReferralIndex index, Reason reason, std::uint64_t note_slot) {
    draft.say(Withdrawn{draft.on(index), reason, note_slot});
    cancel_live_offers(draft, index, reason);
}

void cancel_live_offers(Draft& draft, ReferralIndex index, Reason reason) {
    for (OfferIndex i = draft.at(index).first_offer; i != no_offer; i = draft.at(i).next) {
        if (!terminal(draft.at(i).status)) {
            draft.say(OfferCancelled{draft.on(i), reason});
        }
    }
}

namespace {

bool ends_a_referral(Reason reason) {
    return reason == Reason::withdrawn_by_person || reason == Reason::recalled_by_referrer ||
           reason == Reason::sent_in_error;
}

// The hub had the person when the referral was withdrawn: it may have to leave them alone, or to ring
// them once more, and only the words say which.
bool lost_by_withdrawal(const Offer& offer) {
    return offer.taken && offer.status == OfferStatus::cancelled && ends_a_referral(offer.reason);
}

}  // namespace

Handled handle(Draft& draft, const WithdrawReferral& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!ends_a_referral(command.reason)) {
        return refuse(Refused::reason_invalid);
    }
    if (!live(draft.at(*index))) {
        return forbids(draft.at(*index));
    }
    withdraw(draft, *index, command.reason, command.note_slot);
    fill_gaps(draft);
    return {};
}

Handled handle(Draft& draft, const DiscloseDetails& command, const Actor& actor) {
    const auto index = draft.before().find(command.referral);
    if (!index) {
        return refuse(Refused::not_found);
    }
    const Referral& referral = draft.at(*index);
    bool may_read = actor.role == Role::practice && owns(draft.before(), actor, referral);
    for (OfferIndex i = referral.first_offer; i != no_offer && actor.role == Role::hub;
         i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        const bool let_in =
            command.withdrawal ? lost_by_withdrawal(offer) : effects::has_person(offer.status);
        may_read = may_read ||
                   (let_in && draft.at(offer.hub).profile.slug.view() == actor.subject.view());
    }
    if (!may_read) {
        return refuse(Refused::not_found);
    }
    if (referral.erasure != Erasure::none) {
        return refuse(Refused::erased);
    }
    if (actor.role == Role::hub && !referral.may_share(draft.at())) {
        return refuse(Refused::consent_missing);
    }
    draft.say(DetailsDisclosed{draft.on(*index)});
    return {};
}

}  // namespace hubward::matcher
