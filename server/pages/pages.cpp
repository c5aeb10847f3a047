// SPDX-License-Identifier: Apache-2.0
#include "server/pages/pages.hpp"

#include <array>

#include "server/pages/handlers.hpp"

namespace hubward::server::pages {
namespace {

using auth::Permission;
using http::Verb;

constexpr auto table = std::to_array<PageRow>({
    {Verb::get, "/", Permission::open, get_home},
    {Verb::get, "/assets/{name}", Permission::open, get_asset},
    {Verb::get, "/ops", Permission::page_ops, get_ops},
    {Verb::get, "/hub/{slug}", Permission::page_hub, get_hub},
    {Verb::post, "/hub/{slug}/capacity", Permission::page_hub, set_capacity},
    {Verb::get, "/hub/{slug}/offers/{id}", Permission::page_hub, get_person},
    {Verb::post, "/hub/{slug}/offers/{id}/open", Permission::page_hub, open_offer},
    {Verb::post, "/hub/{slug}/offers/{id}/accept", Permission::page_hub, accept_offer},
    {Verb::post, "/hub/{slug}/offers/{id}/decline", Permission::page_hub, decline_offer},
    {Verb::post, "/hub/{slug}/offers/{id}/details", Permission::page_hub, show_details},
    {Verb::post, "/hub/{slug}/offers/{id}/start", Permission::page_hub, start_support},
    {Verb::post, "/hub/{slug}/offers/{id}/outcome", Permission::page_hub, record_outcome},
    {Verb::post, "/hub/{slug}/offers/{id}/return", Permission::page_hub, return_offer},
});

}  // namespace

std::vector<http::Route> routes(api::Services& services) {
    std::vector<http::Route> made;
    for (const PageRow& row : table) {
        made.push_back(route(row, services));
    }
    return made;
}

}  // namespace hubward::server::pages
