// SPDX-License-Identifier: Apache-2.0
#include "matcher/decide.hpp"

#include <algorithm>

#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

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

bool owns(const Actor& actor, const Referral& referral) {
    return actor.role != Role::practice || actor.subject.view() == referral.practice.view();
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

bool policy_is_sound(const Policy& policy, const Policy& before) {
    const auto weight = [](Points p) { return p >= 0 && p <= limits::weight_max; };
    const auto percent = [](std::uint16_t p) { return p > 0 && p <= limits::policy_percent_max; };
    const auto wait = [](std::int64_t ms) { return ms > 0 && ms <= limits::policy_wait_ms_max; };
    return policy.version > before.version && weight(policy.distance) && weight(policy.needs) &&
           weight(policy.language) && weight(policy.trust) && weight(policy.community) &&
           weight(policy.spare) && weight(policy.wait) && weight(policy.times) &&
           weight(policy.groups) && weight(policy.price_max) && policy.reach > 0 &&
           policy.reach <= limits::policy_reach_max && policy.wait_days_max > 0 &&
           policy.wait_days_max <= limits::policy_wait_days_max &&
           percent(policy.walk_percent) && percent(policy.bus_percent) &&
           policy.community_distance_percent <= 100 &&
           wait(policy.answer_within_routine_ms) && wait(policy.answer_within_urgent_ms) &&
           wait(policy.gap_review_after_ms);
}

void expire(Draft& draft, OfferIndex index) {
    const Offer offer = draft.at(index);
    draft.say(OfferExpired{draft.on(index)});
    route(draft, offer.referral, needs_that_are(draft.at(offer.referral), NeedStatus::open));
}

}  // namespace

Handled handle(Draft& draft, const SubmitReferral& command, const Actor& actor) {
    const State& state = draft.before();
    if (actor.role == Role::hub ||
        (actor.role == Role::practice && actor.subject.view() != command.practice.view())) {
        return refuse(Refused::not_found);
    }
    if (!command.share_with_hub) {
        return refuse(Refused::consent_missing);
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
                                .ask = command.ask});
    route(draft, index, needs_that_are(draft.at(index), NeedStatus::open));
    return {};
}

void withdraw(Draft& draft, ReferralIndex index, Reason reason) {
    draft.say(Withdrawn{draft.on(index), reason});
    for (OfferIndex i = draft.at(index).first_offer; i != no_offer; i = draft.at(i).next) {
        if (!terminal(draft.at(i).status)) {
            draft.say(OfferCancelled{draft.on(i), reason});
        }
    }
}

Handled handle(Draft& draft, const WithdrawReferral& command, const Actor& actor) {
    const auto index = draft.before().find(command.referral);
    if (!index || actor.role == Role::hub || !owns(actor, draft.at(*index))) {
        return refuse(Refused::not_found);
    }
    const Referral& referral = draft.at(*index);
    if (command.expected_version != 0 && command.expected_version != referral.version) {
        return std::unexpected(
            Rejection{.why = Refused::version_changed, .version = referral.version});
    }
    if (command.reason != Reason::withdrawn_by_person &&
        command.reason != Reason::recalled_by_referrer && command.reason != Reason::sent_in_error) {
        return refuse(Refused::reason_invalid);
    }
    if (!live(referral)) {
        return std::unexpected(
            Rejection{.why = Refused::state_forbids, .referral_status = referral.status});
    }
    withdraw(draft, *index, command.reason);
    fill_gaps(draft);
    return {};
}

Handled handle(Draft& draft, const DiscloseDetails& command, const Actor& actor) {
    const auto index = draft.before().find(command.referral);
    if (!index) {
        return refuse(Refused::not_found);
    }
    const Referral& referral = draft.at(*index);
    bool may_read = actor.role == Role::practice && owns(actor, referral);
    for (OfferIndex i = referral.first_offer; i != no_offer && actor.role == Role::hub;
         i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        may_read = may_read || (effects::has_person(offer.status) &&
                                draft.at(offer.hub).profile.slug.view() == actor.subject.view());
    }
    if (!may_read) {
        return refuse(Refused::not_found);
    }
    draft.say(DetailsDisclosed{draft.on(*index)});
    return {};
}

Handled handle(Draft& draft, const AdoptPolicy& command, const Actor& actor) {
    if (actor.role == Role::practice || actor.role == Role::hub) {
        return refuse(Refused::not_found);
    }
    if (!policy_is_sound(command.policy, draft.rules())) {
        return refuse(Refused::policy_invalid);
    }
    draft.say(PolicyAdopted{command.policy});
    return {};
}

Handled handle(Draft& draft, const Tick&, const Actor& actor) {
    if (actor.role != Role::system && actor.role != Role::ops) {
        return refuse(Refused::not_found);
    }
    std::vector<Timer> due;
    for (const Timer& timer : draft.before().timers) {
        if (timer.at > draft.at() || due.size() == limits::expiries_per_tick_max) {
            break;
        }
        due.push_back(timer);
    }
    for (const Timer& timer : due) {
        if (timer.what == Timer::What::offer) {
            expire(draft, OfferIndex{timer.index});
            continue;
        }
        // An expiry of the same tick may have moved the review, or closed the gap.
        const ReferralIndex index{timer.index};
        const Referral& referral = draft.at(index);
        if (timer_of(referral, index) == timer) {
            route(draft, index, needs_that_are(referral, NeedStatus::gap), Again::review);
        }
    }
    fill_gaps(draft);
    return {};
}

}  // namespace hubward::matcher
