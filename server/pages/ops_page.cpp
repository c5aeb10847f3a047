// SPDX-License-Identifier: Apache-2.0
//
// How the whole thing is doing, for operators and places: plain tables, no action.
#include <algorithm>
#include <map>

#include "server/api/seen.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t rows_max = 200;

struct GapAt {
    matcher::ReferralIndex index{};
    matcher::Ask ask;
    matcher::NeedMask needs = 0;
    matcher::Timestamp review_at;
};

struct Overview {
    std::vector<std::pair<api::HubKey, matcher::Hub>> hubs;
    std::size_t hub_count = 0;
    std::size_t referrals = 0;
    std::size_t gaps_count = 0;
    std::uint64_t open_offers = 0;
    std::vector<GapAt> gaps;
};

Overview look_over(const View& view, const auth::Principal& who) {
    const matcher::State& state = view.state();
    Overview over;
    over.referrals = state.referrals.size();
    for (std::size_t i = 0; i < state.hubs.size(); ++i) {
        const matcher::Hub& hub = state.hubs[i];
        if (!api::own_hub(who, hub.profile)) {
            continue;
        }
        ++over.hub_count;
        over.open_offers += hub.open_offers;
        if (over.hubs.size() < rows_max) {
            const auto index = static_cast<matcher::HubIndex>(i);
            over.hubs.emplace_back(api::hub_key(hub, index), hub);
        }
    }
    over.gaps_count = view.open_gaps().size();
    for (const matcher::ReferralIndex index : view.open_gaps()) {
        const matcher::Referral& referral = state.at(index);
        if (over.gaps.size() == rows_max) {
            break;
        }
        if (!api::sees(state, who, referral)) {
            continue;
        }
        GapAt gap;
        gap.index = index;
        gap.ask = referral.ask;
        gap.needs = matcher::needs_that_are(referral, matcher::NeedStatus::gap);
        gap.review_at = referral.review_at;
        over.gaps.push_back(gap);
    }
    return over;
}

Model::List hub_rows(api::Services& services, const Overview& over) {
    Model::List rows;
    for (const auto& [key, hub] : over.hubs) {
        const matcher::Capacity& places =
            hub.capacity[static_cast<std::size_t>(matcher::UnitKind::place)];
        Model row;
        row.set("name", services.hub_names->name(key, services.events));
        row.set("open", hub.open_offers);
        row.set("used", places.used);
        row.set("free", places.free());
        rows.push_back(std::move(row));
    }
    return rows;
}

Model::List gap_rows(const Words& words, const Overview& over) {
    Model::List rows;
    for (const GapAt& gap : over.gaps) {
        Model row;
        row.set("reference", wire::readable_reference(gap.index));
        row.set("needs", needs_text(words, gap.ask, gap.needs));
        row.set("review", gap.review_at == matcher::never ? std::string("–")
                                                          : words.date(gap.review_at));
        rows.push_back(std::move(row));
    }
    return rows;
}

// The lines of the metrics text, without the buckets of histograms.
Model::List number_rows(std::string_view metrics) {
    Model::List rows;
    std::map<std::string, std::string, std::less<>> help;
    while (!metrics.empty()) {
        const std::size_t end = metrics.find('\n');
        std::string_view line = metrics.substr(0, end);
        metrics = end == std::string_view::npos ? std::string_view() : metrics.substr(end + 1);
        constexpr std::string_view help_mark = "# HELP ";
        if (line.starts_with(help_mark)) {
            line.remove_prefix(help_mark.size());
            const std::size_t space = line.find(' ');
            if (space != std::string_view::npos) {
                help.emplace(line.substr(0, space), line.substr(space + 1));
            }
            continue;
        }
        const std::size_t space = line.rfind(' ');
        if (line.empty() || line.front() == '#' || space == std::string_view::npos ||
            line.find("_bucket{") != std::string_view::npos) {
            continue;
        }
        const std::string_view name = line.substr(0, space);
        std::string_view family = name.substr(0, name.find('{'));
        for (const std::string_view ending : {"_sum", "_count"}) {
            if (family.ends_with(ending) && !help.contains(family)) {
                family.remove_suffix(ending.size());
            }
        }
        const auto words = help.find(family);
        Model row;
        row.set("name", name);
        row.set("help", words == help.end() ? std::string_view() : std::string_view(words->second));
        row.set("value", line.substr(space + 1));
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

http::Task<http::Response> get_ops(api::Services* services, Visit visit) {
    const Overview over = services->view.look(
        [&](const View& view) { return look_over(view, visit.principal); });
    Model content;
    content.set("hub_count", over.hub_count);
    content.set("referral_count", over.referrals);
    content.set("open_count", over.open_offers);
    content.set("gap_count", over.gaps_count);
    content.set("gap_hot", over.gaps_count != 0);
    content.set("has_gaps", !over.gaps.empty());
    content.set("gaps", gap_rows(visit.words(), over));
    content.set("hubs", hub_rows(*services, over));
    content.set("numbers", services->metrics ? number_rows(services->metrics()) : Model::List());
    Model frame;
    frame.set("nav", ops_nav(visit.words(), 0));
    co_return page(visit.style, 200, "ops", visit.words().text("page", "ops_title"), std::move(content),
                   std::move(frame));
}

}  // namespace hubward::server::pages
