// SPDX-License-Identifier: Apache-2.0
//
// One turn of one target: event after event while they are taken, and up to a bound while others wait.
#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "server/outbound/deliveries.hpp"
#include "server/outbound/limits.hpp"
#include "server/outbound/schedule.hpp"

namespace hubward::server::outbound {
namespace {

namespace net = boost::asio;

std::string_view result_of(const Reply& reply) {
    constexpr unsigned gone = 410;
    switch (reply.trouble) {
        case NoAnswer::none:
            return reply.status / 100 == 2   ? "delivered"
                   : reply.status == gone    ? "gone"
                                             : "not-taken";
        case NoAnswer::no_address:
            return "no-address";
        case NoAnswer::address_refused:
            return "address-refused";
        case NoAnswer::no_connection:
            return "no-connection";
        case NoAnswer::tls_failed:
            return "tls-failed";
        case NoAnswer::timed_out:
            return "timed-out";
        case NoAnswer::broken_off:
            return "broken-off";
    }
    return "broken-off";
}

}  // namespace

void Deliveries::look(const http::Executor& executor) {
    others_wait_ = false;
    const std::size_t all = lines_.size();
    for (std::size_t i = 0; i < all && !stopping_; ++i) {
        const std::size_t at = (first_ + i) % all;
        const LinePtr& line = lines_[at];
        if (!due(*line)) {
            continue;
        }
        if (running_ >= services_.concurrency) {
            others_wait_ = true;
            first_ = at;  // it comes first when a turn ends
            return;
        }
        line->busy = true;
        ++running_;
        net::co_spawn(executor, turn(line), net::detached);
    }
}

http::Task<void> Deliveries::turn(LinePtr line) {
    const http::Executor executor = co_await net::this_coro::executor;
    try {
        // It was looked at when the target was made; a file that somebody edited may hold anything.
        auto url = https_url(line->target.url);
        if (!url) {
            switch_off(*line, "url-invalid");
        } else {
            Client client(services_.client, trust_, names_, *std::move(url));
            co_await send_all(line.get(), &client);
        }
    } catch (const std::exception&) {
        // An answer that no code of ours foresaw; the same again at the next try.
        services_.told("a delivery ended by an exception", line->target.id);
        Reply none;
        none.trouble = NoAnswer::broken_off;
        failed(*line, none, now_ms());
    }
    if (!line->removed && line->done != line->noted) {
        note(*line, {});
    }
    std::vector<storage::StreamEvent>().swap(line->page);
    line->busy = false;
    --running_;
    // At once: at the next tick, whoever waits would get a turn only ten times a second.
    if (others_wait_ && !std::exchange(look_posted_, true)) {
        net::post(executor, [this, executor] {
            look_posted_ = false;
            look(executor);
        });
    }
}

// On one connection for as long as it lasts: a new one costs more than a message.
http::Task<void> Deliveries::send_all(Line* line, Client* client) {
    const std::int64_t turn_began = services_.clock.steady_ns();
    const auto may_go_on = [&](std::size_t sent) {
        const std::chrono::nanoseconds taken(services_.clock.steady_ns() - turn_began);
        return !others_wait_ || (sent < limits::turn_messages_max && taken < limits::turn_time_max);
    };
    for (std::size_t n = 0; may_go_on(n); ++n) {
        const std::optional<Next> sent = next(*line);
        if (!sent) {
            co_return;
        }
        const std::int64_t began = services_.clock.steady_ns();
        const Outgoing* message = &sent->message;
        const Reply reply = co_await client->post(message);
        if (!settle(*line, *sent, reply, began)) {
            co_return;
        }
    }
}

std::optional<Deliveries::Next> Deliveries::next_by_hand(Line& line) {
    while (!line.resends.empty()) {
        const std::uint64_t seq = line.resends.front();
        line.resends.pop_front();
        const auto events = services_.events.read(line.target.stream, seq - 1, 1);
        if (events.empty() || events.front().seq != seq) {
            continue;
        }
        auto message =
            kinds_.find(line.target.kind)->second.event(line.target, events.front(), line.count);
        if (message) {
            return Next{*std::move(message), seq, events.front().number, true, {}};
        }
    }
    return std::nullopt;
}

std::optional<Deliveries::Next> Deliveries::next(Line& line) {
    if (stopping_ || line.removed || !line.target.on) {
        return std::nullopt;
    }
    if (ended(line)) {
        switch_off(line, "ended");
        return std::nullopt;
    }
    if (is_over(line) && waits(line)) {
        return std::nullopt;
    }
    if (auto notice = next_notice(line); notice || is_over(line)) {
        return notice;
    }
    if (auto by_hand = next_by_hand(line)) {
        return by_hand;
    }
    if (waits(line)) {
        return std::nullopt;  // a resend costs the others none of their tries
    }
    return next_of_stream(line);
}

std::optional<Deliveries::Next> Deliveries::next_of_stream(Line& line) {
    if (const std::string before = line.epoch; (follow_epoch(line), line.epoch != before)) {
        line.page.clear();
    }
    const Render& render = kinds_.find(line.target.kind)->second.event;
    for (std::size_t page = 0; page < limits::pages_max; ++page) {
        if (line.page.empty() || line.page.back().seq <= line.done) {
            line.page = services_.events.read(line.target.stream, line.done, limits::page_events);
        }
        if (line.page.empty()) {
            break;
        }
        for (const storage::StreamEvent& event : line.page) {
            if (event.seq <= line.done) {
                continue;
            }
            auto message = render(line.target, event, line.count + 1);
            if (message) {
                line.waiting_since_ms = event.entry->at.ms;
                return Next{*std::move(message), event.seq, event.number, false, {}};
            }
            line.done = event.seq;
        }
    }
    return std::nullopt;  // the next look goes on from here
}

// A greeting before all else; a heartbeat only when there is nothing to tell.
std::optional<Deliveries::Next> Deliveries::next_notice(Line& line) const {
    const auto& kind = kinds_.find(line.target.kind)->second;
    if (kind.notice && is_over(line)) {
        return Next{kind.notice(line.target, Notice::last_word, line.count), 0, 0, false, Notice::last_word};
    }
    const bool greet = !line.target.greeted;
    const bool beat = beat_due(line) &&
                      services_.events.bounds(line.target.stream).head <= line.done;
    if (!kind.notice || (!greet && !beat)) {
        return std::nullopt;
    }
    const Notice notice = greet ? Notice::greeting : Notice::heartbeat;
    return Next{kind.notice(line.target, notice, line.count), 0, 0, false, notice};
}

// Who does not answer a greeting is switched off at once: nobody has ever been there. A heartbeat that is
// not taken counts as a try that failed, so that who is away is asked less and less often.
bool Deliveries::settle_notice(Line& line, Notice notice, bool taken) {
    line.spoke_ms = now_ms();
    if (notice == Notice::heartbeat) {
        return taken;
    }
    if (notice == Notice::last_word) {
        if (taken) {
            switch_off(line, off_restored);
        }
        return false;
    }
    if (!taken) {
        switch_off(line, "not-greeted");
        return false;
    }
    line.target.greeted = true;
    auto targets = saved();
    const auto it = std::ranges::find(targets, line.target.id, &storage::OutboundTarget::id);
    if (it != targets.end()) {
        it->greeted = true;
        save(std::move(targets));  // when it fails, the next start greets once more
    }
    return true;
}

void Deliveries::note(Line& line, storage::OutboundAttempt attempt) {
    attempt.epoch = line.epoch;
    attempt.done = line.done;
    attempt.count = line.count;
    if (!book_.append(line.target.id, attempt)) {
        // It is only known here that it was sent: after a crash it would be sent again.
        services_.told("an attempt could not be written down", line.target.id);
    }
    line.noted = line.done;
    if (attempt.seq == 0) {
        return;
    }
    line.attempts.push_back(std::move(attempt));
    if (line.attempts.size() > storage::OutboundBook::attempts_kept) {
        line.attempts.pop_front();
    }
}

void Deliveries::switch_off(Line& line, std::string_view reason) {
    if (is_over(line)) {
        reason = off_restored;  // however it ends now: what it numbers stays gone
    }
    line.target.on = false;
    line.target.off_reason = reason;
    line.waiting_since_ms = 0;
    auto targets = saved();
    const auto it = std::ranges::find(targets, line.target.id, &storage::OutboundTarget::id);
    if (it != targets.end()) {
        it->on = false;
        it->off_reason = reason;
        save(std::move(targets));  // when it fails, the next start asks the receiver once more
    }
    services_.told("a target was switched off", line.target.id);
}

void Deliveries::failed(Line& line, const Reply& reply, std::int64_t now_ms) {
    ++line.failures;
    const auto noise = static_cast<std::uint64_t>(services_.clock.steady_ns());
    const auto delay = retry_delay(line.failures, noise);
    if (!delay) {
        return switch_off(line, "gave-up");
    }
    const auto asked = retry_after(reply.retry_after, now_ms);
    line.next_try_ms = now_ms + std::max(*delay, asked.value_or(*delay)).count();
}

bool Deliveries::settle(Line& line, const Next& sent, const Reply& reply, std::int64_t began_ns) {
    if (line.removed) {
        return false;
    }
    const std::int64_t now = now_ms();
    storage::OutboundAttempt attempt;
    attempt.seq = sent.seq;
    attempt.number = sent.number;
    attempt.at_ms = now;
    attempt.attempt = sent.by_hand ? 0 : line.failures + 1;
    attempt.status = reply.status;
    attempt.took_ms =
        static_cast<std::uint32_t>((services_.clock.steady_ns() - began_ns) / 1'000'000);
    attempt.result = result_of(reply);
    const bool taken = attempt.result == "delivered";
    const bool gone = attempt.result == "gone";
    if (sent.notice) {
        ++(taken ? delivered_ : failed_);
        if (gone) {
            switch_off(line, "gone");
            return false;
        }
        if (*sent.notice != Notice::greeting) {
            if (taken) {
                line.failures = 0;
                line.next_try_ms = 0;
            } else {
                failed(line, reply, now);
            }
        }
        return settle_notice(line, *sent.notice, taken);
    }
    if (taken) {
        ++delivered_;
        line.spoke_ms = now;
        if (!sent.by_hand) {
            line.done = sent.seq;
            ++line.count;
            line.failures = 0;
            line.next_try_ms = 0;
            line.waiting_since_ms = 0;
        }
    } else {
        ++failed_;
    }
    note(line, std::move(attempt));
    if (gone) {
        switch_off(line, "gone");
    } else if (!taken && !sent.by_hand) {
        failed(line, reply, now);
    }
    return taken || (sent.by_hand && !gone);
}

}  // namespace hubward::server::outbound
