// SPDX-License-Identifier: Apache-2.0
#include "server/wire/policy_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "matcher/limits.hpp"
#include "matcher/receipt.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {
namespace {

using matcher::Policy;
namespace limits = matcher::limits;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t hours_max = limits::policy_wait_ms_max / hour_ms;

template <auto Member>
constexpr PolicyField setting(std::string_view key, std::string_view unit, std::int64_t least,
                              std::int64_t most, std::string_view meaning) {
    return {key, unit, least, most, meaning,
            [](const Policy& p) { return static_cast<std::int64_t>(p.*Member); },
            [](Policy& p, std::int64_t v) {
                p.*Member = static_cast<std::remove_reference_t<decltype(p.*Member)>>(v);
            }};
}
template <auto Member>
constexpr PolicyField hours(std::string_view key, std::string_view meaning) {
    return {key, "hours", 1, hours_max, meaning,
            [](const Policy& p) { return p.*Member / hour_ms; },
            [](Policy& p, std::int64_t v) { p.*Member = v * hour_ms; }};
}
template <auto Member>
constexpr PolicyField weight(std::string_view key, std::string_view meaning) {
    return setting<Member>(key, "points", 0, limits::weight_max, meaning);
}

constexpr auto table = std::to_array<PolicyField>({
    weight<&Policy::distance>("weights.distance",
        "How much it counts that a hub is near. All points at the door, none at the reach."),
    weight<&Policy::needs>("weights.needs",
        "How much it counts that one visit serves all that the person needs."),
    weight<&Policy::language>("weights.language",
        "How much it counts that staff speak the person's language. A language that the person cannot "
        "do without is asked for in any case."),
    weight<&Policy::trust>("weights.trust",
        "How much it counts that the person asked for this hub or has been there. Never outweighs a need "
        "that the hub cannot serve."),
    weight<&Policy::community>("weights.community",
        "How much it counts that hub and person share a community of interest."),
    weight<&Policy::spare>("weights.spare",
        "How much it counts that a hub has many free places. More spreads people over the hubs."),
    weight<&Policy::wait>("weights.wait",
        "How much it counts that the expected wait is short. A hub that states no wait gets none."),
    weight<&Policy::times>("weights.times",
        "How much it counts that a hub is open on many of the half days on which the person is free."),
    weight<&Policy::groups>("weights.groups",
        "How much it counts that a hub is made for a group that the person belongs to. 0 leaves group data "
        "out of every decision."),
    weight<&Policy::price_max>("weights.price_most",
        "The most that planning may take away from a hub whose places others will need more."),
    weight<&Policy::confidence>("weights.confidence",
        "How much it counts that what a hub says it has can be relied on: all points just after it said so, "
        "half of them after one half-life."),
    setting<&Policy::reach>("distance.reach_metres", "metres", 1, limits::policy_reach_max,
        "How far away a hub gets no more points for nearness, when the person named no limit."),
    setting<&Policy::walk_percent>("distance.walk_percent", "percent", 1, limits::policy_percent_max,
        "How much longer a way feels on foot: 300 makes one kilometre feel like three by car."),
    setting<&Policy::bus_percent>("distance.bus_percent", "percent", 1, limits::policy_percent_max,
        "How much longer a way feels by bus."),
    setting<&Policy::community_distance_percent>("distance.community_percent", "percent", 0, 100,
        "How much of the way counts when it leads to the person's own community: 50 is half."),
    setting<&Policy::half_life_hours>("capacity.half_life_hours", "hours", 1,
        limits::policy_half_life_hours_max,
        "After how long without news what a hub says it has counts half. Sooner for a hub whose word often "
        "proved wrong."),
    setting<&Policy::wait_days_max>("waits.wait_days_most", "days", 1, limits::policy_wait_days_max,
        "The expected wait that is worth no more points."),
    hours<&Policy::answer_within_routine_ms>("waits.answer_routine_hours",
        "How long a hub has to answer a routine offer before the next hub is asked."),
    hours<&Policy::answer_within_urgent_ms>("waits.answer_urgent_hours",
        "How long a hub has to answer an urgent offer."),
    hours<&Policy::gap_review_after_ms>("waits.gap_review_hours",
        "After how long somebody must look again at a need that no hub could serve."),
});

}  // namespace

std::span<const PolicyField> policy_fields() { return table; }

const PolicyField* policy_field(std::string_view key) {
    const auto found = std::ranges::find(table, key, &PolicyField::key);
    return found == table.end() ? nullptr : found;
}

std::optional<std::string> policy_fault(const PolicyField& field, std::int64_t value) {
    if (value >= field.least && value <= field.most) {
        return std::nullopt;
    }
    return fmt::format("must be between {} and {} {}", field.least, field.most, field.unit);
}

std::string encode_policy(const Policy& policy) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.integer("version", policy.version);
    json.text("hash", fmt::format("{:016x}", matcher::hash_of(policy)));
    json.open_object("settings");
    for (const PolicyField& field : table) {
        json.integer(field.key, field.get(policy));
    }
    json.close_object();
    json.close_object();
    return out;
}

std::expected<Policy, Faults> decode_policy(std::string_view body) {
    const auto document = read_json(body);
    if (!document) {
        return std::unexpected(document.error());
    }
    Findings findings;
    const Where top;
    const auto settings = document->find("settings");
    if (!want_object(*document, top, findings) || !settings) {
        missing(top, "settings", findings);
        return std::unexpected(findings.take());
    }
    const Where at(top, "settings");
    Policy policy;
    if (want_object(*settings, at, findings)) {
        settings->members([&](std::string_view key, Json value) {
            const Where here(at, key);
            const PolicyField* field = policy_field(key);
            if (field == nullptr) {
                unknown_key(here, findings);
            } else if (const auto number =
                           want_integer(value, here, findings, field->least, field->most)) {
                field->set(policy, *number);
            }
        });
        for (const PolicyField& field : table) {
            if (!settings->find(field.key)) {
                missing(at, field.key, findings);
            }
        }
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return policy;
}

}  // namespace hubward::server::wire
