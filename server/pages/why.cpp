// SPDX-License-Identifier: Apache-2.0
#include "server/pages/why.hpp"

#include <algorithm>
#include <array>

namespace hubward::server::pages {
namespace {

struct Factor {
    std::string_view key;
    matcher::Points matcher::Score::*points;
    matcher::Points matcher::Policy::*most;
};

constexpr std::array<Factor, 7> factors = {{
    {"distance", &matcher::Score::distance, &matcher::Policy::distance},
    {"needs", &matcher::Score::needs, &matcher::Policy::needs},
    {"language", &matcher::Score::language, &matcher::Policy::language},
    {"trust", &matcher::Score::trust, &matcher::Policy::trust},
    {"community", &matcher::Score::community, &matcher::Policy::community},
    {"spare", &matcher::Score::spare, &matcher::Policy::spare},
    {"confidence", &matcher::Score::confidence, &matcher::Policy::confidence},
}};

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
    for (const Factor& factor : factors) {
        largest = std::max(largest, made->score.*factor.points);
    }
    Model::List rows;
    for (const Factor& factor : factors) {
        const matcher::Points points = made->score.*factor.points;
        const matcher::Points most = same_rules ? now.*factor.most : largest;
        if (same_rules ? most == 0 : points == 0) {
            continue;
        }
        Model row;
        row.set("label", words.text("factor", factor.key));
        row.set("points", points);
        row.set("most", most);
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
