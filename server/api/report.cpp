// SPDX-License-Identifier: Apache-2.0
//
// The numbers of the network. The whole network is counted as it goes along, and /metrics shows the
// same counts; a place or a period is counted when somebody asks.
#include "server/api/report.hpp"

#include <algorithm>

#include "server/api/handlers.hpp"
#include "server/api/others_first.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/calendar.hpp"

namespace hubward::server::api {
namespace {

// Referrals counted under one hold of the view's lock and in one turn of the thread: a millisecond or two, so that
// nobody's answer waits behind a report.
constexpr std::size_t counted_at_once = 10'000;

std::unexpected<Problem> wrong(const char* pointer, const char* detail) {
    Problem p = problem("bad-request", detail);
    p.errors = one_fault(pointer, p.detail, "format");
    return std::unexpected(std::move(p));
}

std::expected<wire::ReportScope, Problem> scope_of(const Call& call) {
    wire::ReportScope scope;
    const auto place = call.request.query_value("place");
    if (place && (place->empty() || place->size() > matcher::PlaceCode::capacity)) {
        return wrong("/query/place", "place must be the code of a place, 1 to 24 characters.");
    }
    const bool own_only = call.principal.role == matcher::Role::place;
    if (own_only && place && *place != call.principal.subject) {
        return fail("not-found", "There is no such place, or it is not yours.");
    }
    scope.place = matcher::PlaceCode(place ? std::string_view(*place)
                                     : own_only ? std::string_view(call.principal.subject)
                                                : std::string_view());
    if (const auto from = call.request.query_value("from")) {
        scope.from = wire::parse_instant(*from);
        if (!scope.from) {
            return wrong("/query/from", "from must be a time such as 2026-03-02T00:00:00Z.");
        }
    }
    if (const auto to = call.request.query_value("to")) {
        scope.to = wire::parse_instant(*to);
        if (!scope.to || (scope.from && *scope.to <= *scope.from)) {
            return wrong("/query/to", "to must be a time such as 2026-04-01T00:00:00Z, after from.");
        }
    }
    return scope;
}

bool within(const wire::ReportScope& scope, const matcher::State& state,
            const matcher::Referral& referral) {
    return (!scope.from || referral.created >= *scope.from) &&
           (!scope.to || referral.created < *scope.to) &&
           (scope.place.empty() || matcher::place_of(state, referral) == scope.place);
}

}  // namespace

http::Task<matcher::NetworkCounts> counted(Services* services, wire::ReportScope scope, matcher::Timestamp now) {
    if (scope.whole()) {
        co_return services->view.look([&](const View& view) { return view.network(now); });
    }
    matcher::NetworkCounts counts;
    const std::size_t end =
        services->view.look([](const View& view) { return view.state().referrals.size(); });
    for (std::size_t from = 0; from < end; from += counted_at_once) {
        services->view.look([&](const View& view) {
            const matcher::State& state = view.state();
            for (std::size_t i = from; i < std::min(from + counted_at_once, end); ++i) {
                const matcher::Referral& referral = state.referrals[i];
                if (within(scope, state, referral)) {
                    counts.add(matcher::share_of(state, referral));
                }
            }
        });
        co_await others_first();
    }
    services->view.look([&](const View& view) {
        for (const matcher::Hub& hub : view.state().hubs) {
            if (scope.place.empty() || hub.profile.place == scope.place) {
                counts.add(hub, view.state().policy, now);
            }
        }
    });
    co_return counts;
}

http::Task<Outcome> get_report(Services* services, Call call) {
    const auto scope = scope_of(call);
    if (!scope) {
        co_return std::unexpected(scope.error());
    }
    const matcher::Timestamp now = judged_now(*services).now;
    const wire::ReportScope asked = *scope;
    const matcher::NetworkCounts counts = co_await counted(services, asked, now);
    http::Response response = json(200, wire::encode_report(counts, asked, now));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
