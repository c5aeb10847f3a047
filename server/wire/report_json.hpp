// SPDX-License-Identifier: Apache-2.0
//
// The numbers of the network as JSON, each with the sentence that defines it. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "matcher/network.hpp"

namespace hubward::server::wire {

// What a report is about: referrals of one place, sent in [from, to). Empty and unset: all.
struct ReportScope {
    matcher::PlaceCode place;
    std::optional<matcher::Timestamp> from;
    std::optional<matcher::Timestamp> to;

    bool whole() const { return place.empty() && !from && !to; }
};

std::string encode_report(const matcher::NetworkCounts& counts, const ReportScope& scope,
                          matcher::Timestamp as_of);

}  // namespace hubward::server::wire
