// SPDX-License-Identifier: Apache-2.0
#include "server/api/offer_document.hpp"

#include "server/wire/parts_json.hpp"

namespace hubward::server::api {
namespace {

using matcher::Referral;

void write_needs(wire::JsonWriter& json, const Referral& referral, const matcher::Offer& offer) {
    json.open_array("needs");
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if ((offer.needs >> i & 1) == 0) {
            continue;
        }
        json.open_object();
        json.integer("position", i);
        json.text("code", matcher::name(referral.ask.needs[i]));
        // Another hub may have taken the need over since; then its state is not this hub's to know.
        if (referral.needs[i].offer == offer.ordinal) {
            json.text("status", matcher::name(referral.needs[i].status));
            if (referral.needs[i].outcome != matcher::Outcome::none) {
                json.text("outcome", matcher::name(referral.needs[i].outcome));
            }
        }
        json.close_object();
    }
    json.close_array();
}

void write_what_matters(wire::JsonWriter& json, const matcher::Ask& ask) {
    json.text("urgency", matcher::name(ask.urgency));
    if (ask.language != matcher::Language::not_stated) {
        json.open_object("language");
        json.text("code", matcher::code(ask.language));
        json.text("name", matcher::english_name(ask.language));
        json.boolean("required", ask.language_required);
        json.close_object();
    }
    wire::write_access(json, ask.access);
    wire::write_codes<matcher::Access>(json, "access_preferred", ask.access_preferred);
}

}  // namespace

std::string encode_offer(const wire::ReferralFacts& facts, std::uint8_t ordinal) {
    std::string out;
    for (const wire::OfferFacts& row : facts.offers) {
        if (row.offer.ordinal != ordinal) {
            continue;
        }
        const matcher::Offer& offer = row.offer;
        wire::JsonWriter json(out);
        json.open_object();
        json.text("id", wire::offer_id_text(facts.referral.id, ordinal));
        json.text("referral", wire::id_text(facts.referral.id));
        json.text("reference", wire::readable_reference(facts.index));
        json.open_object("hub");
        json.text("slug", row.hub.view());
        json.text("name", row.hub_name);
        json.close_object();
        json.text("status", matcher::name(offer.status));
        if (offer.reason != matcher::Reason::none) {
            json.text("reason", matcher::name(offer.reason));
        }
        write_needs(json, facts.referral, offer);
        write_what_matters(json, facts.referral.ask);
        json.integer("distance_metres", offer.distance);
        json.text("made_at", wire::time_text(offer.made));
        json.text("answer_by", wire::time_text(offer.answer_by));
        if (offer.answered != matcher::never) {
            json.text("answered_at", wire::time_text(offer.answered));
        }
        json.text("business_status", wire::business_status(offer));
        if (!matcher::terminal(offer.status)) {
            json.text("due", wire::time_text(offer.due));
        }
        if (offer.appointment != matcher::never) {
            json.text("appointment", wire::time_text(offer.appointment));
        }
        if (offer.session != matcher::no_session) {
            json.integer("session", offer.session);
        }
        json.integer("version", facts.referral.version);
        json.close_object();
        break;
    }
    return out;
}

}  // namespace hubward::server::api
