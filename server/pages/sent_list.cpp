// SPDX-License-Identifier: Apache-2.0
#include "server/pages/sent_list.hpp"

#include <algorithm>
#include <ranges>

#include "server/api/seen.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t shown_max = 200;      // live ones, and finished ones
constexpr std::size_t looked_max = 50'000;  // walked from the newest back, under the lock

struct Picked {
    std::vector<matcher::ReferralIndex> worrying;
    std::vector<matcher::ReferralIndex> others;
    std::vector<matcher::ReferralIndex> done;
};

Picked pick(const View& view, const auth::Principal& who, std::optional<Stand> only, Sent& sent) {
    const auto& all = view.of_practice(matcher::PracticeCode(who.subject));
    Picked picked;
    for (const matcher::ReferralIndex index : all | std::views::reverse | std::views::take(looked_max)) {
        const Stand stand = stand_of(view.state().at(index));
        ++sent.counts[static_cast<std::size_t>(stand)];
        if (only && *only != stand) {
            continue;
        }
        (worries(stand) ? picked.worrying : stand == Stand::done ? picked.done : picked.others).push_back(index);
    }
    std::ranges::reverse(picked.worrying);
    sent.more = all.size() - std::min(all.size(), looked_max);
    return picked;
}

}  // namespace

Sent sent_by(api::Services& services, const auth::Principal& who, std::optional<Stand> only) {
    Sent sent;
    std::vector<api::Copied> copies = services.view.look([&](const View& view) {
        const Picked picked = pick(view, who, only, sent);
        std::vector<api::Copied> rows;
        const auto copy = [&](const std::vector<matcher::ReferralIndex>& from, std::size_t most) {
            for (const matcher::ReferralIndex index : from | std::views::take(most)) {
                rows.push_back(api::copy_for(view.state(), who, index));
            }
            sent.more += from.size() - std::min(from.size(), most);
        };
        copy(picked.worrying, shown_max);
        copy(picked.others, shown_max - rows.size());
        copy(picked.done, shown_max);
        return rows;
    });
    sent.shown.reserve(copies.size());
    for (api::Copied& copied : copies) {
        sent.shown.push_back(api::named(services, std::move(copied)));
    }
    return sent;
}

}  // namespace hubward::server::pages
