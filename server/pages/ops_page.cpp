// SPDX-License-Identifier: Apache-2.0
//
// How the server is doing, for operators and places: the last 15 minutes as charts with the same in
// words and tables, whom no hub can help now, how many wait for a
// person, and every number. No action.
#include <algorithm>
#include <map>
#include <ranges>

#include "server/api/seen.hpp"
#include "server/metrics/recent.hpp"
#include "server/pages/chart.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/ops_charts.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t rows_max = 100;  // the page stays light; /v1/gaps has all
constexpr std::size_t looked_max = 20'000;  // gaps walked under the lock, for whoever sees few of them

struct GapAt {
    matcher::ReferralIndex index{};
    matcher::Ask ask;
    matcher::NeedMask needs = 0;
    matcher::Timestamp review_at;
};

struct Overview {
    std::uint64_t open_offers = 0;
    std::size_t gaps_count = 0;
    std::vector<GapAt> gaps;
    std::size_t desk_count = 0;  // who waits for a person's decision
    bool broken_off = false;  // before all were looked at, so that nobody may be told that there are none
};

Overview look_over(const View& view, const auth::Principal& who) {
    const matcher::State& state = view.state();
    Overview over;
    for (const matcher::Hub& hub : state.hubs) {
        over.open_offers += api::own_hub(who, hub.profile) ? hub.open_offers : 0U;
    }
    const bool everybodys = who.role == matcher::Role::ops;
    over.gaps_count = everybodys ? view.open_gaps().size() : 0;
    std::size_t looked = 0;
    for (const matcher::ReferralIndex index : view.open_gaps()) {
        const matcher::Referral& referral = state.at(index);
        if (looked++ == looked_max || (everybodys && over.gaps.size() == rows_max)) {
            over.broken_off = looked > looked_max;
            break;
        }
        if (!api::sees(state, who, referral)) {
            continue;
        }
        over.gaps_count += everybodys ? 0U : 1U;
        if (over.gaps.size() == rows_max) {
            continue;
        }
        GapAt gap;
        gap.index = index;
        gap.ask = referral.ask;
        gap.needs = matcher::needs_that_are(referral, matcher::NeedStatus::gap);
        gap.review_at = referral.review_at;
        over.gaps.push_back(gap);
    }
    const auto& desk = view.with_people();
    over.desk_count = everybodys ? desk.size()
                                 : static_cast<std::size_t>(std::ranges::count_if(
                                       desk | std::views::take(looked_max),
                                       [&](matcher::ReferralIndex i) { return api::sees(state, who, state.at(i)); }));
    return over;
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
    const Words& words = visit.words();
    const Overview over = services->view.look(
        [&](const View& view) { return look_over(view, visit.principal); });
    const metrics::Picture picture =
        services->recent != nullptr ? services->recent->picture() : metrics::Picture{};
    Model content;
    content.set("as_of", words.say("page", "ops_as_of", {{"when", words.date(services->clock.now())}}));
    content.set("tiles", ops_tiles(words, picture, over.open_offers, over.gaps_count));
    content.set("has_samples", !picture.samples.empty());
    content.set("charts", ops_charts(words, picture));
    content.set("chart_width", chart_width);
    content.set("chart_height", chart_height);
    content.set("stages", ops_stages(words, picture));
    content.set("happened", ops_happened(words, picture));
    content.set("has_gaps", !over.gaps.empty());
    content.set("no_gaps", over.gaps.empty() && !over.broken_off);
    content.set("gaps", gap_rows(words, over));
    if (over.desk_count != 0) {
        content.set("desk", words.say("page", "ops_desk", {{"n", static_cast<std::int64_t>(over.desk_count)}}));
    }
    content.set("numbers", services->metrics ? number_rows(services->metrics({}).first) : Model::List());
    Model frame;
    frame.set("nav", ops_nav(words, 0));
    co_return page(visit.style, 200, "ops", words.text("page", "ops_title"), std::move(content),
                   std::move(frame));
}

}  // namespace hubward::server::pages
