// SPDX-License-Identifier: Apache-2.0
//
// What the person says, written down by whoever heard it: consent given or taken back, erasure, their
// own view of an outcome, a new address; and what a hub measured or found.
#include "server/api/answered.hpp"
#include "server/api/handlers.hpp"
#include "server/api/referral_events.hpp"
#include "server/api/steps.hpp"
#include "server/api/word_body.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::api {

using matcher::OfferRef;
using matcher::ReferralId;

http::Task<Outcome> give_consent(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_consent,
                            [](ReferralId id, std::uint32_t version, const matcher::Consent& body) {
                                return matcher::GiveConsent{id, body, version};
                            });
}

http::Task<Outcome> withdraw_consent(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_purposes,
                            [](ReferralId id, std::uint32_t version, matcher::PurposeSet body) {
                                return matcher::WithdrawConsent{id, body, version};
                            });
}

// Answered when the order is durable; from then on nobody opens the details. The keys are destroyed
// within a second after (jobs::ShredJob), and the event KeyShredded says so.
http::Task<Outcome> erase_referral(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_nothing,
                            [](ReferralId id, std::uint32_t version) {
                                return matcher::EraseReferral{id, version};
                            });
}

http::Task<Outcome> record_person_word(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_outcome,
                            [](ReferralId id, std::uint32_t version, const OutcomeBody& body) {
                                return matcher::RecordPersonWord{id, body.need, body.outcome, version};
                            });
}

http::Task<Outcome> close_follow_up(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_nothing,
                            [](ReferralId id, std::uint32_t version) {
                                return matcher::CloseFollowUp{id, version};
                            });
}

http::Task<Outcome> record_measure(Services* services, Call call) {
    return step_on_offer(services, std::move(call), decode_measure,
                         [](const OfferRef& ref, const MeasureBody& body) {
                             return matcher::RecordMeasure{ref, body.measure, body.moment, body.value};
                         });
}

http::Task<Outcome> add_need(Services* services, Call call) {
    return step_on_offer(services, std::move(call), decode_need,
                         [](const OfferRef& ref, matcher::Need need) {
                             return matcher::AddNeed{ref, need};
                         });
}

// Only the coarse cell reaches the core; the address itself is sealed with a key of its own.
http::Task<Outcome> move_person(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", no_such_referral);
    }
    auto body = decode_address(call.request.body, services->gazetteer);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    if (const auto first = answered_before(*services, call.key, call.fingerprint)) {
        co_return referral_after(*services, call, *id, *first);
    }
    auto sealed = services->vault.seal(*id, body->sealed_part);
    if (!sealed) {
        co_return std::unexpected(sealing_failed(sealed.error()));
    }
    matcher::MovePerson command;
    command.referral = *id;
    command.position = body->position;
    command.place = body->place;
    command.note_slot = sealed->key_slot;
    command.expected_version = call.expected_version;
    matcher::Envelope letter = envelope(call, command);
    letter.payload = std::move(sealed->bytes);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    co_return referral_after(*services, call, *id, done);
}

// Each value as it was recorded, oldest first; a hub sees what was recorded at its own offers.
http::Task<Outcome> get_measures(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    const auto told = id ? events_told(*services, call.principal, *id) : std::nullopt;
    if (!told) {
        co_return fail("not-found", no_such_referral);
    }
    std::string body;
    wire::JsonWriter writer(body);
    writer.open_object();
    writer.text("referral", wire::id_text(*id));
    writer.open_array("items");
    for (const Told& one : *told) {
        if (const auto* e = std::get_if<matcher::MeasureRecorded>(one.event.event)) {
            writer.open_object();
            writer.text("at", wire::time_text(one.event.entry->at));
            writer.text("offer", wire::offer_id_text(one.subject.referral, one.subject.ordinal));
            writer.text("measure", matcher::name(e->measure));
            writer.text("moment", matcher::name(e->moment));
            writer.integer("value", e->value);
            writer.integer("of", matcher::scale_max(e->measure));
            writer.close_object();
        }
    }
    writer.close_array();
    writer.close_object();
    http::Response response = api::json(200, std::move(body));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
