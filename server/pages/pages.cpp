// SPDX-License-Identifier: Apache-2.0
#include "server/pages/pages.hpp"

#include <array>
#include <memory>

#include <fmt/format.h>

#include "server/pages/handlers.hpp"

namespace hubward::server::pages {
namespace {

using auth::Permission;
using http::Verb;

constexpr auto table = std::to_array<PageRow>({
    {Verb::get, "/", Permission::open, get_home},
    {Verb::get, "/assets/{name}", Permission::open, get_asset},
    {Verb::get, "/ops", Permission::page_ops, get_ops},
    {Verb::get, "/ops/place", Permission::page_ops, get_place},
    {Verb::get, "/practice", Permission::page_practice, get_practice},
    {Verb::get, "/practice/new", Permission::page_practice, get_new_referral},
    {Verb::post, "/practice/new", Permission::page_practice, send_referral},
    {Verb::get, "/practice/referrals/{id}", Permission::page_practice, follow_referral},
    {Verb::get, "/hub/{slug}", Permission::page_hub, get_hub},
    {Verb::get, "/hub/{slug}/capacity", Permission::page_hub, get_capacity},
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

bool for_people(const http::Request& head) {
    return head.header("accept").find("text/html") != std::string_view::npos &&
           !head.path.starts_with("/v1/") && !head.path.starts_with("/FHIR");
}

}  // namespace

http::Refusal refusals(http::Refusal machines, bool demo, std::shared_ptr<const Brand> brand) {
    return [machines = std::move(machines), demo, brand = std::move(brand)](
               const http::Request& head, unsigned status, std::string_view why,
               std::string_view allow) {
        if (!for_people(head)) {
            return machines(head, status, why, allow);
        }
        const Style style = style_of(head, *brand, demo);
        const std::string title = fmt::format("{}.title", status);
        http::Response response = words_in(languages().front()).has("error", title)
                                      ? error_page(style, status)
                                      : machines(head, status, why, allow);
        return response;
    };
}

std::vector<http::Route> routes(api::Services& services, std::shared_ptr<const Brand> brand) {
    std::vector<http::Route> made;
    for (const PageRow& row : table) {
        made.push_back(route(row, services, brand));
    }
    return made;
}

}  // namespace hubward::server::pages
