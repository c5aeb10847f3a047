// SPDX-License-Identifier: Apache-2.0
#include "server/pages/standing.hpp"

#include "matcher/explain.hpp"
#include "server/api/candidates.hpp"
#include "server/api/seen.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t hubs_told = 5;

struct Looked {
    std::vector<api::CopiedCandidate> best;
    std::uint32_t passed = 0;
    std::array<std::uint32_t, matcher::filter_count> stopped{};
};

std::optional<Looked> look(const api::Services& services, const View& view, const auth::Principal& who,
                           const matcher::ReferralId& id) {
    const matcher::State& state = view.state();
    const auto index = state.find(id);
    if (!index || !api::sees(state, who, state.at(*index)) || !matcher::live(state.at(*index)) ||
        (who.role == matcher::Role::practice && !wire::status_is_shared(state.at(*index)))) {
        return std::nullopt;
    }
    const matcher::Referral& referral = state.at(*index);
    const auto held = matcher::held_by(state, referral);
    const matcher::Asked asked = matcher::asked(state, referral, api::not_before(services, state));
    if (asked.question.open == 0) {
        return std::nullopt;
    }
    const matcher::Explanation told = matcher::explain(state, asked.question, hubs_told, {}, held);
    Looked looked;
    looked.passed = told.passed;
    looked.stopped = told.stopped;
    looked.best = api::copy_candidates(state, told.hubs, held);
    return looked;
}

}  // namespace

Model standing(api::Services& services, const Words& words, const auth::Principal& who,
               const matcher::ReferralId& id) {
    Model made;
    auto looked = services.view.look([&](const View& view) { return look(services, view, who, id); });
    if (!looked || who.role == matcher::Role::hub) {
        return made;
    }
    Model::List hubs;
    for (const wire::CandidateFacts& hub : api::named(services, std::move(looked->best))) {
        if (hub.it.rank == 0) {
            continue;  // it stands below, under what stands in its way
        }
        Model one;
        one.set("name", std::string_view(hub.hub.name));
        one.set("said", words.say("page", "why_total", {{"points", std::int64_t{hub.it.score.total()}}}));
        hubs.push_back(std::move(one));
    }
    Model::List stopped;
    for (const matcher::Filter filter : matcher::filter_order) {
        if (const std::uint32_t n = looked->stopped[static_cast<std::size_t>(filter)]; n != 0) {
            Model one;
            one.set("said", words.say("page", "why_stopped",
                                      {{"n", std::int64_t{n}},
                                       {"reason", std::string(words.text("filter", matcher::name(filter)))}}));
            stopped.push_back(std::move(one));
        }
    }
    made.set("passed", words.say("page", "why_passed", {{"n", std::int64_t{looked->passed}}}));
    made.set("hubs", std::move(hubs));
    made.set("stopped", std::move(stopped));
    return made;
}

}  // namespace hubward::server::pages
