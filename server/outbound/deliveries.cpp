// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/deliveries.hpp"

#include <algorithm>
#include <utility>

#include "server/auth/base64url.hpp"
#include "server/outbound/limits.hpp"
#include "server/outbound/schedule.hpp"
#include "server/outbound/webhook_message.hpp"

namespace hubward::server::outbound {
Deliveries::Deliveries(const Services& services, storage::OutboundBook book, storage::TargetLedger ledger,
                       const Trust& trust, Names& names)
    : services_(services), book_(std::move(book)), ledger_(std::move(ledger)), trust_(trust), names_(names) {}

void Deliveries::add_kind(std::string_view name, Kind kind) {
    kinds_.emplace(name, std::move(kind));
}

// A restored backup may hold a target that had ended, and a secret that was replaced because it had leaked. They
// go before anything is sent, so a start that cannot write that down is none.
std::expected<void, std::string> Deliveries::honour_ledger() {
    if (auto kept = ledger_.keep_name(); !kept) {
        return kept;
    }
    auto targets = saved();
    if (ledger_.honour(targets)) {
        const auto before = saved();
        if (auto written = book_.save(std::move(targets)); !written) {
            return written;
        }
        for (const storage::OutboundTarget& target : before) {
            if (std::ranges::find(book_.targets(), target.id, &storage::OutboundTarget::id) ==
                book_.targets().end()) {
                book_.forget(target.id);
            }
        }
        services_.told("targets that had ended, or secrets that were replaced, came back with a restore and went again",
                       "");
    }
    // A rotation that was written down half, or before there was this list.
    for (const storage::OutboundTarget& target : saved()) {
        if (target.secret_generation > 1) {
            if (!ledger_.rotated(target.id, target.secret_generation)) {
                services_.told("the list of replaced secrets cannot be written; a restore would bring them back", target.id);
            }
        }
    }
    return {};
}

std::expected<void, std::string> Deliveries::load() {
    if (auto honoured = honour_ledger(); !honoured) {
        return honoured;
    }
    for (const storage::OutboundTarget& target : saved()) {  // a copy: one that ends is saved on the way
        auto line = std::make_shared<Line>();
        line->target = target;
        line->epoch = target.epoch;
        line->done = target.from;
        auto attempts = book_.attempts(target.id);
        if (!attempts) {
            return std::unexpected(attempts.error());
        }
        for (storage::OutboundAttempt& attempt : *attempts) {
            line->epoch = attempt.epoch;
            line->done = attempt.done;
            line->count = attempt.count;
            if (attempt.seq == 0) {
                continue;
            }
            if (attempt.attempt != 0) {  // not by hand
                line->failures = attempt.done == attempt.seq ? 0 : attempt.attempt;
            }
            line->attempts.push_back(std::move(attempt));
        }
        while (line->attempts.size() > storage::OutboundBook::attempts_kept) {
            line->attempts.pop_front();
        }
        line->noted = line->done;
        // Before anything new is written: what comes after the restore must not pass for what was sent.
        // The epoch is written down last: until it is, every start finds the restore anew.
        if (const std::string before = line->epoch; (follow_epoch(*line), line->epoch != before)) {
            // Safe, unlike what is noted later: were it lost to a power cut, the next start would look for the
            // restore in a journal that has grown since, and pass over what was new in it.
            if (end_with_history(*line)) {
                storage::OutboundAttempt stands;
                stands.epoch = line->epoch;
                stands.done = line->done;
                stands.count = line->count;
                if (auto kept = book_.append_durably(target.id, stands); !kept) {
                    return kept;
                }
            }
            line->noted = line->done;
        }
        line->spoke_ms = now_ms();
        if (line->failures >= tries_max) {
            line->failures = 0;  // it was switched on again since
        }
        if (line->failures != 0) {
            const auto delay = retry_delay(line->failures, 0);
            line->next_try_ms = line->attempts.back().at_ms + (delay ? delay->count() : 0);
        }
        lines_.push_back(std::move(line));
    }
    return {};
}

// After a restore the numbers of a stream go on from an earlier one. What lies before both was sent; what
// comes now is new, under numbers that were used before in the history that is gone.
void Deliveries::follow_epoch(Line& line) const {
    if (services_.events.epoch() == line.epoch) {
        return;  // as a rule; a start must not wait for the streams to be gathered
    }
    const storage::StreamBounds bounds = services_.events.bounds(line.target.stream);
    line.epoch = bounds.epoch;
    line.done = std::min(line.done, bounds.head);
}

// Whoever has a URL is told before it is off; whoever listens by itself finds it off. One that was off before
// can still be asked for its events, and must not count them anew either.
bool Deliveries::end_with_history(Line& line) {
    if (line.target.kind == webhook_kind) {
        return true;
    }
    line.target.on = line.target.on && !line.target.url.empty();
    line.target.off_reason = off_restored;
    auto targets = saved();
    *std::ranges::find(targets, line.target.id, &storage::OutboundTarget::id) = line.target;
    if (!line.target.on) {
        services_.told("a target was switched off", line.target.id);
    }
    return save(std::move(targets));
}

bool Deliveries::due(Line& line) const {
    if (line.busy || !line.target.on || kinds_.find(line.target.kind) == kinds_.end()) {
        return false;
    }
    if (!line.resends.empty() || (!line.target.greeted && !is_over(line)) || ended(line)) {
        return true;
    }
    if (waits(line)) {
        return false;
    }
    if (is_over(line)) {
        return true;
    }
    follow_epoch(line);
    return services_.events.bounds(line.target.stream).head > line.done || beat_due(line);
}

// A wall clock that was set back must not make anybody wait for years.
bool Deliveries::waits(const Line& line) const {
    const std::int64_t wait_ms = line.next_try_ms - now_ms();
    constexpr std::int64_t longest_ms = std::chrono::milliseconds(retry_after_max).count() * 6 / 5;
    return wait_ms > 0 && wait_ms <= longest_ms;
}

bool Deliveries::ended(const Line& line) const {
    return line.target.until_ms != 0 && line.target.until_ms <= now_ms();
}

bool Deliveries::beat_due(const Line& line) const {
    constexpr std::int64_t ms_per_s = 1'000;
    return line.target.beat_s != 0 && now_ms() - line.spoke_ms >= line.target.beat_s * ms_per_s;
}

Numbers Deliveries::numbers() const {
    Numbers numbers;
    numbers.delivered = delivered_;
    numbers.failed = failed_;
    numbers.targets = lines_.size();
    std::int64_t oldest_ms = 0;
    for (const LinePtr& line : lines_) {
        if (!line->target.on) {
            ++numbers.off;
            continue;
        }
        if (kinds_.find(line->target.kind) == kinds_.end()) {
            continue;  // it is only kept here; somebody else sends
        }
        const std::uint64_t head = services_.events.bounds(line->target.stream).head;
        numbers.behind += head > line->done ? head - line->done : 0;
        if (line->waiting_since_ms != 0) {
            oldest_ms = oldest_ms == 0 ? line->waiting_since_ms
                                       : std::min(oldest_ms, line->waiting_since_ms);
        }
    }
    if (oldest_ms != 0) {
        numbers.lag_seconds =
            static_cast<double>(std::max<std::int64_t>(now_ms() - oldest_ms, 0)) / 1e3;
    }
    return numbers;
}

Deliveries::LinePtr Deliveries::line_of(std::string_view id) const {
    const auto found = std::ranges::find_if(
        lines_, [id](const LinePtr& line) { return line->target.id == id; });
    return found == lines_.end() ? nullptr : *found;
}

std::vector<storage::OutboundTarget> Deliveries::saved() const { return book_.targets(); }

bool Deliveries::save(std::vector<storage::OutboundTarget> targets) {
    if (auto written = book_.save(std::move(targets)); !written) {
        services_.told("the list of targets could not be written", "");
        return false;
    }
    return true;
}

TargetNow Deliveries::now_of(const Line& line) const {
    const std::uint64_t head = services_.events.bounds(line.target.stream).head;
    TargetNow now;
    now.target = line.target;
    now.epoch = line.epoch;
    now.done = line.done;
    now.behind = head > line.done ? head - line.done : 0;
    now.delivered = line.count;
    now.failures = line.failures;
    now.next_try_ms = line.failures != 0 && line.target.on ? line.next_try_ms : 0;
    return now;
}

std::expected<TargetNow, Refusal> Deliveries::create(const NewTarget& wanted) {
    std::size_t owned = 0;
    for (const LinePtr& line : lines_) {
        const storage::OutboundTarget& it = line->target;
        if (it.role != wanted.role || it.subject != wanted.subject) {
            continue;
        }
        ++owned;
        if (it.made_by.high == wanted.mark.high && it.made_by.low == wanted.mark.low) {
            if (it.made_by != wanted.mark) {
                return std::unexpected(Refusal::key_reused);
            }
            TargetNow now = now_of(*line);
            now.again = true;
            return now;
        }
    }
    if (lines_.size() >= limits::targets_max || owned >= limits::targets_per_owner_max) {
        return std::unexpected(Refusal::too_many);
    }
    const storage::StreamBounds bounds = services_.events.bounds(wanted.stream);
    auto line = std::make_shared<Line>();
    storage::OutboundTarget& target = line->target;
    target.id = auth::random_code();
    target.kind = wanted.kind;
    target.role = wanted.role;
    target.subject = wanted.subject;
    target.stream = wanted.stream;
    target.url = wanted.url;
    target.types = wanted.types;
    target.options = wanted.options;
    target.greeted = wanted.greeted;
    target.until_ms = wanted.until_ms;
    target.beat_s = wanted.beat_s;
    target.made_ms = now_ms();
    target.epoch = bounds.epoch;
    target.from = bounds.head;
    target.made_by = wanted.mark;
    line->epoch = bounds.epoch;
    line->done = bounds.head;
    line->noted = bounds.head;
    line->spoke_ms = target.made_ms;
    auto targets = saved();
    targets.push_back(target);
    if (!save(std::move(targets))) {
        return std::unexpected(Refusal::not_written);
    }
    lines_.push_back(line);
    return now_of(*line);
}

std::expected<TargetNow, Refusal> Deliveries::rotate(std::string_view id,
                                                     const storage::RequestMark& mark) {
    const LinePtr line = line_of(id);
    if (line == nullptr) {
        return std::unexpected(Refusal::not_found);
    }
    if (line->target.rotated_by == mark) {
        if (!ledger_.rotated(id, line->target.secret_generation)) {
            return std::unexpected(Refusal::not_written);
        }
        TargetNow now = now_of(*line);
        now.again = true;
        return now;
    }
    auto targets = saved();
    const auto it = std::ranges::find(targets, id, &storage::OutboundTarget::id);
    ++it->secret_generation;
    it->rotated_ms = now_ms();
    it->rotated_by = mark;
    storage::OutboundTarget changed = *it;
    auto before = saved();
    if (!save(std::move(targets))) {
        return std::unexpected(Refusal::not_written);
    }
    // Last: a secret that nobody was shown must not be the only one after the next start.
    if (!ledger_.rotated(id, changed.secret_generation)) {
        save(std::move(before));
        services_.told("the list beside the master key could not be written", id);
        return std::unexpected(Refusal::not_written);
    }
    line->target = std::move(changed);
    return now_of(*line);
}

std::expected<TargetNow, Refusal> Deliveries::resume(std::string_view id) {
    const LinePtr line = line_of(id);
    if (line == nullptr) {
        return std::unexpected(Refusal::not_found);
    }
    if (!line->target.on) {
        auto targets = saved();
        const auto it = std::ranges::find(targets, id, &storage::OutboundTarget::id);
        it->on = true;
        it->off_reason.clear();
        storage::OutboundTarget changed = *it;
        if (!save(std::move(targets))) {
            return std::unexpected(Refusal::not_written);
        }
        line->target = std::move(changed);
    }
    line->failures = 0;
    line->next_try_ms = 0;
    return now_of(*line);
}

std::expected<TargetNow, Refusal> Deliveries::resend(std::string_view id, std::uint64_t seq,
                                                     const storage::RequestMark& mark) {
    const LinePtr line = line_of(id);
    if (line == nullptr) {
        return std::unexpected(Refusal::not_found);
    }
    if (line->last_resend == mark) {
        return now_of(*line);
    }
    if (!line->target.on) {
        return std::unexpected(Refusal::switched_off);
    }
    if (seq == 0 || seq > line->done || seq < services_.events.bounds(line->target.stream).floor) {
        return std::unexpected(Refusal::not_sent_yet);
    }
    if (line->resends.size() >= limits::resends_max) {
        return std::unexpected(Refusal::busy);
    }
    line->resends.push_back(seq);
    line->last_resend = mark;
    return now_of(*line);
}

std::expected<void, Refusal> Deliveries::remove(std::string_view id) {
    const LinePtr line = line_of(id);
    if (line == nullptr) {
        return std::unexpected(Refusal::not_found);
    }
    // First: were it gone from the book and not on the list, an old backup would bring it back.
    if (!ledger_.ended(id)) {
        services_.told("the list beside the master key could not be written", id);
        return std::unexpected(Refusal::not_written);
    }
    auto targets = saved();
    std::erase_if(targets, [id](const auto& it) { return it.id == id; });
    if (!save(std::move(targets))) {
        return std::unexpected(Refusal::not_written);
    }
    line->removed = true;
    std::erase(lines_, line);
    book_.forget(id);
    return {};
}

std::vector<TargetNow> Deliveries::list() const {
    std::vector<TargetNow> all;
    all.reserve(lines_.size());
    for (const LinePtr& line : lines_) {
        all.push_back(now_of(*line));
    }
    return all;
}

std::optional<TargetNow> Deliveries::find(std::string_view id) const {
    const LinePtr line = line_of(id);
    return line == nullptr ? std::nullopt : std::optional(now_of(*line));
}

std::vector<storage::OutboundAttempt> Deliveries::attempts(std::string_view id) const {
    const LinePtr line = line_of(id);
    if (line == nullptr) {
        return {};
    }
    return {line->attempts.rbegin(), line->attempts.rend()};
}

}  // namespace hubward::server::outbound
