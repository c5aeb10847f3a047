// SPDX-License-Identifier: Apache-2.0
//
// Where staff make links for one-link answers: a hub for an offer of its own, a place or ops for a hub
// that has not looked at its offers. The link stands on the page that answers the form and nowhere
// else: in no address, no list, no log.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/offer_link.hpp"
#include "server/api/seen.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t shown_max = 100;
constexpr std::size_t looked_max = 50'000;  // offers walked from the newest back, under the lock

struct WaitingOffer {
    matcher::Offer offer;
    matcher::ReferralId id;
    matcher::Ask ask;
    api::HubKey hub;
};

struct Waiting {
    std::vector<WaitingOffer> shown;  // those whose time ends first
    std::uint64_t count = 0;          // of all
};

Waiting waiting_offers(const View& view, const auth::Principal& who) {
    const matcher::State& state = view.state();
    Waiting waiting;
    std::vector<WaitingOffer>& found = waiting.shown;
    std::size_t looked = 0;
    for (std::size_t i = 0; i < state.hubs.size(); ++i) {
        const matcher::Hub& hub = state.hubs[i];
        const auto index = static_cast<matcher::HubIndex>(i);
        if (!api::own_hub(who, hub.profile) || hub.open_offers == 0) {
            continue;
        }
        waiting.count += hub.open_offers;
        std::uint64_t left = hub.open_offers;
        const auto& offers = view.of_hub(index);
        for (auto at = offers.rbegin(); at != offers.rend() && left > 0 && looked < looked_max; ++at, ++looked) {
            const matcher::Offer& offer = state.at(*at);
            if (waits(offer.status)) {
                --left;
                const matcher::Referral& referral = state.at(offer.referral);
                found.push_back({offer, referral.id, referral.ask, api::hub_key(hub, index)});
            }
        }
    }
    const std::size_t kept = std::min(found.size(), shown_max);
    std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(kept), {},
                              [](const WaitingOffer& at) { return std::pair(at.offer.answer_by, at.offer.referral); });
    found.resize(kept);
    return waiting;
}

http::Response link_page(api::Services& services, const Visit& visit, std::string back, Model frame) {
    const auto made = api::make_link(services, visit.principal, visit.request.param("id"));
    if (!made) {
        const bool over = made.error().type->status == 409;
        return over ? see_other(back + "?refused=changed") : error_page(visit.style, 404);
    }
    const Words& words = visit.words();
    Model content;
    content.set("back", back);
    content.set("url", made->url);
    content.set("until", words.say("page", "li_until", {{"when", words.date(made->answer_by)}}));
    return page(visit.style, 200, "link", words.text("page", "li_title"), std::move(content),
                std::move(frame));
}

}  // namespace

http::Task<http::Response> make_hub_link(api::Services* services, Visit visit) {
    const std::string_view slug = visit.request.param("slug");
    const auto own = own_hub(*services, visit.principal, slug);
    if (!own || !own_offer(*services, visit.principal, slug, visit.request.param("id"))) {
        co_return error_page(visit.style, 404);
    }
    Model frame;
    frame.set("whose", own->name);
    frame.set("nav", hub_nav(visit.words(), own->hub, HubPage::other));
    co_return link_page(*services, visit, fmt::format("/hub/{}", slug), std::move(frame));
}

http::Task<http::Response> make_ops_link(api::Services* services, Visit visit) {
    Model frame;
    frame.set("nav", ops_nav(visit.words(), 2));
    co_return link_page(*services, visit, "/ops/offers", std::move(frame));
}

http::Task<http::Response> get_waiting_offers(api::Services* services, Visit visit) {
    const Words& words = visit.words();
    const Waiting waiting = services->view.look(
        [&](const View& view) { return waiting_offers(view, visit.principal); });
    Model::List rows;
    for (const WaitingOffer& at : waiting.shown) {
        const std::string id = wire::offer_id_text(at.id, at.offer.ordinal);
        Model row;
        row.set("path", fmt::format("/ops/offers/{}", id));
        row.set("hub", services->hub_names->name(at.hub, services->events));
        row.set("reference", wire::readable_reference(at.offer.referral));
        row.set("needs", needs_text(words, at.ask, at.offer.needs));
        row.set("urgent", at.ask.urgency == matcher::Urgency::urgent);
        row.set("left", words.left(at.offer.answer_by, services->clock.now()));
        row.set("answer_by", words.date(at.offer.answer_by));
        rows.push_back(std::move(row));
    }
    Model content;
    content.set("has_rows", !rows.empty());
    content.set("rows", std::move(rows));
    if (waiting.count > waiting.shown.size()) {
        const auto more = static_cast<std::int64_t>(waiting.count - waiting.shown.size());
        content.set("more", words.say("page", "not_listed", {{"n", more}}));
    }
    Model frame;
    frame.set("flash", flash_of(visit));
    frame.set("nav", ops_nav(words, 2));
    co_return page(visit.style, 200, "offers", words.text("page", "wo_title"), std::move(content),
                   std::move(frame));
}

}  // namespace hubward::server::pages
