// SPDX-License-Identifier: Apache-2.0
//
// What would happen: POST /v1/matches ranks hubs for somebody who has not been referred, POST
// /v1/referrals:check says what the router would do with a referral. Both read the view on the I/O
// thread of the request and store nothing.
#include <algorithm>
#include <charconv>

#include "server/api/candidates.hpp"
#include "server/api/handlers.hpp"
#include "server/api/named_hubs.hpp"
#include "server/api/outlook.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/parts_json.hpp"
#include "server/wire/plain_words.hpp"

namespace hubward::server::api {
namespace {

constexpr std::size_t matches_max = 50;
constexpr std::size_t matches_default = 5;

std::expected<std::size_t, Problem> limit_of(const http::Request& request) {
    const auto text = request.query_value("limit");
    if (!text) {
        return matches_default;
    }
    std::size_t limit = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size() || limit == 0 ||
        limit > matches_max) {
        Problem p = problem("bad-request", "limit must be a number from 1 to 50.");
        p.errors = one_fault("/query/limit", p.detail, "range");
        return std::unexpected(std::move(p));
    }
    return limit;
}

std::string_view verdict_of(const Outlook& outlook) {
    if (outlook.refused) {
        return "refused";
    }
    if (outlook.places.empty()) {
        return "gap";
    }
    return outlook.gaps.empty() ? "offered" : "partly-offered";
}

std::string encode(Services& services, const Outlook& outlook, const matcher::Ask& ask) {
    std::string out;
    wire::JsonWriter json(out);
    json.open_object();
    json.text("verdict", verdict_of(outlook));
    if (outlook.refused) {
        const Problem why = refused(*outlook.refused);
        json.open_object("refused");
        json.text("code", matcher::name(outlook.refused->why));
        json.text("text", why.detail);
        json.close_object();
    }
    json.open_array("offers");
    for (const Outlook::Place& place : outlook.places) {
        json.open_object();
        wire::write_hub(json, place.hub.slug.view(),
                        services.hub_names->name(place.hub, services.events));
        wire::write_needs(json, ask, place.made.needs);
        json.integer("distance_metres", place.made.distance);
        wire::write_score(json, place.made.score);
        json.close_object();
    }
    json.close_array();
    json.open_array("gaps");
    for (const matcher::GapRecorded& gap : outlook.gaps) {
        json.open_object();
        wire::write_needs(json, ask, gap.needs);
        json.text("nearest_miss", matcher::name(gap.nearest_miss));
        json.text("text", "No hub can help with " + wire::needs_text(ask, gap.needs) +
                              " now. What stands in the way most often: " +
                              wire::why_not_text(gap.nearest_miss));
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace

http::Task<Outcome> match_preview(Services* services, Call call) {
    const auto limit = limit_of(call.request);
    if (!limit) {
        co_return std::unexpected(limit.error());
    }
    const auto submission =
        wire::decode_referral(call.request.body, services->gazetteer, services->clock.now(),
                              wire::Purpose::preview);
    if (!submission) {
        co_return std::unexpected(faulty(submission.error()));
    }
    const matcher::Ask& ask = submission->command.ask;
    if (auto unknown = unknown_hubs(*services, ask)) {
        co_return std::unexpected(*std::move(unknown));
    }
    matcher::Policy rules;
    auto copied = services->view.look([&](const View& view) {
        const matcher::State& state = view.state();
        matcher::Question q =
            matcher::question(ask, state.policy, state.places, not_before(*services, state));
        rules = *q.rules;
        q.practice = matcher::PracticeCode(call.principal.subject);
        return copy_candidates(view.state(), matcher::best_explained(view.state(), q, *limit), {});
    });
    http::Response response =
        json(200, wire::encode_matches(ask, rules, named(*services, std::move(copied))));
    response.with("Cache-Control", "no-store");
    co_return response;
}

http::Task<Outcome> check_referral(Services* services, Call call) {
    auto submission = wire::decode_referral(call.request.body, services->gazetteer,
                                            services->clock.now());
    if (!submission) {
        co_return std::unexpected(faulty(std::move(submission.error())));
    }
    matcher::SubmitReferral command = submission->command;
    if (auto unknown = unknown_hubs(*services, command.ask)) {
        co_return std::unexpected(*std::move(unknown));
    }
    if (!submission->practice_ref.empty()) {
        command.practice_ref = services->vault.blind("practice-ref", submission->practice_ref);
    }
    const Outlook outlook = outlook_for(*services, command, call.principal);
    http::Response response = json(200, encode(*services, outlook, command.ask));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
