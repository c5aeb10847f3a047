// SPDX-License-Identifier: Apache-2.0
//
// The request that a form of "Try it" asks for. Pure; any thread.
#pragma once

#include <expected>
#include <string>

#include "server/http/message.hpp"
#include "server/pages/form.hpp"
#include "server/pages/try_operations.hpp"

namespace hubward::server::pages {

// Name of a field in the form: "path-slug", "query-limit", "header-If-Match".
std::string try_name(const TryField& field);

// As it would have come over the network, without a token, a peer and a thread. The error says in English
// which field is wrong and what is expected there.
std::expected<http::Request, std::string> try_request(const TryOperation& operation, const Form& form);

}  // namespace hubward::server::pages
