// SPDX-License-Identifier: Apache-2.0
#include "server/pages/pages.hpp"

#include <array>
#include <memory>

#include <fmt/format.h>

#include "server/pages/handlers.hpp"
#include "server/pages/public_pages.hpp"

namespace hubward::server::pages {
namespace {

using auth::Permission;
using http::Verb;

constexpr auto table = std::to_array<PageRow>({
    {Verb::get, "/", Permission::open, get_home},
    {Verb::get, "/assets/{name}", Permission::open, get_asset},
    {Verb::get, "/enter", Permission::open, get_enter},
    {Verb::post, "/enter", Permission::open, log_in},
    {Verb::get, "/docs", Permission::open, get_docs},
    {Verb::get, "/docs/{page}", Permission::open, get_docs},
    {Verb::get, "/problems", Permission::open, get_problems},
    {Verb::get, "/problems/{slug}", Permission::open, get_problem},
    {Verb::get, "/status", Permission::open, get_status},
    {Verb::post, "/ops/log-out", Permission::page_ops, log_out},
    {Verb::post, "/practice/log-out", Permission::page_practice, log_out},
    {Verb::post, "/hub/{slug}/log-out", Permission::page_hub, log_out},
    {Verb::get, "/ops", Permission::page_ops, get_ops},
    {Verb::get, "/ops/place", Permission::page_ops, get_place},
    {Verb::get, "/ops/offers", Permission::page_ops, get_waiting_offers},
    {Verb::post, "/ops/offers/{id}/link", Permission::page_ops, make_ops_link},
    {Verb::get, "/ops/webhooks", Permission::page_ops, get_webhooks},
    {Verb::post, "/ops/webhooks/{id}/resend", Permission::page_ops, resend_to_webhook},
    {Verb::post, "/ops/webhooks/{id}/wake", Permission::page_ops, try_webhook},
    {Verb::get, "/practice/webhooks", Permission::page_practice, get_webhooks},
    {Verb::post, "/practice/webhooks/{id}/resend", Permission::page_practice, resend_to_webhook},
    {Verb::post, "/practice/webhooks/{id}/wake", Permission::page_practice, try_webhook},
    {Verb::get, "/practice", Permission::page_practice, get_practice},
    {Verb::get, "/practice/new", Permission::page_practice, get_new_referral},
    {Verb::post, "/practice/new", Permission::page_practice, send_referral},
    {Verb::post, "/practice/check", Permission::page_practice, check_form},
    {Verb::get, "/practice/referrals/{id}", Permission::page_practice, follow_referral},
    {Verb::post, "/practice/referrals/{id}/said", Permission::page_practice, show_said},
    {Verb::post, "/practice/referrals/{id}/release", Permission::page_practice, release_referral},
    {Verb::get, "/practice/referrals/{id}/letter", Permission::page_practice, get_practice_letter},
    {Verb::get, "/hub/{slug}", Permission::page_hub, get_hub},
    {Verb::get, "/hub/{slug}/capacity", Permission::page_hub, get_capacity},
    {Verb::post, "/hub/{slug}/capacity", Permission::page_hub, set_capacity},
    {Verb::get, "/hub/{slug}/hours", Permission::page_hub, get_hours},
    {Verb::post, "/hub/{slug}/hours", Permission::page_hub, set_hours},
    {Verb::get, "/hub/{slug}/sessions", Permission::page_hub, get_sessions},
    {Verb::post, "/hub/{slug}/sessions", Permission::page_hub, make_session},
    {Verb::get, "/hub/{slug}/sessions/{session}", Permission::page_hub, get_session},
    {Verb::post, "/hub/{slug}/sessions/{session}/seats", Permission::page_hub, set_session_seats},
    {Verb::get, "/hub/{slug}/sessions/{session}/cancel", Permission::page_hub, ask_cancel_session},
    {Verb::post, "/hub/{slug}/sessions/{session}/cancel", Permission::page_hub, cancel_hub_session},
    {Verb::get, "/hub/{slug}/weekly/{slot}", Permission::page_hub, get_weekly},
    {Verb::post, "/hub/{slug}/weekly/{slot}", Permission::page_hub, set_weekly},
    {Verb::post, "/hub/{slug}/code-word", Permission::page_hub, set_code_word},
    {Verb::get, "/hub/{slug}/offers/{id}", Permission::page_hub, get_person},
    {Verb::post, "/hub/{slug}/offers/{id}/open", Permission::page_hub, open_offer},
    {Verb::post, "/hub/{slug}/offers/{id}/accept", Permission::page_hub, accept_offer},
    {Verb::post, "/hub/{slug}/offers/{id}/decline", Permission::page_hub, decline_offer},
    {Verb::post, "/hub/{slug}/offers/{id}/details", Permission::page_hub, show_details},
    {Verb::post, "/hub/{slug}/offers/{id}/withdrawal", Permission::page_hub, show_withdrawal},
    {Verb::post, "/hub/{slug}/offers/{id}/date", Permission::page_hub, book_date},
    {Verb::post, "/hub/{slug}/offers/{id}/start", Permission::page_hub, start_support},
    {Verb::post, "/hub/{slug}/offers/{id}/outcome", Permission::page_hub, record_outcome},
    {Verb::post, "/hub/{slug}/offers/{id}/contact", Permission::page_hub, record_contact},
    {Verb::post, "/hub/{slug}/offers/{id}/return", Permission::page_hub, return_offer},
    {Verb::post, "/hub/{slug}/offers/{id}/link", Permission::page_hub, make_hub_link},
    {Verb::get, "/hub/{slug}/offers/{id}/letter", Permission::page_hub, get_hub_letter},
    {Verb::get, "/answer/{token}", Permission::open, get_answer, true},
    {Verb::post, "/answer/{token}/accept", Permission::open, answer_accept, true},
    {Verb::post, "/answer/{token}/decline", Permission::open, answer_decline, true},
    {Verb::post, "/answer/{token}/capacity", Permission::open, answer_capacity, true},
    {Verb::post, "/answer/{token}/details", Permission::open, answer_details, true},
});

// In the demo only.
constexpr auto demo_table = std::to_array<PageRow>({
    {Verb::get, "/docs/try/{operation}", Permission::open, get_try},
    {Verb::post, "/docs/try/{operation}", Permission::open, do_try},
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

std::vector<http::Route> routes(api::Services& services, std::shared_ptr<const Brand> brand,
                                storage::HubCodes* codes) {
    std::vector<http::Route> made;
    made.reserve(std::size(table) + std::size(demo_table));
    for (const PageRow& row : table) {
        made.push_back(route(row, services, brand, codes));
    }
    for (const PageRow& row : demo_table) {
        if (services.demo) {
            made.push_back(route(row, services, brand, codes));
        }
    }
    return made;
}

}  // namespace hubward::server::pages
