// SPDX-License-Identifier: Apache-2.0
//
// The network of a place at a glance: who waits longest, who waits for a person's decision, where hubs
// and need are, what is free. The map has the same numbers as the table beside it, and shapes say what
// colours say. At the end the numbers of the network, each with its definition, which is in English for
// everybody.
#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "server/api/report.hpp"
#include "server/api/seen.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/place_map.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t hubs_max = 200;   // a map with more says nothing
constexpr std::size_t waiting_max = 20;
constexpr std::size_t desk_max = 100;       // nobody else has them, so hardly ever one is left out
constexpr std::size_t looked_max = 50'000;  // of each list walked under the lock

struct Waiting {
    matcher::ReferralIndex index{};
    matcher::Ask ask;
    matcher::NeedMask needs = 0;
    matcher::Timestamp since;
};

// Whom no machine routes on: a person has at least a part of what they need.
struct OnDesk {
    matcher::ReferralIndex index{};
    matcher::Ask ask;
    matcher::NeedMask with_referrer = 0;
    matcher::NeedMask with_owner = 0;
    matcher::PracticeCode practice;
    matcher::OwnerName owner;
    matcher::Timestamp since;
    matcher::Timestamp review_at;
};

struct Network {
    std::vector<std::pair<api::HubKey, matcher::Hub>> hubs;  // by slug, as many as a page holds
    std::size_t hub_count = 0;                               // … and of all of them
    std::int64_t free_places = 0;
    std::int64_t open_offers = 0;
    std::vector<Waiting> waiting;            // people whom no hub can help now, the oldest first
    std::vector<matcher::Position> need_at;  // coarse places of all of them
    std::size_t gaps = 0;
    std::vector<OnDesk> desk;  // what is due first, first
    std::size_t desk_count = 0;
};

// The first by their date of all that are this reader's.
void look_at_desks(const View& view, const auth::Principal& who, Network& network) {
    const matcher::State& state = view.state();
    std::vector<std::pair<matcher::Timestamp, matcher::ReferralIndex>> due;
    for (const matcher::ReferralIndex index : view.with_people() | std::views::take(looked_max)) {
        if (api::sees(state, who, state.at(index))) {
            due.emplace_back(state.at(index).review_at, index);
        }
    }
    network.desk_count = due.size();
    const auto shown = static_cast<std::ptrdiff_t>(std::min(due.size(), desk_max));
    std::ranges::partial_sort(due, due.begin() + shown);
    for (const auto& [review_at, index] : due | std::views::take(shown)) {
        const matcher::Referral& referral = state.at(index);
        OnDesk one;
        one.index = index;
        one.ask = referral.ask;
        one.with_referrer = matcher::needs_that_are(referral, matcher::NeedStatus::with_referrer);
        one.with_owner = matcher::needs_that_are(referral, matcher::NeedStatus::with_owner);
        one.practice = referral.practice;
        one.owner = referral.owner;
        one.since = referral.created;
        one.review_at = review_at;
        network.desk.push_back(one);
    }
}

std::int64_t free_places(const matcher::Hub& hub) {
    return hub.capacity[static_cast<std::size_t>(matcher::UnitKind::place)].free();
}

// Counts all that are this reader's and copies the first by name, near enough: the order in which they came says
// nothing to anybody.
void look_at_hubs(const View& view, const auth::Principal& who, Network& network) {
    const matcher::State& state = view.state();
    std::vector<matcher::HubIndex> own;
    for (std::size_t i = 0; i < state.hubs.size(); ++i) {
        const matcher::Hub& hub = state.hubs[i];
        if (api::own_hub(who, hub.profile)) {
            own.push_back(static_cast<matcher::HubIndex>(i));
            network.free_places += free_places(hub);
            network.open_offers += hub.open_offers;
        }
    }
    network.hub_count = own.size();
    const auto shown = static_cast<std::ptrdiff_t>(std::min(own.size(), hubs_max));
    std::ranges::partial_sort(own, own.begin() + shown, {},
                              [&](matcher::HubIndex it) { return state.at(it).profile.slug.view(); });
    for (const matcher::HubIndex index : own | std::views::take(shown)) {
        network.hubs.emplace_back(api::hub_key(state.at(index), index), state.at(index));
    }
}

