// SPDX-License-Identifier: Apache-2.0
//
// The rules in force, of a place or of everywhere else, and putting others in force: a command like any
// other, so each decision is made under exactly one policy, and the journal says from which event on.
#include <fmt/format.h>

#include "server/api/handlers.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/policy_json.hpp"

namespace hubward::server::api {
namespace {

http::Response document(const matcher::PlaceRules& rules) {
    http::Response response =
        json(200, wire::encode_policy(rules.policy, rules.place, rules.within));
    response.with("ETag", version_tag(rules.policy.version));
    response.with("Cache-Control", "private, no-cache");
    return response;
}

// Those of the place, or with an empty code those of everywhere else; nothing for a place without.
std::optional<matcher::PlaceRules> in_force(Services& services, const matcher::PlaceCode& place) {
    return services.view.look([&](const View& view) -> std::optional<matcher::PlaceRules> {
        if (place.empty()) {
            return matcher::PlaceRules{{}, {}, view.state().policy};
        }
        const matcher::PlaceRules* own = view.state().places.find(place);
        return own != nullptr ? std::optional(*own) : std::nullopt;
    });
}

std::expected<matcher::PlaceCode, Problem> place_of(const Call& call) {
    const std::string_view text = call.request.param("place");
    if (!wire::valid_slug(text) || text.size() > matcher::PlaceCode::capacity) {
        return std::unexpected(problem("not-found", "There is no such place."));
    }
    return matcher::PlaceCode(text);
}

http::Response shown(const Call& call, const matcher::PlaceRules& rules) {
    http::Response response = document(rules);
    if (not_modified(call.request, version_tag(rules.policy.version))) {
        response.status = 304;
        response.content_type = {};
        response.body.clear();
    }
    return response;
}

bool may_lie_within(const Services& services, const matcher::AdoptPolicy& wanted) {
    return wanted.within.empty() || services.view.look([&](const View& view) {
        return view.state().places.may_lie(wanted.place, wanted.within);
    });
}

http::Task<Outcome> put_rules(Services* services, Call call, matcher::PlaceCode place) {
    auto wanted = wire::decode_policy(call.request.body);
    if (!wanted) {
        co_return std::unexpected(faulty(std::move(wanted.error())));
    }
    if (place.empty()) {
        wanted->within = {};
    }
    const auto version_now = [&] {
        const auto rules = in_force(*services, place);
        return rules ? rules->policy.version : 0;
    };
    const std::uint32_t present = version_now();
    if (call.expected_version != 0 && call.expected_version != present) {
        matcher::Rejection clash;
        clash.why = matcher::Refused::version_changed;
        clash.version = present;
        co_return std::unexpected(refused(clash));
    }
    matcher::AdoptPolicy command = *wanted;
    command.place = place;
    command.policy.version = present + 1;
    matcher::Envelope letter = envelope(call, command);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done) {
        // Somebody else's rules came in between: their version is no longer above the present one.
        matcher::Rejection clash = done.error();
        if (clash.why == matcher::Refused::policy_invalid && version_now() != present) {
            clash.why = matcher::Refused::version_changed;
            clash.version = version_now();
        } else if (clash.why == matcher::Refused::policy_invalid && !may_lie_within(*services, command)) {
            co_return std::unexpected(faulty(one_fault(
                "/within",
                fmt::format("Name a place that has rules of its own and does not lie within this one; {} levels at most.",
                            matcher::limits::place_depth_max),
                "reference")));
        }
        co_return std::unexpected(refused(clash));
    }
    const auto& adopted = std::get<matcher::AdoptPolicy>(done->entry->command);
    co_return document({adopted.place, adopted.within, adopted.policy});
}

}  // namespace

http::Task<Outcome> get_policy(Services* services, Call call) {
    co_return shown(call, *in_force(*services, {}));
}

http::Task<Outcome> put_policy(Services* services, Call call) {
    return put_rules(services, std::move(call), {});
}

http::Task<Outcome> list_policies(Services* services, Call) {
    http::Response response = json(200, services->view.look([](const View& view) {
        return wire::encode_policies(view.state().places.list());
    }));
    response.with("Cache-Control", "private, no-cache");
    co_return response;
}

http::Task<Outcome> get_place_policy(Services* services, Call call) {
    const auto place = place_of(call);
    if (!place) {
        co_return std::unexpected(place.error());
    }
    const auto rules = in_force(*services, *place);
    if (!rules) {
        co_return fail("not-found", "The place has no rules of its own: those of GET /v1/policy hold.");
    }
    co_return shown(call, *rules);
}

http::Task<Outcome> put_place_policy(Services* services, Call call) {
    const auto place = place_of(call);
    if (!place) {
        co_return std::unexpected(place.error());
    }
    const matcher::PlaceCode code = *place;
    co_return co_await put_rules(services, std::move(call), code);
}

}  // namespace hubward::server::api
