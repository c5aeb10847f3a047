// SPDX-License-Identifier: Apache-2.0
//
// Links for one-link answers: "hwl1." + base64url(claims) + "." + base64url(MAC), under the key and the
// list of void tokens of auth/token.hpp. A link is no login, and a login is no link. Any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "server/auth/token.hpp"

namespace hubward::server::auth {

// What whoever has it may do: answer this one offer for this hub, until then.
struct OfferLink {
    std::string hub;    // slug
    std::string offer;  // "{referral id}.{ordinal}"
    std::string id;     // 128 random bits, for the journal and for the list of void tokens
    matcher::Timestamp expires = matcher::never;
};

class OfferLinks {
  public:
    virtual ~OfferLinks() = default;
    // Gives the link a fresh id when it has none.
    virtual std::string mint_link(OfferLink& link) const = 0;
    virtual std::expected<OfferLink, TokenError> check_link(std::string_view token,
                                                            matcher::Timestamp now) const = 0;
};

// Every Tokens of this room makes links too; they live as long.
const OfferLinks& offer_links(const Tokens& tokens);

}  // namespace hubward::server::auth
