// SPDX-License-Identifier: Apache-2.0
//
// The pages that people see: complete without JavaScript, no word from or to another host.
//
// They read the view and send the same commands through the gateway as the API does. Texts come
// from web/texts, templates and assets from web/; all are inside the binary.
#pragma once

#include <memory>
#include <vector>

#include "server/api/services.hpp"
#include "server/http/server.hpp"
#include "server/pages/brand.hpp"

namespace hubward::server::pages {

// GET /, /practice, /practice/new, /practice/referrals/{id}, /hub/{slug}, /hub/{slug}/offers/{id},
// /hub/{slug}/capacity, /ops, /ops/place, /assets/{name}, and the forms' POSTs. `services` must outlive the server.
std::vector<http::Route> routes(api::Services& services, std::shared_ptr<const Brand> brand);

// `machines` for whoever asks the API or wants no HTML, a friendly page for people in a browser.
http::Refusal refusals(http::Refusal machines, bool demo, std::shared_ptr<const Brand> brand);

}  // namespace hubward::server::pages
