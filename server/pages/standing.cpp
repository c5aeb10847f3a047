// SPDX-License-Identifier: Apache-2.0
#include "server/pages/standing.hpp"

#include <algorithm>
#include <iterator>

#include "matcher/explain.hpp"
#include "server/api/candidates.hpp"
#include "server/api/seen.hpp"
#include "server/pages/change_words.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t hubs_told = 5;

struct Looked {
    api::CopiedCandidates best;
    std::uint32_t passed = 0;
    std::array<std::uint32_t, matcher::filter_count> stopped{};
    matcher::Ask ask;
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
    looked.ask = referral.ask;
    looked.best = api::copy_candidates(state, told.hubs, held);
    return looked;
}

// The factors that gave any of them points.
std::vector<matcher::Factor> factors_of(const std::vector<wire::CandidateFacts>& hubs) {
    std::vector<matcher::Factor> factors;
    for (std::size_t i = 0; i < matcher::factor_count; ++i) {
        const auto factor = static_cast<matcher::Factor>(i);
        if (std::ranges::any_of(hubs, [&](const auto& hub) { return hub.it.score.of(factor) != 0; })) {
            factors.push_back(factor);
        }
    }
    return factors;
}

Model::List factor_heads(const Words& words, const std::vector<matcher::Factor>& factors) {
    Model::List heads;
    for (const matcher::Factor factor : factors) {
        Model head;
        head.set("label", words.text("factor", matcher::name(factor)));
        heads.push_back(std::move(head));
    }
    return heads;
}

Model::List factor_cells(const Words& words, const matcher::Score& score,
                         const std::vector<matcher::Factor>& factors) {
    Model::List cells = factor_heads(words, factors);
    for (std::size_t i = 0; i < factors.size(); ++i) {
        cells[i].set("points", std::string_view(words.number(score.of(factors[i]))));
    }
    return cells;
}

// What one change would do for each hub that is not first.
Model::List change_rows(const Words& words, const std::vector<wire::CandidateFacts>& hubs,
                        const matcher::Ask& ask) {
    Model::List rows;
    for (const wire::CandidateFacts& hub : hubs) {
        if (hub.it.change) {
            Model row;
            row.set("name", std::string_view(hub.hub.name));
            row.set("said", std::string_view(change_words(words, *hub.it.change, ask)));
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

}  // namespace

Model standing(api::Services& services, const Words& words, const auth::Principal& who,
               const matcher::ReferralId& id) {
    Model made;
    auto looked = services.view.look([&](const View& view) { return look(services, view, who, id); });
    if (!looked || who.role == matcher::Role::hub) {
        return made;
    }
    const std::vector<wire::CandidateFacts> best = api::named(services, std::move(looked->best));
    std::vector<wire::CandidateFacts> could;  // the others stand below, under what stands in their way
    std::ranges::copy_if(best, std::back_inserter(could),
                         [](const wire::CandidateFacts& hub) { return hub.it.rank != 0; });
    const std::vector<matcher::Factor> factors = factors_of(could);
    Model::List hubs;
    for (const wire::CandidateFacts& hub : could) {
        Model one;
        one.set("name", std::string_view(hub.hub.name));
        one.set("said", words.say("page", "why_total", {{"points", std::int64_t{hub.it.score.total()}}}));
        one.set("total", std::string_view(words.number(hub.it.score.total())));
        one.set("cells", factor_cells(words, hub.it.score, factors));
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
    made.set("several", could.size() > 1);
    made.set("factors", factor_heads(words, factors));
    Model::List changes = change_rows(words, best, looked->ask);
    made.set("has_changes", !changes.empty());
    made.set("changes", std::move(changes));
    made.set("hubs", std::move(hubs));
    made.set("stopped", std::move(stopped));
    return made;
}

}  // namespace hubward::server::pages
