// SPDX-License-Identifier: Apache-2.0
#include "server/feed/access.hpp"

namespace hubward::server::feed {
namespace {

constexpr std::string_view hub_prefix = "hub/";
constexpr std::string_view practice_prefix = "practice/";
constexpr std::string_view place_prefix = "place/";

bool hub_of_place(std::string_view slug, std::string_view place, const View& view) {
    return view.look([&](const View& v) {
        const auto hub = v.hub_by_slug(slug);
        return hub && v.state().at(*hub).profile.place.view() == place;
    });
}

}  // namespace

bool may_hear(const auth::Principal& principal, std::string_view stream, const View& view) {
    if (!auth::allowed(principal.role, auth::Permission::feed_read)) {
        return false;
    }
    switch (principal.role) {
        case matcher::Role::hub:
            return stream.starts_with(hub_prefix) &&
                   stream.substr(hub_prefix.size()) == principal.subject;
        case matcher::Role::practice:
            return stream.starts_with(practice_prefix) &&
                   stream.substr(practice_prefix.size()) == principal.subject;
        case matcher::Role::place:
            if (stream.starts_with(place_prefix)) {
                return stream.substr(place_prefix.size()) == principal.subject;
            }
            return stream.starts_with(hub_prefix) &&
                   hub_of_place(stream.substr(hub_prefix.size()), principal.subject, view);
        case matcher::Role::ops:
            return true;
        case matcher::Role::system:
            return false;
    }
    return false;
}

}  // namespace hubward::server::feed
