// SPDX-License-Identifier: Apache-2.0
//
// Which journal number each event of each stream has: 8 bytes an event and stream. A stream's numbers
// run 1, 2, 3 … without holes, so a stream is a list and its position in the list is its number.
// An event of a hub is on the stream of the place that the hub belonged to at that moment; those
// numbers stand nowhere else, and come out the same from every reading of the journal.
// The events of one referral are a chain through its practice's stream: 4 bytes an event more.
//
// Not thread-safe: EventLog locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "matcher/journal.hpp"
#include "storage/stream_trace.hpp"

namespace hubward::storage {

class StreamIndex {
  public:
    // Takes the batch when it follows directly on what is known; leaves it otherwise, and also when
    // a stream's number has a hole (`damaged` then says so).
    bool feed(const matcher::Batch& batch);
    // The event after last(), of a history that was looked at before. False, and `damaged`, when it can be none.
    bool feed(const StreamTrace& trace);

    // Whether they would say the same of everything.
    friend bool operator==(const StreamIndex&, const StreamIndex&) = default;

    matcher::Sequence last() const { return last_; }
    bool damaged() const { return damaged_; }
    // 0 for a stream without events.
    std::uint64_t head(std::string_view stream) const;
    // Journal numbers of up to `limit` events after `after`.
    std::vector<matcher::Sequence> numbers(std::string_view stream, std::uint64_t after,
                                           std::size_t limit) const;
    // Numbers in its practice's stream and in the journal, oldest first; of those that are readings of the details
    // only the newest `readings_max`.
    struct InPractice {
        std::uint64_t seq = 0;
        matcher::Sequence number = 0;
    };
    std::vector<InPractice> of_referral(matcher::ReferralIndex referral, std::size_t readings_max) const;

  private:
    using Numbers = std::vector<matcher::Sequence>;
    const Numbers* find(std::string_view stream) const;
    void name_hub(std::size_t at, const StreamTrace::Named& hub);
    bool damage();

    matcher::Sequence last_ = 0;
    bool damaged_ = false;
    std::vector<Numbers> by_hub_;       // by HubIndex
    std::vector<Numbers> by_practice_;  // in order of arrival
    std::vector<Numbers> by_place_;     // in order of arrival
    std::vector<std::uint32_t> place_of_;  // by HubIndex, as of now
    // by_practice_'s shadow: number in the same stream of the referral's event before, 0 for none; and in the highest
    // bit whether this event, not that before, is a reading.
    static constexpr std::uint32_t reading_bit = std::uint32_t{1} << 31U;
    std::vector<std::vector<std::uint32_t>> before_;
    std::vector<std::uint32_t> practice_of_;  // by ReferralIndex
    std::vector<std::uint32_t> latest_of_;    // by ReferralIndex: its newest event in that stream
    std::unordered_map<std::string, std::uint32_t> hub_named_;
    std::unordered_map<std::string, std::uint32_t> practice_coded_;
    std::unordered_map<std::string, std::uint32_t> place_coded_;
};

}  // namespace hubward::storage
