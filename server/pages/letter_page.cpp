// SPDX-License-Identifier: Apache-2.0
//
// The pages that are printed: a practice writes about its own referral, a hub to whom it supports.
#include <fmt/format.h>

#include "server/api/seen.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/letter.hpp"
#include "server/pages/own_hub.hpp"

namespace hubward::server::pages {
namespace {

// `offer`: a hub's own; nothing for a practice, which writes of the whole referral.
http::Response letter_page(api::Services& services, const Visit& visit, const matcher::ReferralId& id,
                           std::optional<std::uint8_t> offer, std::string back, std::string_view whose) {
    auto facts = api::facts_for(services, visit.principal, id);
    const auto form = parse_letter_form(visit.request.query_value("form").value_or("standard"));
    if (!facts || !form) {
        return error_page(visit.style, 404);
    }
    const Words& words = visit.words();
    const std::string reference = wire::readable_reference(facts->index);
    if (offer) {  // a hub writes of what it has taken on, and not of how the rest stands
        std::erase_if(facts->offers, [&](const wire::OfferFacts& at) { return at.offer.ordinal != *offer; });
    }
    LetterFacts stands = letter_facts(*facts);
    if (offer && !facts->offers.empty()) {
        stands.needs = facts->offers.front().offer.needs;
        stands.others = 0;
    }
    Model content = letter(words, stands, *form, facts->referral.ask, reference, services.clock.now());
    content.set("back", back);
    content.set("letters", letter_links(words));
    Model frame;
    frame.set("whose", whose);
    return page(visit.style, 200, "letter", fmt::format("{} {}", words.text("page", "le_title"), reference),
                std::move(content), std::move(frame));
}

}  // namespace

http::Task<http::Response> get_practice_letter(api::Services* services, Visit visit) {
    const auto id = wire::parse_id(visit.request.param("id"));
    co_return id ? letter_page(*services, visit, *id, std::nullopt,
                               fmt::format("/practice/referrals/{}", wire::id_text(*id)), visit.principal.subject)
                 : error_page(visit.style, 404);
}

http::Task<http::Response> get_hub_letter(api::Services* services, Visit visit) {
    const std::string_view slug = visit.request.param("slug");
    const auto at = own_offer(*services, visit.principal, slug, visit.request.param("id"));
    if (!at || !is_in_care(at->offer.status)) {
        co_return error_page(visit.style, 404);
    }
    const auto own = own_hub(*services, visit.principal, slug);
    co_return letter_page(*services, visit, at->id, at->offer.ordinal,
                          fmt::format("/hub/{}/offers/{}", slug, visit.request.param("id")),
                          own ? std::string_view(own->name) : slug);
}

}  // namespace hubward::server::pages
