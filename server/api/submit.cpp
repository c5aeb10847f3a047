// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/referrals: decode, seal, submit, wait, answer. The answer is made from the durable entry
// alone, so a resend gets the same bytes; mostly before anything of this is done a second time.
#include <fmt/format.h>

#include "server/api/answered.hpp"
#include "server/api/handlers.hpp"
#include "server/api/named_hubs.hpp"
#include "server/api/new_id.hpp"
#include "server/api/refused_member.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::api {
namespace {

Problem duplicate_of(Services& services, const matcher::Rejection& rejection) {
    Problem p = refused(rejection);
    const auto other = services.events.entry(rejection.number);
    if (other && other->entry != nullptr) {
        if (const auto* made = std::get_if<matcher::SubmitReferral>(&other->entry->command)) {
            p.detail = fmt::format("{} It is /v1/referrals/{}.", p.detail, wire::id_text(made->id));
        }
    }
    return p;
}

// Slug and name of the hub of each offer in the entry, in order. `done` outlives it.
http::Task<std::vector<wire::HubLabel>> labels(Services* services, const Done* done) {
    std::vector<HubKey> keys;
    services->view.look([&](const View& view) {
        for (const matcher::Event& event : done->batch->events_of(*done->entry)) {
            if (const auto* offered = std::get_if<matcher::Offered>(&event)) {
                keys.push_back(hub_key(view.state().at(offered->on.hub), offered->on.hub));
            }
        }
    });
    std::vector<wire::HubLabel> found;
    found.reserve(keys.size());
    storage::EventLog* events = &services->events;
    for (const HubKey& key : keys) {
        std::string name = co_await services->hub_names->name_at(key, done->entry->number, events);
        found.push_back({std::string(key.slug.view()), std::move(name)});
    }
    co_return found;
}

http::Response created(const Done& done, const std::vector<wire::HubLabel>& hubs) {
    const auto& made = std::get<matcher::SubmitReferral>(done.entry->command);
    http::Response response = json(201, wire::encode_submit_answer(*done.batch, *done.entry, hubs));
    response.with("Location", fmt::format("/v1/referrals/{}", wire::id_text(made.id)));
    // Each event about this referral raises its version by one; only a link is about another, the one
    // that it was made for.
    const auto about_it = std::ranges::count_if(done.batch->events_of(*done.entry), [](const auto& event) {
        return !std::holds_alternative<matcher::OnwardLinked>(event);
    });
    response.with("ETag", version_tag(static_cast<std::uint32_t>(about_it)));
    response.with("Cache-Control", "no-store");
    return response;
}

http::Task<Outcome> answer(Services* services, std::expected<Done, matcher::Rejection> done) {
    if (!done) {
        co_return std::unexpected(done.error().why == matcher::Refused::live_duplicate
                                      ? duplicate_of(*services, done.error())
                                      : refused(done.error()));
    }
    const Done* durable = &*done;
    const auto hubs = co_await labels(services, durable);
    co_return created(*durable, hubs);
}

}  // namespace

http::Task<Outcome> submit_referral(Services* services, Call call) {
    if (auto first = answered_before(*services, call.key, call.fingerprint)) {
        co_return co_await answer(services, *std::move(first));
    }
    auto submission = wire::decode_referral(call.request.body, services->gazetteer,
                                            services->clock.now());
    if (!submission) {
        co_return std::unexpected(faulty(std::move(submission.error())));
    }
    matcher::SubmitReferral command = submission->command;
    if (!command.share_with_hub) {
        services->without_consent->fetch_add(1, std::memory_order_relaxed);
        matcher::Rejection no_consent;
        no_consent.why = matcher::Refused::consent_missing;
        co_return std::unexpected(refused(no_consent));
    }
    if (auto unknown = unknown_hubs(*services, command.ask)) {
        co_return std::unexpected(*std::move(unknown));
    }
    command.id = new_referral_id(services->clock.now());
    command.practice = matcher::PracticeCode(call.principal.subject);
    if (!submission->practice_ref.empty()) {
        command.practice_ref = services->vault.blind("practice-ref", submission->practice_ref);
    }
    if (const auto full = services->gateway.turned_away(command)) {
        co_return std::unexpected(refused(*full));  // before it takes a key that somebody else needs
    }
    auto sealed = services->vault.seal(command.id, submission->details);
    if (!sealed) {
        co_return std::unexpected(sealing_failed(sealed.error()));
    }
    command.key_slot = sealed->key_slot;

    matcher::Envelope letter = envelope(call, command);
    letter.payload = std::move(sealed->bytes);
    auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done && done.error().why == matcher::Refused::consent_invalid) {
        Problem p = refused(done.error());
        name_member(p, command, done.error(), services->clock.now());
        co_return std::unexpected(std::move(p));
    }
    co_return co_await answer(services, std::move(done));
}

}  // namespace hubward::server::api
