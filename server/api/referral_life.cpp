// SPDX-License-Identifier: Apache-2.0
//
// What practice and place decide about a referral: rest, go on, open again, release or
// end a need, name who looks. Each answers with the referral as it is afterwards.
#include "server/api/answered.hpp"
#include "server/api/handlers.hpp"
#include "server/api/steps.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {

using matcher::ReferralId;

namespace {

// The needs by their position in the referral.
matcher::NeedMask mask_of(const matcher::Referral& referral,
                          const std::vector<matcher::Need>& needs) {
    unsigned mask = 0;
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        for (const matcher::Need need : needs) {
            mask |= referral.ask.needs[i] == need ? 1U << i : 0U;
        }
    }
    return static_cast<matcher::NeedMask>(mask);
}

}  // namespace

http::Response referral_answer(const wire::ReferralFacts& facts, const auth::Principal& who) {
    http::Response response = json(200, wire::encode_referral(facts, reader_of(who)));
    response.with("ETag", version_tag(facts.referral.version));
    response.with("Cache-Control", "private, no-cache");
    return response;
}

http::Task<Outcome> pause_referral(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_pause,
                            [](ReferralId id, std::uint32_t version, const PauseBody& body) {
                                return matcher::PauseReferral{id, body.reason, body.review_at, version};
                            });
}

http::Task<Outcome> resume_referral(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_nothing,
                            [](ReferralId id, std::uint32_t version) {
                                return matcher::ResumeReferral{id, version};
                            });
}

http::Task<Outcome> release_needs(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_nothing,
                            [](ReferralId id, std::uint32_t version) {
                                return matcher::ReleaseNeeds{id, version};
                            });
}

http::Task<Outcome> close_need(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_outcome,
                            [](ReferralId id, std::uint32_t version, const OutcomeBody& body) {
                                return matcher::CloseNeed{id, body.need, body.outcome, version};
                            });
}

http::Task<Outcome> assign_owner(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_owner,
                            [](ReferralId id, std::uint32_t version, const matcher::OwnerName& owner) {
                                return matcher::AssignOwner{id, owner, version};
                            });
}

http::Task<Outcome> mark_error(Services* services, Call call) {
    return step_on_referral(services, std::move(call), decode_nothing,
                            [](ReferralId id, std::uint32_t version) {
                                return matcher::MarkError{id, version};
                            });
}

// The note may name the person, so it is sealed like the details, with a key of its own.
http::Task<Outcome> reopen_referral(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", no_such_referral);
    }
    const auto body = decode_reopen(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    // First of all: reopened, the person may have come to a hub of another place.
    if (const auto first = answered_before(*services, call.key, call.fingerprint)) {
        co_return referral_after(*services, call, *id, *first);
    }
    const auto before = facts_for(*services, call.principal, *id);
    if (!before) {
        co_return fail("not-found", no_such_referral);
    }
    matcher::ReopenReferral command;
    command.referral = *id;
    command.needs = mask_of(before->referral, body->needs);
    command.expected_version = call.expected_version;
    if (!body->needs.empty() && command.needs == 0) {
        co_return std::unexpected(
            faulty(one_fault("/needs", "Name needs that the referral has.", "range")));
    }
    auto sealed = services->vault.seal(*id, body->note);
    if (!sealed) {
        co_return std::unexpected(sealing_failed(sealed.error()));
    }
    command.note_slot = sealed->key_slot;
    matcher::Envelope letter = envelope(call, command);
    letter.payload = std::move(sealed->bytes);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    co_return referral_after(*services, call, *id, done);
}

}  // namespace hubward::server::api
