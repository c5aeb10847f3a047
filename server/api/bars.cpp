// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars.hpp"

#include <exception>

#include "server/api/bars_call.hpp"
#include "server/api/bars_exchange.hpp"
#include "server/api/bars_handlers.hpp"
#include "server/api/echo.hpp"

namespace hubward::server::api {
namespace {

// A message with a long questionnaire is about 100 KB; beyond this somebody sends documents.
constexpr std::size_t message_body_max = 256 * 1024;
constexpr std::size_t subscription_body_max = 8 * 1024;
constexpr std::string_view everything = "/FHIR/R4/{path*}";

using Handler = http::Task<http::Response> (*)(Services*, http::Request);

struct Row {
    http::Verb verb = http::Verb::get;
    std::string_view pattern;
    Handler handler = nullptr;
    auth::Permission permission = auth::Permission::open;
    std::size_t body_max = 0;
};

http::Task<http::Response> serve(Row row, Services* services, http::Request request) {
    Echo echo = echo_of(request);
    const bars::Wish wish = bars::wish_of(request);
    http::Response response;
    try {
        if (auto trouble = bars::unpack(request, row.body_max)) {
            response = bars::told(*trouble);
        } else {
            http::Request taken = std::move(request);
            response = co_await row.handler(services, std::move(taken));
        }
        bars::pack(response, wish);
    } catch (const std::exception&) {
        // The text of an exception may hold what came in.
        response = bars::told({500, "exception", "The server made a mistake.", {}});
    }
    co_return finish(std::move(echo), row.pattern, services->base_url, Outcome(std::move(response)));
}

http::Route route(const Row& row, Services& services) {
    http::Route r;
    r.verb = row.verb;
    r.pattern = row.pattern;
    r.body_max = row.body_max;
    Services* all = &services;
    if (row.permission != auth::Permission::open) {
        // Nobody sends a body before it is known who they are.
        r.admit = [row, all](const http::Request& head) -> std::optional<http::Response> {
            const auto caller = bars::caller_of(head, *all, row.permission);
            if (caller) {
                return std::nullopt;
            }
            http::Response response = bars::told(caller.error());
            bars::pack(response, bars::wish_of(head));
            return finish(echo_of(head), row.pattern, all->base_url, Outcome(std::move(response)));
        };
    }
    r.handle = [row, all](http::Request request) { return serve(row, all, std::move(request)); };
    return r;
}

http::Task<http::Response> at_once(http::Response response) { co_return response; }

// Where nothing is. Answered from the head, so that nobody without a token has a body kept here.
http::Route dead_end(http::Verb verb, Services& services) {
    const auto answer = [all = &services](const http::Request& head) {
        http::Response response = bars::anything_else(head);
        bars::pack(response, bars::wish_of(head));
        return finish(echo_of(head), everything, all->base_url, Outcome(std::move(response)));
    };
    http::Route r;
    r.verb = verb;
    r.pattern = everything;
    r.admit = answer;
    r.handle = [answer](const http::Request& request) { return at_once(answer(request)); };
    return r;
}

}  // namespace

std::vector<http::Route> bars_routes(Services& services) {
    using auth::Permission;
    using http::Verb;
    const std::vector<Row> rows{
        {Verb::post, "/FHIR/R4/$process-message", bars::process_message,
         Permission::referral_submit, message_body_max},
        {Verb::get, "/FHIR/R4/ServiceRequest/{id}", bars::read_service_request,
         Permission::referral_read, 0},
        {Verb::get, "/FHIR/R4/ServiceRequest", bars::search_service_requests,
         Permission::referral_read, 0},
        {Verb::get, "/FHIR/R4/metadata", bars::get_metadata, Permission::open, 0},
        {Verb::get, "/FHIR/R4/MessageDefinition", bars::get_definitions, Permission::open, 0},
        {Verb::get, "/FHIR/R4/Task/{id}", bars::read_task, Permission::open, 0},
        {Verb::get, "/FHIR/R4/Task", bars::search_tasks, Permission::open, 0},
        {Verb::get, "/FHIR/R4/HealthcareService/{id}", bars::read_healthcare_service,
         Permission::open, 0},
        {Verb::get, "/FHIR/R4/HealthcareService", bars::search_healthcare_services,
         Permission::open, 0},
        {Verb::post, "/FHIR/R4/Subscription", bars::create_subscription, Permission::open,
         subscription_body_max},
        {Verb::get, "/FHIR/R4/Subscription", bars::search_subscriptions, Permission::open, 0},
        {Verb::get, "/FHIR/R4/Subscription/{id}", bars::read_subscription, Permission::open, 0},
        {Verb::del, "/FHIR/R4/Subscription/{id}", bars::delete_subscription, Permission::open, 0},
        {Verb::get, "/FHIR/R4/Subscription/{id}/$status", bars::subscription_status,
         Permission::open, 0},
        {Verb::post, "/FHIR/R4/Subscription/{id}/$status", bars::subscription_status,
         Permission::open, subscription_body_max},
        {Verb::get, "/FHIR/R4/Subscription/{id}/$events", bars::subscription_events,
         Permission::open, 0},
        {Verb::post, "/FHIR/R4/Subscription/{id}/$events", bars::subscription_events,
         Permission::open, subscription_body_max},
        {Verb::get, "/FHIR/R4/$outbox", bars::read_outbox, Permission::referral_read, 0},
    };
    std::vector<http::Route> routes;
    routes.reserve(rows.size() + 5);
    for (const auto& row : rows) {
        routes.push_back(route(row, services));
    }
    for (const Verb verb : {Verb::get, Verb::post, Verb::put, Verb::patch, Verb::del}) {
        routes.push_back(dead_end(verb, services));
    }
    return routes;
}

}  // namespace hubward::server::api
