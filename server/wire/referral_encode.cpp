// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "server/wire/parts_json.hpp"
#include "server/wire/referral_json.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::wire {
namespace {

// Another hub may have taken the need over since; what came of it there is not this hub's to know.
bool may_read_state(const ReferralFacts& facts, std::size_t need, Reader reader) {
    return reader != Reader::hub ||
           std::ranges::any_of(facts.offers, [&](const OfferFacts& own) {
               return own.offer.ordinal == facts.referral.needs[need].offer;
           });
}

void write_need_states(JsonWriter& json, const ReferralFacts& facts, matcher::NeedMask mask,
                       Reader reader) {
    const matcher::Referral& referral = facts.referral;
    const bool persons_word = reader != Reader::hub;
    json.open_array("needs");
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if ((mask >> i & 1) == 0) {
            continue;
        }
        const auto& state = referral.needs[i];
        json.open_object();
        json.text("code", matcher::name(referral.ask.needs[i]));
        if (!may_read_state(facts, i, reader)) {
            json.close_object();
            continue;
        }
        json.text("status", matcher::name(state.status));
        if (state.outcome != matcher::Outcome::none) {
            json.text("outcome", matcher::name(state.outcome));
            json.text("counts_as", matcher::name(matcher::kind_of(state.outcome)));
        }
        if (state.person != matcher::Outcome::none && persons_word) {
            json.text("person_outcome", matcher::name(state.person));
        }
        const bool differ = matcher::disagree(state.outcome, state.person);  // not a danger, which is looked at too
        if (differ && (referral.disputed >> i & 1) != 0 && persons_word) {
            json.boolean("disputed", true);
        }
        if (state.offer != 0) {
            json.text("offer", offer_id_text(referral.id, state.offer));
        }
        json.close_object();
    }
    json.close_array();
}

// Where it comes from, and what was made of it.
void write_onward(JsonWriter& json, const ReferralFacts& facts) {
    const auto one = [&](const Onward& other) {
        json.text("referral", id_text(other.referral));
        json.text("need", matcher::name(other.need));
        json.close_object();
    };
    if (facts.onward_of) {
        json.open_object("onward_of");
        one(*facts.onward_of);
    }
    if (!facts.onward.empty()) {
        json.open_array("onward");
        for (const Onward& other : facts.onward) {
            json.open_object();
            one(other);
        }
        json.close_array();
    }
}

// What holds now, each with its end where it has one.
void write_consents(JsonWriter& json, const matcher::Consents& consents) {
    json.open_array("consents");
    for (std::size_t i = 0; i < matcher::purposes; ++i) {
        const auto purpose = static_cast<matcher::Purpose>(i);
        if (consents.given.has(purpose)) {
            json.open_object();
            json.text("purpose", matcher::name(purpose));
            if (consents.until[i] != matcher::never) {
                json.text("until", time_text(consents.until[i]));
            }
            json.close_object();
        }
    }
    json.close_array();
}

void write_offer_state(JsonWriter& json, const matcher::Offer& offer) {
    json.text("status", matcher::name(offer.status));
    if (offer.reason != matcher::Reason::none) {
        json.text("reason", matcher::name(offer.reason));
    }
    json.text("made", time_text(offer.made));
    json.text("answer_by", time_text(offer.answer_by));
    if (offer.answered != matcher::never) {
        json.text("answered", time_text(offer.answered));
    }
    json.integer("distance_metres", offer.distance);
    json.text("business_status", business_status(offer));
    if (!matcher::terminal(offer.status)) {
        json.text("due", time_text(offer.due));
    }
    if (offer.appointment != matcher::never) {
        json.text("appointment", time_text(offer.appointment));
    }
    if (offer.session != matcher::no_session) {
        json.integer("session", offer.session);
    }
}

void write_offer_of_referral(JsonWriter& json, const ReferralFacts& facts,
                             const OfferFacts& offer) {
    json.open_object();
    json.text("id", offer_id_text(facts.referral.id, offer.offer.ordinal));
    write_hub(json, offer.hub.view(), offer.hub_name);
    write_needs(json, facts.referral.ask, offer.offer.needs);
    write_offer_state(json, offer.offer);
    json.close_object();
}

}  // namespace

