// SPDX-License-Identifier: Apache-2.0
#include "server/auth/principal.hpp"

#include <algorithm>

namespace hubward::server::auth {
namespace {

bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool upper_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool slug(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return lower_or_digit(c) || c == '-'; });
}

}  // namespace

matcher::Actor Principal::actor() const {
    return {role, matcher::HubSlug(subject)};
}

std::string_view subject_fault(matcher::Role role, std::string_view subject) {
    switch (role) {
        case matcher::Role::practice:
            if (subject.size() < 3 || subject.size() > matcher::PracticeCode::capacity ||
                !std::ranges::all_of(subject, upper_or_digit)) {
                return "the ODS code of the practice, 3 to 12 capital letters and digits, for "
                       "example B81001";
            }
            return {};
        case matcher::Role::hub:
            return slug(subject, matcher::HubSlug::capacity)
                       ? std::string_view{}
                       : "the slug of the hub: a-z, 0-9 and inner '-', 1 to 64 characters";
        case matcher::Role::place:
            return slug(subject, matcher::PlaceCode::capacity)
                       ? std::string_view{}
                       : "the slug of the place: a-z, 0-9 and inner '-', 1 to 24 characters";
        case matcher::Role::ops:
            return slug(subject, matcher::HubSlug::capacity)
                       ? std::string_view{}
                       : "a short name: a-z, 0-9 and inner '-', 1 to 64 characters";
        case matcher::Role::system: break;
    }
    return "one of the roles practice, hub, place or ops";
}

}  // namespace hubward::server::auth
