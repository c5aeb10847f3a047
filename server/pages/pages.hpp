// SPDX-License-Identifier: Apache-2.0
//
// The pages that people see: complete without JavaScript, no word from or to another host.
//
// They read the view and send the same commands through the gateway as the API does. Texts come
// from web/texts.en.json, templates and assets from web/; all are inside the binary.
#pragma once

#include <vector>

#include "server/api/services.hpp"
#include "server/http/server.hpp"

namespace hubward::server::pages {

// GET /, /hub/{slug}, /hub/{slug}/offers/{id}, /ops, /assets/{name}, and the forms' POSTs.
// `services` must outlive the server.
std::vector<http::Route> routes(api::Services& services);

}  // namespace hubward::server::pages
