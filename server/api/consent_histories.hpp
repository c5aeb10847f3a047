// SPDX-License-Identifier: Apache-2.0
//
// What a person had agreed to when an event happened: read from the journal once for each referral, however many
// of its events are asked about. For one request; what it knows grows with the referrals asked about.
#pragma once

#include <unordered_map>
#include <vector>

#include "matcher/consent.hpp"
#include "storage/event_log.hpp"

namespace hubward::server::api::bars {

class ConsentHistories {
  public:
    // `events` must outlive it.
    explicit ConsentHistories(storage::EventLog& events) : events_(events) {}

    // Whether the practice could be told of it when it happened. Requires an event about that referral.
    bool could_be_told(matcher::ReferralIndex referral, const storage::StreamEvent& at);

  private:
    struct Change {
        matcher::Sequence number = 0;
        matcher::Consents held;  // from then on
    };
    struct History {
        std::vector<Change> changes;
        matcher::Sequence read_to = 0;
    };
    History read(matcher::ReferralIndex referral);

    storage::EventLog& events_;
    std::unordered_map<matcher::ReferralIndex, History> known_;
};

}  // namespace hubward::server::api::bars
