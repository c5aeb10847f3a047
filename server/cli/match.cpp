// SPDX-License-Identifier: Apache-2.0
//
// The matcher alone, over files: which hub would each referral be offered to, and why. Nothing is
// stored and no server is asked. Each referral meets the same hubs with all their places free.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "matcher/decide.hpp"
#include "matcher/engine.hpp"
#include "matcher/search.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/hub_file.hpp"
#include "server/cli/terminal.hpp"
#include "server/system_clock.hpp"
#include "server/wire/parts_json.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::cli {
namespace {

constexpr std::size_t out_bytes = 64 * 1024;  // written at once: a search is faster than a write

std::expected<std::string, Exit> read_file(const std::string& name) {
    if (name == "-") {
        return std::string(std::istreambuf_iterator<char>(std::cin), {});
    }
    std::ifstream in(name, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (in.bad() || !in.is_open()) {
        return std::unexpected(fail(Exit::no_input, name + " cannot be read"));
    }
    return text;
}

std::expected<matcher::State, Exit> state_of(const std::vector<wire::HubDocument>& hubs) {
    matcher::Engine engine;
    const matcher::Timestamp now = SystemClock().now();
    for (const wire::HubDocument& hub : hubs) {
        matcher::Envelope envelope;
        envelope.command = hub.command;
        envelope.actor = {matcher::Role::ops, matcher::HubSlug("match")};
        matcher::Batch batch;
        batch.first = engine.state().last + 1;
        if (!engine.step(envelope, now, batch)) {
            return std::unexpected(fail(Exit::data, fmt::format("hub {} is refused by the matcher",
                                                                hub.command.profile.slug.view())));
        }
    }
    return engine.state();
}

std::string needs_text(const matcher::Ask& ask, matcher::NeedMask mask) {
    std::string out;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((mask >> i & 1) != 0) {
            out += (out.empty() ? "" : ", ") + std::string(matcher::name(ask.needs[i]));
        }
    }
    return out;
}

std::string for_people(const matcher::State& state, const matcher::Ask& ask, const matcher::Ranked& ranked,
                       std::size_t place) {
    const auto slug = state.at(ranked.hub).profile.slug.view();
    const matcher::Verdict& v = ranked.verdict;
    if (v.filter != matcher::Filter::passed) {
        return fmt::format("      {:28} no: {}\n", slug, matcher::name(v.filter));
    }
    std::string terms;
    for (std::size_t f = 0; f < matcher::factor_count; ++f) {
        const auto factor = static_cast<matcher::Factor>(f);
        if (const matcher::Points points = v.score.of(factor); points != 0) {
            terms += fmt::format("{}{} {}", terms.empty() ? "" : ", ", matcher::name(factor), points);
        }
    }
    return fmt::format("  {:>2}. {:28} {:>5} points, {:>6} m; serves {} ({})\n", place, slug, v.score.total(),
                       v.distance, needs_text(ask, v.needs), terms);
}

std::string for_machines(const matcher::State& state, const matcher::Ask& ask, const matcher::Ranked& ranked) {
    const matcher::Verdict& v = ranked.verdict;
    std::string out;
    wire::JsonWriter json(out);
    json.open_object();
    json.text("hub", state.at(ranked.hub).profile.slug.view());
    json.text("filter", matcher::name(v.filter));
    if (v.filter == matcher::Filter::passed) {
        json.integer("total", v.score.total());
        json.integer("distance_metres", v.distance);
        wire::write_needs(json, ask, v.needs);
        wire::write_score(json, v.score);
    }
    json.close_object();
    return out;
}

// The best hubs through the search, as a server finds them; with all of them asked for, or when none
// passes, every hub with its reason.
std::vector<matcher::Ranked> ranking_of(const matcher::State& state, const matcher::Ask& ask, std::size_t top) {
    const matcher::Question q = matcher::question(ask, state.policy, state.places, state.last_time);
    std::vector<matcher::Ranked> ranking;
    if (top != 0) {
        for (const matcher::Found& found : matcher::best_hubs(state, q, top)) {
            ranking.push_back({found.hub, found.verdict});
        }
    }
    if (ranking.empty()) {
        ranking = matcher::rank(state, q);
        ranking.resize(top == 0 ? ranking.size() : std::min(top, ranking.size()));
    }
    return ranking;
}

std::string report(const matcher::State& state, const matcher::Ask& ask, std::size_t line,
                   const MatchOptions& options) {
    const auto ranking = ranking_of(state, ask, options.top);
    if (options.json) {
        std::string hubs;
        for (const matcher::Ranked& ranked : ranking) {
            hubs += (hubs.empty() ? "" : ",") + for_machines(state, ask, ranked);
        }
        return fmt::format("{{\"line\":{},\"ranking\":[{}]}}\n", line, hubs);
    }
    const auto all = static_cast<matcher::NeedMask>((1U << ask.need_count) - 1);
    const bool none = ranking.empty() || ranking.front().verdict.filter != matcher::Filter::passed;
    std::string text = fmt::format("referral {}: {}{}\n", line, needs_text(ask, all), none ? ": no hub, a gap" : "");
    for (std::size_t i = 0; i < ranking.size(); ++i) {
        text += for_people(state, ask, ranking[i], i + 1);
    }
    return text;
}

}  // namespace

Exit match(const MatchOptions& options) {
    wire::Gazetteer gazetteer;
    if (!options.gazetteer.empty()) {
        auto read = wire::Gazetteer::load(options.gazetteer);
        if (!read) {
            return fail(Exit::no_input, read.error());
        }
        gazetteer = *std::move(read);
    }
    const auto hub_text = read_file(options.hubs);
    if (!hub_text) {
        return hub_text.error();
    }
    const auto hubs = read_hubs(*hub_text, gazetteer);
    if (!hubs) {
        return fail(Exit::data, options.hubs + ": " + hubs.error());
    }
    const auto state = state_of(*hubs);
    if (!state) {
        return state.error();
    }
    const auto text = read_file(options.referrals);
    if (!text) {
        return text.error();
    }
    Progress progress("referrals");
    Exit code = Exit::ok;
    std::string out;
    std::size_t line = 0;
    std::uint64_t done = 0;
    const auto total = static_cast<std::uint64_t>(std::ranges::count(*text, '\n')) +
                       (text->empty() || text->ends_with('\n') ? 0 : 1);
    for (std::string_view rest = *text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string one(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        ++line;
        if (one.find_first_not_of(" \t\r") == one.npos) {
            continue;
        }
        one.reserve(one.size() + 64);  // the JSON reader looks beyond the end
        const auto submission = wire::decode_referral(one, gazetteer);
        if (!submission) {
            code = fail(Exit::data, fmt::format("{}:{}: {}", options.referrals, line, text_of(submission.error())));
            continue;
        }
        out += report(*state, submission->command.ask, line, options);
        if (out.size() >= out_bytes) {
            print(out);
            out.clear();
        }
        progress.show(++done, total);
    }
    print(out);
    return code;
}

}  // namespace hubward::server::cli
