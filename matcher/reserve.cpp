// SPDX-License-Identifier: Apache-2.0
#include "matcher/reserve.hpp"

#include <algorithm>

namespace hubward::matcher {

bool Reserve::sound() const {
    if (count == 0) {
        return *this == Reserve{};
    }
    const bool says_whom = whom == KeptFor::need       ? !needs.empty()
                           : whom == KeptFor::referrer ? named.size <= PracticeCode::capacity && !named.empty()
                           : whom == KeptFor::place    ? !named.empty()
                                                       : true;
    return count <= limits::units_max && says_whom;
}

bool sound(const Reserves& reserves) {
    bool over = false;
    for (const Reserve& reserve : reserves) {
        if (!reserve.sound() || (over && reserve.count != 0)) {
            return false;
        }
        over = over || reserve.count == 0;
    }
    return true;
}

bool is_kept_for(const Reserve& reserve, const Asker& asker) {
    switch (reserve.whom) {
        case KeptFor::need:
            return (reserve.needs.bits & asker.needs.bits) != 0;
        case KeptFor::urgent:
            return asker.urgency == Urgency::urgent;
        case KeptFor::referrer:
            return asker.practice.view().starts_with(reserve.named.view());
        case KeptFor::place:
            return std::ranges::find(asker.lives_in, reserve.named) != asker.lives_in.end();
    }
    return false;
}

std::uint16_t kept_from(const Reserves& reserves, UnitKind kind, const Asker& asker) {
    unsigned kept = 0;
    for (const Reserve& reserve : reserves) {
        if (reserve.count != 0 && reserve.kind == kind && !is_kept_for(reserve, asker)) {
            kept += reserve.count;
        }
    }
    return static_cast<std::uint16_t>(std::min<unsigned>(kept, UINT16_MAX));
}

}  // namespace hubward::matcher
