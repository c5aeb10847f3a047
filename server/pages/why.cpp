// SPDX-License-Identifier: Apache-2.0
#include "server/pages/why.hpp"

#include <algorithm>

#include "matcher/codes.hpp"

namespace hubward::server::pages {
namespace {

// What the rules give a factor at most; the price only takes away.
matcher::Points most_of(const matcher::Policy& rules, matcher::Factor factor) {
    using enum matcher::Factor;
    switch (factor) {
        case distance: return rules.distance;
        case needs: return rules.needs;
        case language: return rules.language;
        case trust: return rules.trust;
        case community: return rules.community;
        case spare: return rules.spare;
        case wait: return rules.wait;
        case times: return rules.times;
        case groups: return rules.groups;
        case price: return -rules.price_max;
        case confidence: return rules.confidence;
        case access: return rules.access;
    }
    return 0;
}

const matcher::Offered* offered(const std::vector<api::Told>& told, std::uint8_t ordinal) {
    for (const api::Told& one : told) {
        const auto* made = std::get_if<matcher::Offered>(one.event.event);
        if (made != nullptr && one.subject.ordinal == ordinal) {
            return made;
        }
    }
    return nullptr;
}

}  // namespace

Model why_this_hub(const Words& words, const std::vector<api::Told>& told, std::uint8_t ordinal,
                   const matcher::Policy& now) {
    Model why;
    const matcher::Offered* made = offered(told, ordinal);
    if (made == nullptr) {
        return why;
    }
    const bool same_rules = made->policy == now.version;
    matcher::Points largest = 1;
    for (std::size_t i = 0; i < matcher::factor_count; ++i) {
        largest = std::max(largest, made->score.of(static_cast<matcher::Factor>(i)));
    }
    Model::List rows;
    for (std::size_t i = 0; i < matcher::factor_count; ++i) {
        const auto factor = static_cast<matcher::Factor>(i);
        const matcher::Points points = made->score.of(factor);
        const matcher::Points most = same_rules ? most_of(now, factor) : largest;
        // A price that took nothing away is no reason, and neither are wishes: most people state none.
        const bool only_with_points =
            !same_rules || factor == matcher::Factor::price || factor == matcher::Factor::access;
        if (only_with_points ? points == 0 : most == 0) {
            continue;
        }
        Model row;
        row.set("label", words.text("factor", matcher::name(factor)));
        row.set("points", points < 0 ? -points : points);
        row.set("most", most < 0 ? -most : most);
        row.set("said", same_rules ? words.say("page", "why_points", {{"points", std::int64_t{points}},
                                                                      {"most", std::int64_t{most}}})
                                   : words.number(points));
        rows.push_back(std::move(row));
    }
    why.set("considered", words.say("page", "why_considered", {{"n", std::int64_t{made->considered}}}));
    why.set("factors", std::move(rows));
    return why;
}

}  // namespace hubward::server::pages