Network look_over(const View& view, const auth::Principal& who) {
    const matcher::State& state = view.state();
    Network network;
    look_at_hubs(view, who, network);
    std::size_t looked = 0;
    for (const matcher::ReferralIndex index : view.open_gaps()) {
        const matcher::Referral& referral = state.at(index);
        if (++looked > looked_max) {
            break;
        }
        if (!api::sees(state, who, referral)) {
            continue;
        }
        ++network.gaps;
        if (network.need_at.size() < hubs_max) {
            network.need_at.push_back(referral.ask.position);
        }
        // In order of arrival, so the first are the oldest.
        if (network.waiting.size() < waiting_max) {
            network.waiting.push_back({index, referral.ask,
                                       matcher::needs_that_are(referral, matcher::NeedStatus::gap),
                                       referral.created});
        }
    }
    look_at_desks(view, who, network);
    return network;
}

// Who has it: the practice that asked, the owner at the place, or both.
std::string holder_of(const Words& words, const OnDesk& one) {
    std::string said;
    if (one.with_referrer != 0) {
        said = words.say("page", "pl_with_practice", {{"practice", std::string(one.practice.view())}});
    }
    if (one.with_owner != 0) {
        said += said.empty() ? "" : words.text("list", "comma");
        said += words.say("page", "pl_with_owner", {{"owner", std::string(one.owner.view())}});
    }
    return said;
}

