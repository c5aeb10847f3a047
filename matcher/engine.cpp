// SPDX-License-Identifier: Apache-2.0
#include "matcher/engine.hpp"

#include "matcher/apply.hpp"
#include "matcher/decide.hpp"
#include "matcher/invariant.hpp"

namespace hubward::matcher {

std::expected<Receipt, Rejection> Engine::step(Envelope& envelope, Timestamp at, Batch& batch) {
    invariant(batch.first + batch.count == state_.last + 1, "a batch that is not the next one");
    if (envelope.key) {
        if (const auto first = state_.remembered_for(envelope.key)) {
            if (first->fingerprint != envelope.fingerprint) {
                return std::unexpected(Rejection{.why = Refused::key_reused});
            }
            return Receipt{.number = first->number, .resend = true};
        }
    }
    const auto event_first = static_cast<std::uint32_t>(batch.events.size());
    const auto decided = decide(state_, envelope.command, envelope.actor, at, batch.events);
    if (!decided) {
        invariant(batch.events.size() == event_first, "a refusal left an event");
        return std::unexpected(decided.error());
    }
    const auto event_count = static_cast<std::uint32_t>(batch.events.size()) - event_first;
    if (event_count == 0) {  // a tick with nothing due
        return Receipt{.number = state_.last, .entry = no_entry};
    }
    Entry& entry = batch.entries.emplace_back();
    entry.number = batch.first + batch.count;
    entry.at = at;
    entry.actor = envelope.actor;
    entry.key = envelope.key;
    entry.fingerprint = envelope.fingerprint;
    entry.trace = envelope.trace;
    entry.command = envelope.command;
    entry.payload = std::move(envelope.payload);
    entry.event_first = event_first;
    entry.event_count = event_count;
    entry.received_ns = envelope.received_ns;
    batch.count += event_count;
    apply(state_, batch, entry);
    return Receipt{.number = entry.number,
                   .entry = static_cast<std::uint32_t>(batch.entries.size() - 1)};
}

}  // namespace hubward::matcher
