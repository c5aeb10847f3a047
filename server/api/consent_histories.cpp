// SPDX-License-Identifier: Apache-2.0
#include "server/api/consent_histories.hpp"

#include <algorithm>

#include "server/wire/veil.hpp"

namespace hubward::server::api::bars {
namespace {

// Nothing changes by most events.
bool changed_by(const matcher::Event& event, matcher::Consents& held) {
    if (const auto* sent = std::get_if<matcher::ReferralSubmitted>(&event)) {
        held.give(sent->consent);
    } else if (const auto* given = std::get_if<matcher::ConsentGiven>(&event)) {
        held.give(given->consent);
    } else if (const auto* taken = std::get_if<matcher::ConsentWithdrawn>(&event)) {
        held.take(taken->purposes);
    } else if (const auto* ended = std::get_if<matcher::ConsentExpired>(&event)) {
        held.take(ended->purposes);
    } else if (std::holds_alternative<matcher::Erased>(event)) {
        held = {};
    } else {
        return false;
    }
    return true;
}

}  // namespace

ConsentHistories::History ConsentHistories::read(matcher::ReferralIndex referral) {
    History found;
    matcher::Consents held;
    for (const storage::StreamEvent& one : events_.deeds_of_referral(referral, 0)) {
        if (changed_by(*one.event, held)) {
            found.changes.push_back({one.number, held});
        }
        found.read_to = one.number;
    }
    return found;
}

bool ConsentHistories::could_be_told(matcher::ReferralIndex referral, const storage::StreamEvent& at) {
    History& history = known_[referral];
    // The log grows while the request lets others in between: what is newer than the history is looked up anew.
    if (history.read_to < at.number) {
        history = read(referral);
    }
    const auto after = std::ranges::lower_bound(history.changes, at.number, {}, &Change::number);
    matcher::Referral then;
    if (after != history.changes.begin()) {
        then.consents = std::prev(after)->held;
    }
    return wire::practice_may_hear(then, *at.event);
}

}  // namespace hubward::server::api::bars
