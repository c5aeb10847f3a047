// SPDX-License-Identifier: Apache-2.0
//
// The hub whose page is asked for, and its offers, copied out of the view so that no lock is held
// while a page is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/state.hpp"
#include "server/api/services.hpp"
#include "server/auth/principal.hpp"
#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::pages {

struct OfferAt {
    matcher::Offer offer;
    matcher::ReferralIndex index{};
    matcher::ReferralId id;
    matcher::Ask ask;
    // Of each need as far as this offer has it. Another hub may have taken one over since, and how it stands
    // there is not this hub's to know: that one is as if nothing had happened to it.
    std::array<matcher::NeedState, matcher::limits::needs_max> needs{};
    std::optional<matcher::Session> session;  // whose seat it is; nothing once that is forgotten
};

struct OwnHub {
    std::string name;
    matcher::Hub hub;
    std::vector<OfferAt> waiting;   // requested or received; urgent first, then by answer_by
    std::vector<OfferAt> in_care;   // accepted and not ended; whose date has come first, then the longest helped
    std::size_t waiting_more = 0;   // waiting, but beyond what is copied
    std::size_t in_care_more = 0;   // … and in care
    std::size_t urgent = 0;         // of all that wait, also of those that are not copied
    std::size_t soon = 0;           // … that must be answered soon (worklist_filter.hpp)
};

// Nothing when there is no such hub or it is not the principal's own.
std::optional<OwnHub> own_hub(api::Services& services, const auth::Principal& who,
                              std::string_view slug);
// One offer of that hub; nothing when it is not the hub's.
std::optional<OfferAt> own_offer(api::Services& services, const auth::Principal& who,
                                 std::string_view slug, std::string_view offer_id);

// Who has a seat at one session of that hub, or was offered one.
struct Seated {
    std::vector<OfferAt> shown;  // newest first, as many as a page holds
    std::size_t asked = 0;       // have not answered
    std::size_t accepted = 0;    // for whom it is the date
    std::size_t helped = 0;      // whose support has begun or rests: no session holds them
    // Whom a cancellation sends on.
    std::size_t affected() const { return asked + accepted; }
    std::size_t all() const { return affected() + helped; }
};
Seated seated_at(api::Services& services, const matcher::HubId& hub, matcher::SessionNumber session);

bool waits(matcher::OfferStatus status);
bool is_in_care(matcher::OfferStatus status);

std::string access_text(const Words& words, matcher::AccessSet access);
// Empty when the person named none.
std::string language_text(const Words& words, const matcher::Ask& ask);
// The pages of a hub, and which of them is open.
enum class HubPage : std::uint8_t { worklist, capacity, sessions, other };
Model::List hub_nav(const Words& words, const matcher::Hub& hub, HubPage current);

}  // namespace hubward::server::pages
