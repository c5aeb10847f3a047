// SPDX-License-Identifier: Apache-2.0
#include "server/api/offer_link.hpp"

#include "server/api/offers.hpp"
#include "server/api/small_body.hpp"
#include "server/auth/offer_link.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::api {
namespace {

// Beyond the time to answer, so that whoever accepted by it can still find the person's contact.
constexpr std::chrono::hours kept_after{7 * 24};

}  // namespace

std::expected<MadeLink, Problem> make_link(Services& services, const auth::Principal& who,
                                           std::string_view offer_id) {
    const auto seen = offer_seen(services, who, offer_id);
    if (!seen) {
        return fail("not-found", no_such_offer);
    }
    for (const wire::OfferFacts& row : seen->facts.offers) {
        if (row.offer.ordinal != seen->name.ordinal) {
            continue;
        }
        if (row.offer.status != matcher::OfferStatus::requested &&
            row.offer.status != matcher::OfferStatus::received) {
            return fail("state-conflict", "The offer does not wait for an answer any more.");
        }
        auth::OfferLink link;
        link.hub = row.hub.view();
        link.offer = wire::offer_id_text(seen->name.referral, seen->name.ordinal);
        link.expires = row.offer.answer_by + kept_after;
        MadeLink made;
        made.url = services.base_url + "/answer/" + auth::offer_links(services.tokens).mint_link(link);
        made.hub = link.hub;
        made.id = link.id;
        made.answer_by = row.offer.answer_by;
        made.expires = link.expires;
        return made;
    }
    return fail("not-found", no_such_offer);
}

http::Task<Outcome> make_offer_link(Services* services, Call call) {
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const auto made = make_link(*services, call.principal, call.request.param("id"));
    if (!made) {
        co_return std::unexpected(made.error());
    }
    std::string out;
    wire::JsonWriter json(out);
    json.open_object();
    json.text("url", made->url);
    json.text("id", made->id);
    json.text("hub", made->hub);
    json.text("answer_by", wire::time_text(made->answer_by));
    json.text("expires_at", wire::time_text(made->expires));
    json.close_object();
    http::Response response = api::json(201, std::move(out));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
