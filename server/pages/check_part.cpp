// SPDX-License-Identifier: Apache-2.0
#include "server/pages/check_part.hpp"

#include <algorithm>

#include "server/api/candidates.hpp"
#include "server/api/outlook.hpp"
#include "server/api/problem.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/referral_form.hpp"
#include "server/pages/story.hpp"
#include "server/pages/template.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t spare_bytes = 64;  // the parser reads past the end
// As many are counted; beyond it "at least". Counting all would mean looking at every hub.
constexpr std::size_t counted_most = 20;

struct Reach {
    std::size_t hubs = 0;
    matcher::Metres nearest = 0;  // 0: not known
};

Reach reach_of(api::Services& services, const matcher::Ask& ask, std::string_view practice) {
    return services.view.look([&](const View& view) {
        const matcher::State& state = view.state();
        matcher::Ask anywhere = ask;
        anywhere.chosen_hub = matcher::HubId();  // else all others would seem unable
        matcher::Question q = matcher::question(anywhere, state.policy, state.places, api::not_before(services, state));
        q.practice = matcher::PracticeCode(practice);
        Reach reach;
        for (const matcher::Explained& hub : matcher::best_explained(state, q, counted_most)) {
            const matcher::Metres metres = hub.sieved.facts.distance;
            const bool known = !state.at(hub.hub).profile.is_virtual && metres != 0;
            reach.nearest = known && (reach.nearest == 0 || metres < reach.nearest) ? metres : reach.nearest;
            ++reach.hubs;
        }
        return reach;
    });
}

std::string reach_text(const Words& words, const Reach& reach) {
    const auto n = static_cast<std::int64_t>(reach.hubs);
    std::string text = words.say("page", reach.hubs == counted_most ? "ck_many" : "ck_hubs", {{"n", n}});
    // Of a full count another hub may be nearer: the best are counted, not the nearest.
    if (reach.nearest != 0 && reach.hubs < counted_most) {
        text += ' ' + words.say("page", "ck_nearest", {{"distance", words.distance(reach.nearest)}});
    }
    return text;
}

void set_outlook(Model& part, api::Services& services, const Words& words, const api::Outlook& outlook,
                 const matcher::Ask& ask) {
    Model::List lines;
    const auto add = [&](std::string_view text) {
        Model line;
        line.set("text", text);
        lines.push_back(std::move(line));
    };
    for (const api::Outlook::Place& place : outlook.places) {
        add(words.say("page", "ck_asked", {{"hub", services.hub_names->name(place.hub, services.events)},
                                           {"needs", needs_text(words, ask, place.made.needs)}}));
    }
    for (const matcher::GapRecorded& gap : outlook.gaps) {
        add(words.say("page", "ck_gap",
                      {{"needs", needs_text(words, ask, gap.needs)},
                       {"reason", std::string(words.text("filter", matcher::name(gap.nearest_miss)))}}));
    }
    part.set("lines", std::move(lines));
}

}  // namespace

std::string check_part(api::Services& services, const Visit& visit) {
    const Words& words = visit.words();
    Model part;
    part.set("t", words.page());
    const auto says = [&](std::string_view kind, std::string_view text) {
        part.set("kind", kind);
        part.set("verdict", text);
        return fill("check", part);
    };
    if (visit.form.values("needs").empty()) {
        return says("open", words.text("page", "ck_start"));
    }
    std::string json = matching_json(visit.form);
    json.reserve(json.size() + spare_bytes);
    const auto read = wire::decode_referral(json, services.gazetteer, services.clock.now());
    if (!read) {
        return says("bad", words.text("page", faults_of(api::faulty(read.error()), visit.form).front().text));
    }
    const matcher::Ask& ask = read->command.ask;
    const api::Outlook outlook = api::outlook_for(services, read->command, visit.principal);
    if (outlook.refused) {
        return says("bad", words.say("page", "ck_refused",
                                     {{"reason", std::string(words.text("flash", word_for(outlook.refused->why)))}}));
    }
    set_outlook(part, services, words, outlook, ask);
    if (outlook.places.empty()) {
        return says("bad", words.text("page", "ck_none"));
    }
    return says(outlook.gaps.empty() ? "good" : "open",
                reach_text(words, reach_of(services, ask, visit.principal.subject)));
}

}  // namespace hubward::server::pages
