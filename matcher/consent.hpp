// SPDX-License-Identifier: Apache-2.0
//
// What a person has agreed to: for which purposes, who said so, how, when and until when.
//
// A Consent is one statement, as it travels in commands and events. Consents is what holds of all
// statements so far, one end for each purpose. Ends count by the time of the entry, so an end that
// has passed holds nothing even before the tick that records it. Pure; any thread.
#pragma once

#include <array>

#include "matcher/codes.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

using PurposeSet = CodeSet<Purpose, std::uint8_t>;

// What a referral that only says "share with a hub" agrees to: what direct care by that hub needs,
// and that the one who asked hears what came of it. Never research.
inline constexpr PurposeSet direct_care{
    PurposeSet::mask(Purpose::share_with_hub) | PurposeSet::mask(Purpose::contact_person) |
    PurposeSet::mask(Purpose::share_status_with_referrer) |
    PurposeSet::mask(Purpose::share_outcome_with_gp) | PurposeSet::mask(Purpose::store_adjustments)};

struct Consent {
    PurposeSet purposes = direct_care;
    ConsentBasis given_by = ConsentBasis::self;
    ConsentHow how = ConsentHow::verbal;
    Timestamp when{};         // zero: when it was recorded
    Timestamp until = never;
    friend auto operator<=>(const Consent&, const Consent&) = default;
};

struct Consents {
    PurposeSet given;
    std::array<Timestamp, purposes> until{};  // of those given; zero for the others

    bool hold(Purpose purpose, Timestamp at) const {
        return given.has(purpose) && at < until[static_cast<std::size_t>(purpose)];
    }
    void give(const Consent& consent) {
        for (std::size_t i = 0; i < purposes; ++i) {
            if (consent.purposes.has(static_cast<Purpose>(i))) {
                given.add(static_cast<Purpose>(i));
                until[i] = consent.until;
            }
        }
    }
    void take(PurposeSet ended) {
        given.bits = static_cast<std::uint8_t>(given.bits & ~ended.bits);
        for (std::size_t i = 0; i < purposes; ++i) {
            until[i] = given.has(static_cast<Purpose>(i)) ? until[i] : Timestamp{};
        }
    }
    // When the next of them ends by itself; `never` when none does.
    Timestamp next_end() const {
        Timestamp next = never;
        for (std::size_t i = 0; i < purposes; ++i) {
            if (given.has(static_cast<Purpose>(i)) && until[i] < next) {
                next = until[i];
            }
        }
        return next;
    }
    PurposeSet ended_by(Timestamp at) const {
        PurposeSet ended;
        for (std::size_t i = 0; i < purposes; ++i) {
            if (given.has(static_cast<Purpose>(i)) && until[i] <= at) {
                ended.add(static_cast<Purpose>(i));
            }
        }
        return ended;
    }
    friend auto operator<=>(const Consents&, const Consents&) = default;
};

}  // namespace hubward::matcher
