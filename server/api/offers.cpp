// SPDX-License-Identifier: Apache-2.0
//
// Offers as a hub sees them: its list, and one.
#include <algorithm>

#include "server/api/handlers.hpp"
#include "server/api/offer_document.hpp"
#include "server/api/offers.hpp"
#include "server/api/paging.hpp"
#include "server/api/small_body.hpp"

namespace hubward::server::api {

std::optional<OfferSeen> offer_seen(Services& services, const auth::Principal& who,
                                    std::string_view id_text) {
    const auto name = wire::parse_offer_id(id_text);
    if (!name) {
        return std::nullopt;
    }
    auto copied = services.view.look([&](const View& view) -> std::optional<Copied> {
        const matcher::State& state = view.state();
        const auto index = state.find(name->referral);
        if (!index) {
            return std::nullopt;
        }
        const auto offer = state.offer(state.at(*index), name->ordinal);
        if (!offer || !own_hub(who, state.at(state.at(*offer).hub).profile)) {
            return std::nullopt;
        }
        return copy_for(state, who, *index);
    });
    if (!copied) {
        return std::nullopt;
    }
    return OfferSeen{*name, named(services, *std::move(copied))};
}

http::Response offer_answer(const OfferSeen& seen) {
    http::Response response = json(200, encode_offer(seen.facts, seen.name.ordinal));
    response.with("ETag", version_tag(seen.facts.referral.version));
    response.with("Cache-Control", "private, no-cache");
    return response;
}

http::Task<Outcome> get_offer(Services* services, Call call) {
    const auto seen = offer_seen(*services, call.principal, call.request.param("id"));
    if (!seen) {
        co_return fail("not-found", no_such_offer);
    }
    http::Response response = offer_answer(*seen);
    if (not_modified(call.request, version_tag(seen->facts.referral.version))) {
        response.status = 304;
        response.content_type = {};
        response.body.clear();
    }
    co_return response;
}

http::Task<Outcome> list_offers(Services* services, Call call) {
    const auto page = page_of(call.request, 'o');
    if (!page) {
        co_return std::unexpected(page.error());
    }
    std::optional<matcher::OfferStatus> status;
    if (const auto text = call.request.query_value("status")) {
        status = matcher::parse<matcher::OfferStatus>(*text);
        if (!status) {
            Problem p = problem("bad-request", "status must be a status of an offer.");
            p.errors = one_fault("/query/status", p.detail, "code");
            co_return std::unexpected(std::move(p));
        }
    }
    struct Row {
        Copied copied;
        std::uint8_t ordinal = 0;
    };
    std::vector<Row> rows;
    std::optional<std::uint64_t> next;
    const bool found = services->view.look([&](const View& view) {
        const matcher::State& state = view.state();
        const auto hub = view.hub_by_slug(call.request.param("slug"));
        if (!hub || !own_hub(call.principal, state.at(*hub).profile)) {
            return false;
        }
        // Oldest first: whoever waits longest stands on top.
        const std::vector<matcher::OfferIndex>& all = view.of_hub(*hub);
        std::size_t at = page->after ? std::min(static_cast<std::size_t>(*page->after), all.size())
                                     : 0;
        for (std::size_t seen = 0; at < all.size() && rows.size() < page->limit && seen < scan_max;
             ++seen, ++at) {
            const matcher::Offer& offer = state.at(all[at]);
            if (!status || offer.status == *status) {
                rows.push_back({copy_for(state, call.principal, offer.referral), offer.ordinal});
            }
        }
        next = at < all.size() ? std::optional<std::uint64_t>(at) : std::nullopt;
        return true;
    });
    if (!found) {
        co_return fail("not-found", "There is no such hub, or it is not yours.");
    }
    PageWriter writer;
    for (Row& row : rows) {
        writer.add(encode_offer(named(*services, std::move(row.copied)), row.ordinal));
    }
    co_return writer.finish(call.request, page->limit,
                            next ? std::optional(cursor_text('o', *next)) : std::nullopt);
}

}  // namespace hubward::server::api
