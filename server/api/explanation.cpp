// SPDX-License-Identifier: Apache-2.0
//
// GET /v1/referrals/{id}/explanation and …/options: why these hubs, and which others could help.
//
// Decisions are told as their journal entries hold them; candidates as they stand now, without the
// units that this referral holds itself. A hub hears of now only while it is asked: how far away the
// person lives today is not for whoever was asked once. `hubward verify decision` works out the candidates of a past
// decision from the journal, exactly.
#include "matcher/explain.hpp"
#include "server/api/candidates.hpp"
#include "server/api/handlers.hpp"
#include "server/api/referral_events.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api {
namespace {

constexpr const char* status_is_not_shared =
    "The person did not agree that the practice learns how it goes.";

constexpr std::size_t candidates_told = 10;
constexpr std::size_t options_most = 5;

struct Looked {
    wire::ExplanationFacts facts;
    CopiedCandidates candidates;
};

std::vector<wire::DecisionFacts> decisions_of(const std::vector<Told>& events) {
    std::vector<wire::DecisionFacts> decisions;
    for (const Told& told : events) {
        if (const auto* made = std::get_if<matcher::Offered>(told.event.event)) {
            decisions.push_back({told.event.number, told.event.entry->at, *made, told.subject.ordinal,
                                 told.subject.hub});
        }
    }
    return decisions;
}

// The hubs that the caller asks about by name, or may know of at all. A hub hears of itself only.
std::expected<std::vector<matcher::HubIndex>, Problem> by_name(const View& view, const Call& call) {
    std::vector<matcher::HubIndex> hubs;
    const bool is_hub = call.principal.role == matcher::Role::hub;
    const auto asked = call.request.query_value("hub");
    const auto add = [&](std::string_view slug) {
        const auto hub = view.hub_by_slug(slug);
        if (hub) {
            hubs.push_back(*hub);
        }
        return hub.has_value();
    };
    if (is_hub) {
        add(call.principal.subject);
    } else if (asked && !add(*asked)) {
        Problem p = problem("bad-request", "hub must be the slug of a known hub.");
        p.errors = one_fault("/query/hub", p.detail, "code");
        return std::unexpected(std::move(p));
    }
    return hubs;
}

// The needs that this hub is asked for now; none once the person does not share with hubs any more.
matcher::NeedMask asked_of(const matcher::State& state, const auth::Principal& who,
                           const matcher::Referral& referral, matcher::Timestamp at) {
    unsigned needs = 0;
    for (auto i = referral.first_offer; i != matcher::no_offer; i = state.at(i).next) {
        const matcher::Offer& offer = state.at(i);
        if (!matcher::terminal(offer.status) && own_hub(who, state.at(offer.hub).profile)) {
            needs |= offer.needs;
        }
    }
    return referral.may_share(at) ? static_cast<matcher::NeedMask>(needs) : matcher::NeedMask{0};
}

std::expected<Looked, Problem> look(Services& services, const Call& call,
                                    const matcher::ReferralId& id) {
    using Result = std::expected<Looked, Problem>;
    return services.view.look([&](const View& view) -> Result {
        const matcher::State& state = view.state();
        const auto index = state.find(id);
        if (!index || !sees(state, call.principal, state.at(*index))) {
            return std::unexpected(problem("not-found", no_such_referral));
        }
        if (call.principal.role == matcher::Role::practice &&
            !wire::status_is_shared(state.at(*index))) {
            return std::unexpected(problem("forbidden", status_is_not_shared));
        }
        const auto hubs = by_name(view, call);
        if (!hubs) {
            return std::unexpected(hubs.error());
        }
        const matcher::Referral& referral = state.at(*index);
        const auto held = matcher::held_by(state, referral);
        matcher::Asked asked = matcher::asked(state, referral, not_before(services, state));
        Looked looked;
        looked.facts.referral = id;
        looked.facts.ask = referral.ask;
        const bool is_hub = call.principal.role == matcher::Role::hub;
        if (is_hub) {
            const unsigned own = asked_of(state, call.principal, referral, asked.question.at);
            asked.question.open = static_cast<matcher::NeedMask>(asked.question.open & own);
        }
        looked.facts.now = !is_hub || asked.question.open != 0;
        if (!looked.facts.now) {
            return looked;
        }
        const bool only_named = is_hub || call.request.query_value("hub").has_value();
        const matcher::Explanation told = matcher::explain(
            state, asked.question, only_named ? 0 : candidates_told, *hubs, held);
        looked.facts.rules = *asked.question.rules;
        looked.facts.rules_of = asked.question.rules_of;
        looked.facts.open = asked.question.open;
        looked.facts.at = asked.question.at;
        looked.facts.passed = told.passed;
        looked.facts.stopped = told.stopped;
        looked.candidates = copy_candidates(state, told.hubs, held);
        return looked;
    });
}

}  // namespace

http::Task<Outcome> get_explanation(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    if (!id) {
        co_return fail("not-found", no_such_referral);
    }
    auto looked = look(*services, call, *id);
    const auto told = looked ? events_told(*services, call.principal, *id) : std::nullopt;
    if (!looked) {
        co_return std::unexpected(std::move(looked.error()));
    }
    if (told) {
        looked->facts.decisions = decisions_of(*told);
    }
    looked->facts.candidates = named(*services, std::move(looked->candidates));
    http::Response response = json(200, wire::encode_explanation(looked->facts));
    response.with("Cache-Control", "no-store");
    co_return response;
}

http::Task<Outcome> get_options(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    if (!id) {
        co_return fail("not-found", no_such_referral);
    }
    matcher::Ask ask;
    matcher::Policy rules;
    bool seen = false;
    bool hidden = false;
    auto copied = services->view.look([&](const View& view) {
        const matcher::State& state = view.state();
        const auto index = state.find(*id);
        seen = index && sees(state, call.principal, state.at(*index));
        hidden = seen && call.principal.role == matcher::Role::practice &&
                 !wire::status_is_shared(state.at(*index));
        if (!seen || hidden) {
            return CopiedCandidates{};
        }
        const matcher::Referral& referral = state.at(*index);
        ask = referral.ask;
        const auto held = matcher::held_by(state, referral);
        const matcher::Asked asked =
            matcher::asked(state, referral, not_before(*services, state));
        rules = *asked.question.rules;
        return copy_candidates(
            state, matcher::best_explained(state, asked.question, options_most, held), held);
    });
    if (!seen) {
        co_return fail("not-found", no_such_referral);
    }
    if (hidden) {
        co_return fail("forbidden", status_is_not_shared);
    }
    http::Response response =
        json(200, wire::encode_matches(ask, rules, named(*services, std::move(copied))));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
