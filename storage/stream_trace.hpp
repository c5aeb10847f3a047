// SPDX-License-Identifier: Apache-2.0
//
// What the index of streams needs to know of one event, in some six bytes. A snapshot keeps it for every event, so that
// a start from one need not read the whole journal again before it can show a stream.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "matcher/journal.hpp"
#include "storage/archive.hpp"

namespace hubward::storage {

struct StreamTrace {
    matcher::HubIndex hub = matcher::no_hub;         // on whose stream it is, and on that of its place
    std::optional<matcher::ReferralIndex> referral;  // on whose practice's stream it is
    bool reading = false;                            // of the details
    std::optional<matcher::PracticeCode> submitted_by;  // of a referral that is new
    struct Named {
        matcher::HubSlug slug;
        matcher::PlaceCode place;
        friend bool operator==(const Named&, const Named&) = default;
    };
    std::optional<Named> named;  // of a hub that is new or changed
    friend bool operator==(const StreamTrace&, const StreamTrace&) = default;
};
StreamTrace trace_of(const matcher::Event& event);

void put(Encoder& out, const StreamTrace& trace);
// The decoder says when the bytes are none.
StreamTrace get_trace(Decoder& in);

// Those of all events from the first on, encoded, in parts of equal count.
class StreamTraces {
  public:
    static constexpr std::size_t in_a_part = 65'536;

    StreamTraces() = default;
    // As parts() and last() were.
    StreamTraces(std::vector<std::string> parts, matcher::Sequence last) : parts_(std::move(parts)), last_(last) {}

    // The batch that follows on last().
    void add(const matcher::Batch& batch);

    const std::vector<std::string>& parts() const { return parts_; }
    matcher::Sequence last() const { return last_; }

  private:
    std::vector<std::string> parts_;
    matcher::Sequence last_ = 0;
};

}  // namespace hubward::storage
