// SPDX-License-Identifier: Apache-2.0
#include "tests/power/told.hpp"

#include <algorithm>

#include "matcher/apply.hpp"
#include "matcher/limits.hpp"
#include "storage/event_log.hpp"
#include "storage/record.hpp"
#include "tests/support/summary.hpp"

namespace hubward::test {

using namespace matcher;

void Told::fail(std::string what) {
    if (broken_.empty()) {
        broken_ = std::move(what);
    }
}

void Told::hear(const SharedBatch& batch) {
    if (batch->first != state_.last + 1 || batch->count != batch->events.size()) {
        return fail("a hole in the numbers of events after " + std::to_string(state_.last));
    }
    if (const auto record = storage::encode(*batch, 0, {})) {
        batches_[batch->first] = record->own;
    } else {
        fail("a batch that cannot be written down");
    }
    for (const Entry& entry : batch->entries) {
        hear_entry(*batch, entry);
    }
}

void Told::hear_entry(const Batch& batch, const Entry& entry) {
    if (entry.key) {
        const auto [known, fresh] = carried_out_.try_emplace(entry.key);
        if (!fresh && entry.at - known->second.at <= limits::request_key_age_max) {
            fail("one key was carried out twice");
        }
        known->second = {entry.number, entry.at};
    }
    if (entry.at < state_.last_time) {
        fail("time went back");
    }
    apply(state_, batch, entry);
    Sequence number = entry.number;
    for (const Event& event : batch.events_of(entry)) {
        note_streams(event, number++);
        if (const auto* submitted = std::get_if<ReferralSubmitted>(&event)) {
            sealed_.push_back({submitted->id, submitted->key_slot, entry.payload});
        }
    }
    check_units(entry);
}

// The numbers that an event carries for its streams are the next ones of these streams.
void Told::note_streams(const Event& event, Sequence number) {
    const storage::OnStreams on = storage::streams_of(event);
    const auto note = [&](const std::string& name, std::uint64_t seq) {
        std::vector<Sequence>& numbers = streams_[name];
        numbers.push_back(number);
        if (seq != numbers.size()) {
            fail("a hole in the stream " + name);
        }
    };
    if (on.hub != no_hub) {
        note("hub/" + std::string(state_.at(on.hub).profile.slug.view()), on.hub_seq);
    }
    if (on.referral) {
        note("practice/" + std::string(state_.at(*on.referral).practice.view()), on.practice_seq);
    }
}

// More units are promised than there are only when somebody has taken units away.
void Told::check_units(const Entry& entry) {
    units_.resize(state_.hubs.size());
    for (std::size_t h = 0; h < state_.hubs.size(); ++h) {
        for (std::size_t k = 0; k < unit_kinds; ++k) {
            const Capacity& now = state_.hubs[h].capacity[k];
            Units& was = units_[h][k];
            const unsigned promised = now.held + now.used;
            const unsigned taken = was.total > now.total ? was.total - now.total : 0;
            const unsigned over_before = was.promised > was.total ? was.promised - was.total : 0;
            if (promised > now.total + over_before + taken) {
                fail("entry " + std::to_string(entry.number) + ": hub " +
                     std::string(state_.hubs[h].profile.slug.view()) +
                     " is promised beyond its units");
            }
            was = {now.total, promised};
        }
    }
}

void Told::inspect() {
    if (std::string rule = broken_rule(state_); !rule.empty()) {
        fail(std::move(rule));
    }
}

bool Told::is_as_told(const Batch& batch) const {
    const auto found = batches_.find(batch.first);
    const auto record = storage::encode(batch, 0, {});
    return found != batches_.end() && record && record->own == found->second;
}

const std::vector<Sequence>& Told::stream(const std::string& name) const {
    static const std::vector<Sequence> nothing;
    const auto found = streams_.find(name);
    return found == streams_.end() ? nothing : found->second;
}

const Told::CarriedOut* Told::carried_out(const RequestKey& key) const {
    const auto found = carried_out_.find(key);
    return found == carried_out_.end() ? nullptr : &found->second;
}

}  // namespace hubward::test
