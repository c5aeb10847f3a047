// SPDX-License-Identifier: Apache-2.0
//
// What practice and place decide about a referral: rest, go on, open again, release or
// end a need, name who looks. Each answers with the referral as it is afterwards.
#include "server/api/actions.hpp"
#include "server/api/handlers.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {
namespace {

constexpr const char* nothing_here = "There is no such referral, or it is not yours to see.";

// The referral of the path, when the caller may see it. Whose practice it is, the core asks too.
std::optional<matcher::ReferralId> own_referral(Services& services, const Call& call) {
    const auto id = wire::parse_id(call.request.param("id"));
    if (!id || !facts_for(services, call.principal, *id)) {
        return std::nullopt;
    }
    return id;
}

http::Task<Outcome> act_on_referral(Services* services, Call call, matcher::Command command,
                                    matcher::ReferralId id) {
    const auth::Principal who = call.principal;
    Call taken = std::move(call);
    auto done = co_await act(services, std::move(taken), command, id);
    if (!done) {
        co_return std::unexpected(std::move(done.error()));
    }
    const auto facts = facts_for(*services, who, id);
    if (!facts) {
        co_return fail("not-found", nothing_here);
    }
    co_return referral_answer(*facts, who);
}

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
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", nothing_here);
    }
    const auto body = decode_pause(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = matcher::PauseReferral{*id, body->reason, body->review_at,
                                                           call.expected_version};
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id);
}

http::Task<Outcome> resume_referral(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", nothing_here);
    }
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = matcher::ResumeReferral{*id, call.expected_version};
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id);
}

http::Task<Outcome> release_needs(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", nothing_here);
    }
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = matcher::ReleaseNeeds{*id, call.expected_version};
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id);
}

http::Task<Outcome> close_need(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", nothing_here);
    }
    const auto body = decode_outcome(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = matcher::CloseNeed{*id, body->need, body->outcome, call.expected_version};
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id);
}

http::Task<Outcome> assign_owner(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", nothing_here);
    }
    const auto owner = decode_owner(call.request.body);
    if (!owner) {
        co_return std::unexpected(faulty(owner.error()));
    }
    const matcher::Command command = matcher::AssignOwner{*id, *owner, call.expected_version};
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id);
}

http::Task<Outcome> mark_error(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", nothing_here);
    }
    if (const auto body = decode_nothing(call.request.body); !body) {
        co_return std::unexpected(faulty(body.error()));
    }
    const matcher::Command command = matcher::MarkError{*id, call.expected_version};
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id);
}

// The note may name the person, so it is sealed like the details, with a key of its own.
http::Task<Outcome> reopen_referral(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    const auto before = id ? facts_for(*services, call.principal, *id) : std::nullopt;
    if (!before) {
        co_return fail("not-found", nothing_here);
    }
    const auto body = decode_reopen(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
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
    if (!done) {
        co_return std::unexpected(refused(done.error()));
    }
    const auto facts = facts_for(*services, call.principal, *id);
    if (!facts) {
        co_return fail("not-found", nothing_here);
    }
    co_return referral_answer(*facts, call.principal);
}

}  // namespace hubward::server::api
