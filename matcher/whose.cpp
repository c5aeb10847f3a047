// SPDX-License-Identifier: Apache-2.0
#include "matcher/whose.hpp"

#include <algorithm>

#include "matcher/state.hpp"

namespace hubward::matcher {

bool looks_after(const State& state, std::string_view place, const Referral& referral) {
    if (referral.first_offer == no_offer) {
        const PlaceCode& home = referral.ask.place;
        const auto around = state.places.around(home);
        return home.empty() || (!place.empty() && std::ranges::find(around, place, &PlaceCode::view) != around.end());
    }
    for (OfferIndex i = referral.first_offer; i != no_offer; i = state.at(i).next) {
        if (state.at(state.at(i).hub).profile.place.view() == place) {
            return true;
        }
    }
    return false;
}

bool owns(const State& state, const Actor& actor, const Referral& referral) {
    switch (actor.role) {
        case Role::practice:
            return actor.subject.view() == referral.practice.view();
        case Role::place:
            return looks_after(state, actor.subject.view(), referral);
        case Role::hub:
        case Role::ops:
        case Role::system:
            return true;
    }
    return false;
}

}  // namespace hubward::matcher
