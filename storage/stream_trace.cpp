// SPDX-License-Identifier: Apache-2.0
#include "storage/stream_trace.hpp"

#include "matcher/invariant.hpp"
#include "storage/event_log.hpp"
#include "storage/fields.hpp"

namespace hubward::storage {
namespace {

// The first byte: which of the others there are.
constexpr unsigned has_hub = 1;
constexpr unsigned has_referral = 2;
constexpr unsigned is_a_reading = 4;
constexpr unsigned is_submitted = 8;
constexpr unsigned names_a_hub = 16;
constexpr unsigned all_of_them = 31;

}  // namespace

StreamTrace trace_of(const matcher::Event& event) {
    const OnStreams on = streams_of(event);
    StreamTrace trace{.hub = on.hub, .referral = on.referral, .reading = is_reading(event)};
    if (const auto* submitted = std::get_if<matcher::ReferralSubmitted>(&event)) {
        trace.submitted_by = submitted->practice;
    } else if (const auto* hub = std::get_if<matcher::HubUpserted>(&event)) {
        trace.named = {hub->profile.slug, hub->profile.place};
    }
    return trace;
}

void put(Encoder& out, const StreamTrace& trace) {
    out.byte(static_cast<std::uint8_t>((trace.hub != matcher::no_hub ? has_hub : 0) |
                                       (trace.referral ? has_referral : 0) | (trace.reading ? is_a_reading : 0) |
                                       (trace.submitted_by ? is_submitted : 0) | (trace.named ? names_a_hub : 0)));
    if (trace.hub != matcher::no_hub) {
        out(trace.hub);
    }
    if (trace.referral) {
        out(*trace.referral);
    }
    if (trace.submitted_by) {
        out(*trace.submitted_by);
    }
    if (trace.named) {
        out(trace.named->slug, trace.named->place);
    }
}

StreamTrace get_trace(Decoder& in) {
    StreamTrace trace;
    const unsigned has = in.byte();
    if (has > all_of_them) {
        in.fail();
        return trace;
    }
    if ((has & has_hub) != 0) {
        in(trace.hub);
    }
    if ((has & has_referral) != 0) {
        in(trace.referral.emplace());
    }
    trace.reading = (has & is_a_reading) != 0;
    if ((has & is_submitted) != 0) {
        in(trace.submitted_by.emplace());
    }
    if ((has & names_a_hub) != 0) {
        StreamTrace::Named& named = trace.named.emplace();
        in(named.slug, named.place);
    }
    return trace;
}

void StreamTraces::add(const matcher::Batch& batch) {
    matcher::invariant(batch.first == last_ + 1, "traces are kept of every event");
    for (const matcher::Event& event : batch.events) {
        if (last_ % in_a_part == 0) {
            parts_.emplace_back();
        }
        Encoder out(parts_.back());
        put(out, trace_of(event));
        ++last_;
    }
}

}  // namespace hubward::storage
