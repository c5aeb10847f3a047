// SPDX-License-Identifier: Apache-2.0
#include "server/wire/policy_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "matcher/limits.hpp"
#include "matcher/receipt.hpp"
#include "server/wire/code_fields.hpp"
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
            },
            {}};
}
constexpr auto soft_hard = std::to_array<std::string_view>({"soft", "hard"});
constexpr auto modes =
    std::to_array<std::string_view>({"as-house", "sequential", "parallel", "broadcast"});
template <auto Member>
constexpr PolicyField choice(std::string_view key, std::span<const std::string_view> words,
                             std::string_view meaning) {
    PolicyField field = setting<Member>(key, "", 0, static_cast<std::int64_t>(words.size()) - 1, meaning);
    field.words = words;
    return field;
}
template <auto Member>
constexpr PolicyField hours(std::string_view key, std::string_view meaning, std::int64_t least = 1) {
    return {key, "hours", least, hours_max, meaning,
            [](const Policy& p) { return p.*Member / hour_ms; },
            [](Policy& p, std::int64_t v) { p.*Member = v * hour_ms; },
            {}};
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
    weight<&Policy::access>("weights.access",
        "How much it counts that a hub has what the person would like to have there and could do without. What "
        "they cannot do without is asked for in any case. Without wishes it counts nothing."),
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
    choice<&Policy::language_hard>("requirements.language", soft_hard,
        "Whether only hubs are asked whose staff speak the language that the person prefers. A language that "
        "the person cannot do without is asked for in any case, and never gives way."),
    choice<&Policy::times_hard>("requirements.times", soft_hard,
        "Whether only hubs are asked that are open on a half day on which the person is free."),
    hours<&Policy::relax_language_working_ms>("relax.language_after_hours",
        "After how many working hours without a hub the preferred language gives way, if the person agreed. "
        "0: never.", 0),
    hours<&Policy::relax_times_working_ms>("relax.times_after_hours",
        "After how many working hours without a hub the person's free half days give way, if the person "
        "agreed. 0: never.", 0),
    hours<&Policy::relax_travel_working_ms>("relax.travel_after_hours",
        "After how many working hours without a hub the person's own limit on the way gives way, if the "
        "person agreed. 0: never.", 0),
    setting<&Policy::relaxed_travel_percent>("relax.travel_percent", "percent", 100,
        limits::policy_percent_max,
        "How far the way may be once that limit gave way: 150 is half as far again."),
    choice<&Policy::asking_routine>("offers.routine", modes,
        "How hubs are asked: one after another (sequential), some at once with a place held at each "
        "(parallel), or many at once where the first answer wins (broadcast). as-house: as the whole service."),
    choice<&Policy::asking_urgent>("offers.urgent", modes, "The same for an urgent referral."),
    setting<&Policy::asked_at_once>("offers.at_once", "hubs", 0,
        static_cast<std::int64_t>(limits::asked_at_once_max),
        "How many hubs are asked at once in parallel and broadcast. 0: as the whole service."),
    hours<&Policy::answer_routine_working_ms>("waits.answer_routine_working_hours",
        "How many of its opening hours a hub that states them has to answer a routine offer. 0: as the "
        "whole service.", 0),
    hours<&Policy::answer_urgent_working_ms>("waits.answer_urgent_working_hours",
        "The same for an urgent offer.", 0),
    hours<&Policy::contact_working_ms>("waits.contact_working_hours",
        "In how many of its opening hours a hub that accepted books a date or begins. 0: as the whole "
        "service.", 0),
    setting<&Policy::urgent_places>("kept.urgent_places", "places", 0, limits::policy_kept_max,
        "How many of each hub's last free places people of this place leave to urgent referrals, beside "
        "what the hub itself keeps."),
    setting<&Policy::urgent_devices>("kept.urgent_devices", "devices", 0, limits::policy_kept_max,
        "The same for devices."),
    setting<&Policy::urgent_sims>("kept.urgent_sims", "SIM cards", 0, limits::policy_kept_max,
        "The same for SIM cards."),
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
    return field.words.empty()
               ? fmt::format("must be between {} and {} {}", field.least, field.most, field.unit)
               : "must be " + policy_range(field);
}

std::optional<std::int64_t> policy_word(const PolicyField& field, std::string_view word) {
    const auto found = std::ranges::find(field.words, word);
    return found == field.words.end() ? std::nullopt
                                      : std::optional<std::int64_t>(found - field.words.begin());
}

std::string policy_value(const PolicyField& field, std::int64_t value) {
    return field.words.empty() ? fmt::format("{} {}", value, field.unit)
                               : std::string(field.words[static_cast<std::size_t>(value)]);
}

std::string policy_range(const PolicyField& field) {
    if (field.words.empty()) {
        return fmt::format("from {} to {}", field.least, field.most);
    }
    return fmt::format("{}", fmt::join(field.words, " or "));
}

std::string encode_policies(std::span<const matcher::PlaceRules> places) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.open_array("items");
    for (const matcher::PlaceRules& rules : places) {
        json.open_object();
        json.text("place", rules.place.view());
        if (!rules.within.empty()) {
            json.text("within", rules.within.view());
        }
        json.integer("version", rules.policy.version);
        json.text("hash", fmt::format("{:016x}", matcher::hash_of(rules.policy)));
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return out;
}

std::string encode_policy(const Policy& policy, const matcher::PlaceCode& place,
                          const matcher::PlaceCode& within) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    if (!place.empty()) {
        json.text("place", place.view());
    }
    if (!within.empty()) {
        json.text("within", within.view());
    }
    json.integer("version", policy.version);
    json.text("hash", fmt::format("{:016x}", matcher::hash_of(policy)));
    json.open_object("settings");
    for (const PolicyField& field : table) {
        if (field.words.empty()) {
            json.integer(field.key, field.get(policy));
        } else {
            json.text(field.key, policy_value(field, field.get(policy)));
        }
    }
    json.close_object();
    json.close_object();
    return out;
}

std::expected<matcher::AdoptPolicy, Faults> decode_policy(std::string_view body) {
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
    matcher::AdoptPolicy adopted;
    Policy& policy = adopted.policy;
    if (const auto within = document->find("within")) {
        adopted.within = read_place_code(*within, Where(top, "within"), findings);
    }
    if (want_object(*settings, at, findings)) {
        settings->members([&](std::string_view key, Json value) {
            const Where here(at, key);
            const PolicyField* field = policy_field(key);
            if (field == nullptr) {
                unknown_key(here, findings);
            } else if (!field->words.empty()) {
                const auto word = want_text(value, here, findings, 40);
                const auto stands_for = word ? policy_word(*field, *word) : std::nullopt;
                if (stands_for) {
                    field->set(policy, *stands_for);
                } else if (word) {
                    findings.add(here, "code", "It must be " + policy_range(*field) + ".");
                }
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
    return adopted;
}

}  // namespace hubward::server::wire
