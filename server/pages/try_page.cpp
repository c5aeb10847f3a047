// SPDX-License-Identifier: Apache-2.0
//
// "Try it": one operation of the API as a form, without a script. The request goes through the same row of
// the API as any other; only its token is made here, for an invented organisation of the demo.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/pages/pretty_json.hpp"
#include "server/pages/public_pages.hpp"
#include "server/pages/template.hpp"
#include "server/pages/try_call.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::pages {
namespace {

using matcher::Role;

constexpr std::chrono::minutes token_holds{5};
constexpr std::size_t shown_bytes_max = 64 * 1024;  // of an answer; the rest is cut, and the page says so

// Whose data a request is about: as them it is asked.
struct Concerned {
    std::string practice = "A12345";
    std::string hub;
    std::string place;
    std::string referral;
    std::string offer;

    std::string subject(Role role) const {
        return role == Role::practice ? practice
               : role == Role::hub    ? hub
               : role == Role::place  ? place
                                      : std::string("demo");
    }
};

void take(Concerned& all, const matcher::Hub& hub) {
    all.hub = hub.profile.slug.view();
    all.place = hub.profile.place.view();
}

void take(Concerned& all, const matcher::State& state, matcher::ReferralIndex index,
          std::optional<matcher::OfferIndex> offer) {
    const matcher::Referral& referral = state.at(index);
    all.practice = referral.practice.view();
    all.referral = wire::id_text(referral.id);
    const auto chosen = offer ? *offer : referral.last_offer;
    if (chosen != matcher::no_offer) {
        all.offer = wire::offer_id_text(referral.id, state.at(chosen).ordinal);
        take(all, state.at(state.at(chosen).hub));
    }
}

// The newest offer that waits, or whatever else there is.
Concerned example_in(const matcher::State& state) {
    Concerned all;
    if (!state.hubs.empty()) {
        take(all, state.hubs.front());
    }
    if (!state.referrals.empty()) {
        take(all, state, static_cast<matcher::ReferralIndex>(state.referrals.size() - 1), std::nullopt);
    }
    const auto waits = std::ranges::find(state.offers.rbegin(), state.offers.rend(),
                                         matcher::OfferStatus::requested, &matcher::Offer::status);
    if (waits != state.offers.rend()) {
        const auto at = static_cast<matcher::OfferIndex>(state.offers.rend() - waits - 1);
        take(all, state, waits->referral, at);
    }
    return all;
}

// Whom the ids in the form concern; the example where they name nothing.
Concerned concerned_by(const View& view, const Form& form) {
    const matcher::State& state = view.state();
    Concerned all = example_in(state);
    if (const auto hub = view.hub_by_slug(form.value("path-slug"))) {
        take(all, state.at(*hub));
    }
    const std::string_view id = form.value("path-id");
    if (const auto offer = wire::parse_offer_id(id)) {
        if (const auto index = state.find(offer->referral)) {
            take(all, state, *index, state.offer(state.at(*index), offer->ordinal));
        }
    } else if (const auto referral = wire::parse_id(id)) {
        if (const auto index = state.find(*referral)) {
            take(all, state, *index, std::nullopt);
        }
    }
    return all;
}

std::string with(std::string text, std::string_view hole, std::string_view value) {
    for (std::size_t at; (at = text.find(hole)) != std::string::npos;) {
        text.replace(at, hole.size(), value);
    }
    return text;
}

// The samples of the contract with what is there.
std::string filled(std::string sample, const Concerned& all, matcher::Timestamp now) {
    using namespace std::chrono_literals;
    sample = with(std::move(sample), "{hub}", all.hub);
    sample = with(std::move(sample), "{referral}", all.referral);
    sample = with(std::move(sample), "{offer}", all.offer);
    sample = with(std::move(sample), "{key}", api::new_request_id());
    sample = with(std::move(sample), "{soon}", wire::time_text(now + 7 * 24h));
    return with(std::move(sample), "{later}", wire::time_text(now + 7 * 24h + 2h));
}

std::string_view called(Role role) {
    switch (role) {
        case Role::practice: return "the practice that it is about";
        case Role::hub: return "the hub that it is about";
        case Role::place: return "the place that it is about";
        case Role::ops: return "an operator";
        case Role::system: break;
    }
    return "nobody";
}

Model::List role_rows(const TryOperation& operation, const Form& form) {
    Model::List rows;
    bool chosen = false;
    for (const Role role : {Role::practice, Role::hub, Role::place, Role::ops}) {
        if (!auth::allowed(role, operation.endpoint->permission)) {
            continue;
        }
        const std::string_view asked = form.value("as");
        Model row;
        row.set("role", matcher::name(role));
        row.set("called", called(role));
        row.set("chosen", asked.empty() ? !chosen : asked == matcher::name(role));
        chosen = true;
        rows.push_back(std::move(row));
    }
    return rows;
}

Model::List field_rows(const TryOperation& operation, const Form* typed, const Concerned& all,
                       matcher::Timestamp now) {
    Model::List rows;
    for (const TryField& field : operation.fields) {
        const std::string id = try_name(field);
        Model row;
        row.set("id", std::string_view(id));
        row.set("name", std::string_view(field.name));
        row.set("about", std::string_view(field.about));
        row.set("required", field.required);
        row.set("value", std::string_view(typed != nullptr ? std::string(typed->value(id))
                                                           : filled(field.sample, all, now)));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model answer_model(const http::Response& answer) {
    std::string head = fmt::format("HTTP/1.1 {}\n", answer.status);
    if (!answer.content_type.empty()) {
        head += fmt::format("Content-Type: {}\n", answer.content_type);
    }
    for (const auto& [name, value] : answer.headers) {
        head += fmt::format("{}: {}\n", name, value);
    }
    const bool json = answer.content_type.find("json") != std::string_view::npos;
    std::string body = json ? pretty_json(answer.body) : answer.body;
    Model model;
    model.set("status", fmt::format("{}", answer.status));
    model.set("good", answer.status < 400);
    model.set("cut", body.size() > shown_bytes_max);
    std::size_t shown = std::min(body.size(), shown_bytes_max);
    while (shown != body.size() && shown != 0 && (static_cast<unsigned char>(body[shown]) & 0xC0U) == 0x80U) {
        --shown;  // never inside a character
    }
    body.resize(shown);
    model.set("text", fmt::format("{}\n{}", head, body));
    return model;
}

// `typed` is null before anything was sent.
http::Response try_answer(const api::Services& services, const Visit& visit, const TryOperation& operation,
                          const Form* typed, Model answer, std::string_view fault) {
    const matcher::Timestamp now = services.clock.now();
    const Concerned all = services.view.look([](const View& view) { return example_in(view.state()); });
    Model part;
    part.set("operation", operation.endpoint->operation_id);
    part.set("page", std::string_view(operation.page));
    part.set("summary", std::string_view(operation.summary));
    part.set("verb", http::name(operation.endpoint->verb));
    part.set("path", operation.endpoint->pattern);
    Model::List roles = role_rows(operation, visit.form);
    part.set("has_roles", !roles.empty());
    part.set("roles", std::move(roles));
    part.set("fields", field_rows(operation, typed, all, now));
    part.set("takes_body", operation.takes_body);
    part.set("body", std::string_view(typed != nullptr ? std::string(typed->value("body"))
                                                       : filled(operation.body, all, now)));
    part.set("fault", fault);
    part.set("answer", std::move(answer));
    return docs_answer(visit, fault.empty() ? 200 : 422, operation.page, "Try it: " + operation.summary,
                       fill("try_it", part));
}

// The token of an invented organisation; none where the operation asks for none or the role may not.
std::string bearer(const api::Services& services, const TryOperation& operation, const Visit& visit) {
    const auto role = matcher::parse<Role>(visit.form.value("as"));
    if (!role || *role == Role::system || operation.endpoint->permission == auth::Permission::open ||
        !auth::allowed(*role, operation.endpoint->permission)) {
        return {};
    }
    auth::Principal principal;
    principal.role = *role;
    principal.subject = services.view.look(
        [&](const View& view) { return concerned_by(view, visit.form).subject(*role); });
    principal.expires = services.clock.outside() + token_holds;
    return services.tokens.mint(principal);
}

// A name of somebody else's that was made to mean this machine (DNS rebinding) comes with that name as Host.
bool by_its_own_name(const http::Request& request) {
    const std::string_view host = request.header("host");
    const std::string_view name = host.substr(0, host.find(':', host.starts_with('[') ? host.find(']') : 0));
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

const TryOperation* asked_for(const Visit& visit) {
    return visit.request.loopback && by_its_own_name(visit.request) ? try_operation(visit.request.param("operation")) : nullptr;
}

}  // namespace

http::Task<http::Response> get_try(api::Services* services, Visit visit) {
    const TryOperation* operation = asked_for(visit);
    if (operation == nullptr) {
        co_return error_page(visit.style, 404);
    }
    co_return try_answer(*services, visit, *operation, nullptr, Model(), {});
}

http::Task<http::Response> do_try(api::Services* services, Visit visit) {
    const TryOperation* operation = asked_for(visit);
    if (operation == nullptr) {
        co_return error_page(visit.style, 404);
    }
    // No cookie is needed here, so a page elsewhere could send this form from the reader's browser.
    if (!says_our_page(visit.request)) {
        co_return error_page(visit.style, 403, "403.form");
    }
    auto request = try_request(*operation, visit.form);
    if (!request) {
        co_return try_answer(*services, visit, *operation, &visit.form, Model(), request.error());
    }
    if (const std::string token = bearer(*services, *operation, visit); !token.empty()) {
        request->headers.push_back({"Authorization", "Bearer " + token});
    }
    request->peer = visit.request.peer;
    request->received_ns = visit.request.received_ns;
    request->thread = visit.request.thread;
    const http::Route route = api::route(*operation->endpoint, *services);
    http::Request sent = *std::move(request);
    const http::Response answer = co_await route.handle(std::move(sent));
    co_return try_answer(*services, visit, *operation, &visit.form, answer_model(answer), {});
}

}  // namespace hubward::server::pages
