// SPDX-License-Identifier: Apache-2.0
//
// Makes the link by which one offer is answered without a login (server/pages/link_page.cpp).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "server/api/call.hpp"

namespace hubward::server::api {

struct MadeLink {
    std::string url;
    std::string id;    // its name, for the list of void tokens
    std::string hub;   // slug
    matcher::Timestamp answer_by{};  // after which it answers nothing
    matcher::Timestamp expires{};    // after which it opens nothing at all
};
// not-found when the offer is not the caller's to see, state-conflict when it waits for no answer.
std::expected<MadeLink, Problem> make_link(Services& services, const auth::Principal& who,
                                           std::string_view offer_id);

// POST /v1/offers/{id}/link. Each call makes another link.
http::Task<Outcome> make_offer_link(Services* services, Call call);

}  // namespace hubward::server::api
