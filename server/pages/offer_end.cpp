// SPDX-License-Identifier: Apache-2.0
#include "server/pages/offer_end.hpp"

#include <algorithm>

#include "matcher/reasons.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t note_bytes_max = 2000;

// The referral whose offer ended in this entry. A freed place may go to somebody else in the same one.
std::optional<matcher::ReferralIndex> ended_in(const Done& done) {
    for (const matcher::Event& event : done.batch->events_of(*done.entry)) {
        if (const auto* declined = std::get_if<matcher::Declined>(&event)) {
            return declined->on.referral;
        }
        if (const auto* returned = std::get_if<matcher::HubWithdrew>(&event)) {
            return returned->on.referral;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<SealedNote> seal_note(api::Services& services, const matcher::ReferralId& referral, std::string_view note) {
    std::size_t kept = std::min(note.size(), note_bytes_max);
    while (kept < note.size() && (static_cast<unsigned char>(note[kept]) & 0xC0U) == 0x80U) {
        --kept;
    }
    auto sealed = services.vault.seal(referral, note.substr(0, kept));
    return sealed ? std::optional(SealedNote{sealed->key_slot, std::move(sealed->bytes)}) : std::nullopt;
}

// By what was decided rather than by the table of reasons: the second "not suitable" goes to the practice and the
// first to another hub, and where several were asked at once the others still are.
std::string_view word_after(const Done& done, matcher::Reason reason, std::string_view goes_on) {
    const matcher::Next next = matcher::row_of(reason).next;
    if (next == matcher::Next::close || next == matcher::Next::revoke) {
        return "ended_over";
    }
    const auto referral = done.entry == nullptr ? std::nullopt : ended_in(done);
    if (!referral) {
        return goes_on;
    }
    for (const matcher::Event& event : done.batch->events_of(*done.entry)) {
        const auto* owned = std::get_if<matcher::HandedToOwner>(&event);
        if (owned != nullptr && owned->on.referral == *referral) {
            return "ended_place";
        }
        const auto* returned = std::get_if<matcher::ReturnedToReferrer>(&event);
        if (returned != nullptr && returned->on.referral == *referral) {
            return next == matcher::Next::choice ? "ended_choice" : "ended_practice";
        }
    }
    return goes_on;
}

bool handed_on(const Done& done) {
    return done.entry != nullptr &&
           std::ranges::any_of(done.batch->events_of(*done.entry), [](const matcher::Event& event) {
               return std::holds_alternative<matcher::HandedToOwner>(event);
           });
}

}  // namespace hubward::server::pages
