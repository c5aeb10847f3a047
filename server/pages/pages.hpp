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
#include "storage/hub_codes.hpp"

namespace hubward::server::pages {

// The start page, the pages of practices, hubs and operators, letters, and one-link answers; the table
// is in pages.cpp. `services` and `codes` must outlive the server; without codes no hub has a code word.
std::vector<http::Route> routes(api::Services& services, std::shared_ptr<const Brand> brand,
                                storage::HubCodes* codes);

// `machines` for whoever asks the API or wants no HTML, a friendly page for people in a browser.
http::Refusal refusals(http::Refusal machines, bool demo, std::shared_ptr<const Brand> brand);

}  // namespace hubward::server::pages
