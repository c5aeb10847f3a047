// SPDX-License-Identifier: Apache-2.0
#include "server/api/webhook_desk.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "server/api/seen_webhook.hpp"
#include "server/outbound/outbound.hpp"
#include "server/outbound/url.hpp"

namespace hubward::server::api {
namespace {

using outbound::TargetNow;

// What happened then; empty when the history is another one now, or does not reach back so far.
std::string event_of(Services& services, const TargetNow& now, const storage::OutboundAttempt& attempt) {
    if (attempt.epoch != now.epoch) {
        return {};
    }
    const auto found = services.events.read(now.target.stream, attempt.seq - 1, 1);
    return found.empty() || found.front().seq != attempt.seq ? std::string()
                                                             : matcher::event_name(*found.front().event);
}

FailedEvent failed_event(Services& services, const TargetNow& now, const storage::OutboundAttempt& attempt) {
    FailedEvent failed;
    failed.sequence = attempt.seq;
    failed.event = event_of(services, now, attempt);
    failed.result = attempt.result;
    failed.status = attempt.status;
    failed.attempt = attempt.attempt;
    failed.at = matcher::Timestamp{attempt.at_ms};
    failed.may_send = now.target.on && attempt.seq <= now.done;
    return failed;
}

WebhookLook look_at(Services& services, const TargetNow& now,
                    const std::vector<storage::OutboundAttempt>& newest_first, std::size_t failed_max) {
    const auto url = outbound::https_url(now.target.url);
    WebhookLook look;
    look.id = now.target.id;
    look.host = url ? url->host : std::string("?");
    look.stream = now.target.stream;
    look.on = now.target.on;
    look.off_reason = now.target.off_reason;
    look.failures = now.failures;
    look.next_try = matcher::Timestamp{now.next_try_ms};
    look.behind = now.behind;
    std::set<std::uint64_t> seen;
    for (const storage::OutboundAttempt& attempt : newest_first) {
        const bool newest = attempt.seq != 0 && seen.insert(attempt.seq).second;
        if (!newest || attempt.result == "delivered") {
            continue;
        }
        if (look.failed.size() == failed_max) {
            ++look.failed_more;
        } else {
            look.failed.push_back(failed_event(services, now, attempt));
        }
    }
    return look;
}

DeskAnswer answer_of(const std::expected<TargetNow, outbound::Refusal>& done) {
    if (done) {
        return {};
    }
    switch (done.error()) {
        case outbound::Refusal::not_found: return std::unexpected(DeskRefusal::not_there);
        case outbound::Refusal::switched_off: return std::unexpected(DeskRefusal::switched_off);
        case outbound::Refusal::not_sent_yet: return std::unexpected(DeskRefusal::not_sent_yet);
        case outbound::Refusal::busy: return std::unexpected(DeskRefusal::busy);
        case outbound::Refusal::too_many:
        case outbound::Refusal::key_reused:
        case outbound::Refusal::not_written: break;
    }
    return std::unexpected(DeskRefusal::again);
}

std::vector<TargetNow> troubled_first(const std::vector<TargetNow>& all, const auth::Principal& who) {
    std::vector<TargetNow> ordered;
    for (const bool troubled : {true, false}) {
        std::ranges::copy_if(all, std::back_inserter(ordered), [&](const TargetNow& now) {
            return sees_webhook(who, now.target) && troubled == (!now.target.on || now.failures != 0);
        });
    }
    return ordered;
}

http::Task<bool> is_theirs(Services* services, const auth::Principal* who, std::string id) {
    const auto found = co_await services->outbound.find(std::move(id));
    co_return found && sees_webhook(*who, found->target);
}

}  // namespace

http::Task<WebhookLooks> look_at_webhooks(Services* services, auth::Principal who, std::size_t webhooks_max,
                                          std::size_t failed_max) {
    const auto all = co_await services->outbound.list();
    const std::vector<TargetNow> ordered = troubled_first(all, who);
    WebhookLooks looks;
    for (const TargetNow& now : ordered) {
        if (looks.shown.size() == webhooks_max) {
            ++looks.more;
            continue;
        }
        std::string id = now.target.id;
        const auto attempts = co_await services->outbound.attempts(std::move(id));
        looks.shown.push_back(look_at(*services, now, attempts, failed_max));
    }
    co_return looks;
}

http::Task<DeskAnswer> send_again(Services* services, auth::Principal who, std::string id,
                                  std::uint64_t sequence, storage::RequestMark mark) {
    const auth::Principal* asker = &who;
    std::string named = id;
    if (!co_await is_theirs(services, asker, std::move(named))) {
        co_return std::unexpected(DeskRefusal::not_there);
    }
    const auto done = co_await services->outbound.resend(std::move(id), sequence, mark);
    co_return answer_of(done);
}

http::Task<DeskAnswer> wake_webhook(Services* services, auth::Principal who, std::string id) {
    const auth::Principal* asker = &who;
    std::string named = id;
    if (!co_await is_theirs(services, asker, std::move(named))) {
        co_return std::unexpected(DeskRefusal::not_there);
    }
    const auto done = co_await services->outbound.resume(std::move(id));
    co_return answer_of(done);
}

}  // namespace hubward::server::api