Model::List desk_rows(const Words& words, const std::vector<OnDesk>& desk) {
    Model::List rows;
    for (const OnDesk& one : desk) {
        Model row;
        row.set("reference", wire::readable_reference(one.index));
        row.set("urgent", one.ask.urgency == matcher::Urgency::urgent);
        row.set("needs", needs_text(words, one.ask, static_cast<matcher::NeedMask>(one.with_referrer | one.with_owner)));
        row.set("holder", holder_of(words, one));
        row.set("due", words.say("page", "pl_due", {{"when", words.date(one.review_at)}}));
        row.set("since", words.say("page", "pl_since", {{"when", words.date(one.since)}}));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model hub_row(const Words& words, const std::string& name, const matcher::Hub& hub, std::size_t number) {
    const matcher::Capacity& places = hub.capacity[static_cast<std::size_t>(matcher::UnitKind::place)];
    Model row;
    row.set("number", number);
    row.set("name", std::string_view(name));
    row.set("open", words.number(hub.open_offers));
    row.set("used", words.number(places.used));
    row.set("free", words.number(places.free()));
    row.set("full", places.free() == 0);
    return row;
}

void set_marks(Model& content, Model::List& hubs, const Network& network) {
    std::vector<matcher::Position> points;
    points.reserve(network.hubs.size() + network.need_at.size());
    for (const auto& [key, hub] : network.hubs) {
        points.push_back(hub.profile.position);
    }
    points.insert(points.end(), network.need_at.begin(), network.need_at.end());
    const auto spots = place_map(points, network.hubs.size());
    Model::List on_map;
    Model::List needs;
    for (std::size_t i = 0; i < spots.size(); ++i) {
        if (!spots[i]) {
            continue;
        }
        Model mark = i < hubs.size() ? hubs[i] : Model();
        mark.set("x", spots[i]->x);
        mark.set("y", spots[i]->y);
        (i < hubs.size() ? on_map : needs).push_back(std::move(mark));
    }
    content.set("has_map", !on_map.empty());
    content.set("on_map", std::move(on_map));
    content.set("needs_on_map", std::move(needs));
    content.set("map_width", map_width);
    content.set("map_height", map_height);
}

Model tile(const Words& words, std::string_view key, std::int64_t count, bool hot) {
    Model made;
    made.set("count", words.number(count));
    made.set("text", words.text("page", key));
    made.set("hot", hot && count != 0);
    return made;
}

// "67% (2/3)", "2 h 15 min", "4"; a dash where there is nothing to measure.
std::string shown(const Words& words, const matcher::NetworkNumber& number,
                  const matcher::NetworkCounts& counts) {
    const auto value = number.of(counts);
    if (!value) {
        return "–";
    }
    const auto part = static_cast<std::int64_t>(value->part);
    if (number.whole != nullptr) {
        const auto whole = static_cast<std::int64_t>(value->whole);
        return fmt::format("{}% ({}/{})", words.number(part * 100 / whole), words.number(part),
                           words.number(whole));
    }
    if (!number.key.ends_with("_seconds")) {
        return words.number(part);
    }
    const std::int64_t minutes = (part + 59) / 60;
    return fmt::format("{} h {} min", words.number(minutes / 60), words.number(minutes % 60));
}

Model::List numbers(const Words& words, const matcher::NetworkCounts& counts) {
    Model::List rows;
    for (const matcher::NetworkNumber& number : matcher::network_numbers()) {
        Model row;
        row.set("name", words.text("number", number.key));
        row.set("value", std::string_view(shown(words, number, counts)));
        row.set("definition", number.definition);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

Model::List ops_nav(const Words& words, std::size_t current) {
    Model::List nav;
    nav.push_back(nav_item("/ops", words.text("page", "ops_title"), current == 0));
    nav.push_back(nav_item("/ops/place", words.text("page", "pl_title"), current == 1));
    nav.push_back(nav_item("/ops/offers", words.text("page", "wo_title"), current == 2));
    nav.push_back(nav_item("/ops/webhooks", words.text("page", "wh_title"), current == 3));
    return nav;
}

http::Task<http::Response> get_place(api::Services* services, Visit visit) {
    const Words& words = visit.words();
    const Network network =
        services->view.look([&](const View& view) { return look_over(view, visit.principal); });
    Model::List hubs;
    for (const auto& [key, hub] : network.hubs) {
        const std::string name = services->hub_names->name(key, services->events);
        hubs.push_back(hub_row(words, name, hub, hubs.size() + 1));
    }
    Model::List waiting;
    for (const Waiting& one : network.waiting) {
        Model row;
        row.set("reference", wire::readable_reference(one.index));
        row.set("urgent", one.ask.urgency == matcher::Urgency::urgent);
        row.set("needs", needs_text(words, one.ask, one.needs));
        row.set("language", language_text(words, one.ask));
        row.set("since", words.say("page", "pl_since", {{"when", words.date(one.since)}}));
        waiting.push_back(std::move(row));
    }
    Model::List tiles;
    tiles.push_back(tile(words, "ops_tile_gaps", static_cast<std::int64_t>(network.gaps), true));
    tiles.push_back(tile(words, "pl_tile_desk", static_cast<std::int64_t>(network.desk_count), true));
    tiles.push_back(tile(words, "ops_tile_open", network.open_offers, false));
    tiles.push_back(tile(words, "pl_free", network.free_places, false));
    tiles.push_back(tile(words, "ops_tile_hubs", static_cast<std::int64_t>(network.hub_count), false));
    Model content;
    content.set("tiles", std::move(tiles));
    content.set("has_waiting", !waiting.empty());
    content.set("waiting", std::move(waiting));
    content.set("has_desk", !network.desk.empty());
    content.set("desk", desk_rows(words, network.desk));
    if (const std::size_t more = network.desk_count - network.desk.size(); more != 0) {
        content.set("desk_more", words.say("page", "not_listed", {{"n", static_cast<std::int64_t>(more)}}));
    }
    if (const std::size_t more = network.hub_count - network.hubs.size(); more != 0) {
        content.set("hubs_more", words.say("page", "pl_hubs_more", {{"n", static_cast<std::int64_t>(more)}}));
    }
    set_marks(content, hubs, network);
    content.set("hubs", std::move(hubs));
    wire::ReportScope scope;
    if (visit.principal.role == matcher::Role::place) {
        scope.place = matcher::PlaceCode(visit.principal.subject);
    }
    const matcher::Timestamp now = api::judged_now(*services).now;
    const matcher::NetworkCounts counts = co_await api::counted(services, scope, now);
    content.set("numbers", numbers(words, counts));
    Model frame;
    frame.set("nav", ops_nav(words, 1));
    co_return page(visit.style, 200, "place", words.text("page", "pl_title"), std::move(content),
                   std::move(frame));
}

}  // namespace hubward::server::pages