std::string encode_referral(const ReferralFacts& facts, Reader reader) {
    const auto& referral = facts.referral;
    std::string out;
    out.reserve(512 + facts.offers.size() * 320);
    JsonWriter json(out);
    json.open_object();
    json.text("id", id_text(referral.id));
    json.text("reference", readable_reference(facts.index));
    // Where the person did not agree to more, the practice is told its own codes (veil.hpp).
    const bool status_told = reader != Reader::practice || status_is_shared(referral);
    json.text("status", matcher::name(referral.status));
    if (referral.ended_with != matcher::Reason::none) {
        json.text("ended_with", matcher::name(referral.ended_with));
    }
    json.integer("version", referral.version);
    json.text("created", time_text(referral.created));
    json.text("practice", referral.practice.view());
    json.text("source", matcher::name(referral.source));
    write_ask(json, referral.ask);
    // A hub learns the needs it was asked for, not the rest.
    matcher::NeedMask shown = reader == Reader::hub ? 0 : 0xFF;
    for (const auto& offer : facts.offers) {
        shown = static_cast<matcher::NeedMask>(shown | offer.offer.needs);
    }
    if (status_told) {
        write_need_states(json, facts, shown, reader);
    } else {
        write_needs(json, referral.ask, 0xFF);
    }
    json.open_array("offers");
    for (const auto& offer : facts.offers) {
        write_offer_of_referral(json, facts, offer);
    }
    json.close_array();
    json.integer("episode", referral.episode);
    write_onward(json, facts);
    if (!referral.owner.empty() && reader != Reader::hub) {
        json.text("owner", referral.owner.view());
    }
    if (reader != Reader::hub) {
        write_consents(json, referral.consents);
    }
    if (referral.erasure != matcher::Erasure::none) {
        json.boolean("erased", true);
        json.boolean("keys_destroyed", referral.erasure == matcher::Erasure::done);
    }
    if (referral.follow_up_at != matcher::never && reader != Reader::hub) {
        json.text("follow_up_at", time_text(referral.follow_up_at));
    }
    if (referral.review_at != matcher::never && reader != Reader::hub) {
        json.text("review_at", time_text(referral.review_at));
    }
    json.close_object();
    return out;
}

std::string encode_submit_answer(const matcher::Batch& batch, const matcher::Entry& entry,
                                 const std::vector<HubLabel>& hubs_of_offers) {
    const matcher::ReferralSubmitted* submitted = nullptr;
    for (const auto& event : batch.events_of(entry)) {
        if (const auto* found = std::get_if<matcher::ReferralSubmitted>(&event)) {
            submitted = found;
        }
    }
    std::string out;
    if (submitted == nullptr) {
        return out;  // no submit: the caller asked with another command's entry
    }
    out.reserve(768);
    JsonWriter json(out);
    json.open_object();
    json.text("id", id_text(submitted->id));
    json.text("reference", readable_reference(submitted->referral));
    json.text("status", "active");
    json.text("created", time_text(entry.at));
    // What the veil hides later (wire/veil.hpp) is not told at once either.
    const bool told = submitted->consent.purposes.has(matcher::Purpose::share_status_with_referrer);
    json.open_array("offers");
    std::uint8_t ordinal = 0;
    for (const auto& event : batch.events_of(entry)) {
        const auto* offered = std::get_if<matcher::Offered>(&event);
        if (offered == nullptr || !told) {
            continue;
        }
        json.open_object();
        json.text("id", offer_id_text(submitted->id, static_cast<std::uint8_t>(ordinal + 1)));
        if (ordinal < hubs_of_offers.size()) {
            write_hub(json, hubs_of_offers[ordinal].slug, hubs_of_offers[ordinal].name);
        }
        write_needs(json, submitted->ask, offered->needs);
        json.text("answer_by", time_text(offered->answer_by));
        json.integer("distance_metres", offered->distance);
        write_score(json, offered->score);
        json.integer("considered", offered->considered);
        if (offered->session != matcher::no_session) {
            json.integer("session", offered->session);
        }
        json.close_object();
        ++ordinal;
    }
    json.close_array();
    json.open_array("gaps");
    for (const auto& event : batch.events_of(entry)) {
        if (const auto* gap = std::get_if<matcher::GapRecorded>(&event); gap != nullptr && told) {
            json.open_object();
            write_gap(json, submitted->ask, *gap);
            json.close_object();
        }
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire
