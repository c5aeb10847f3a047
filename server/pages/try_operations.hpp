// SPDX-License-Identifier: Apache-2.0
//
// What "Try it" knows of each operation: made from the contract at build time (cmake/docs_pages.py) and
// joined with the table of endpoints. Read once; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/api/endpoints.hpp"

namespace hubward::server::pages {

struct TryField {
    std::string name;    // as in the contract
    std::string where;   // "path", "query" or "header"
    std::string about;
    std::string sample;  // may hold {hub}, {referral}, {offer}, {key}
    bool required = false;
};
struct TryOperation {
    const api::Endpoint* endpoint = nullptr;
    std::string page;     // of the documentation
    std::string summary;
    std::vector<TryField> fields;
    bool takes_body = false;
    std::string body;     // a sample; may hold {soon} and {later}, dates that lie ahead
};

// Null for an operation that cannot be tried: one that streams, that asks other servers, or that replaces
// all rules at once.
const TryOperation* try_operation(std::string_view operation_id);

}  // namespace hubward::server::pages
