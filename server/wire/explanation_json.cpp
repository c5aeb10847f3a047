// SPDX-License-Identifier: Apache-2.0
#include "server/wire/explanation_json.hpp"

#include <bit>

#include <fmt/format.h>

#include "matcher/receipt.hpp"
#include "server/wire/parts_json.hpp"
#include "server/wire/reserve_json.hpp"

namespace hubward::server::wire {
namespace {

constexpr std::string_view unit_of(matcher::Factor factor) {
    switch (factor) {
        using enum matcher::Factor;
        case distance: return "metres";
        case needs: return "needs";
        case trust: return "percent";
        case spare: return "places";
        case wait: return "days";
        case times: return "half-days";
        case price: return "points";
        case confidence: return "permille";
        case access: return "features";
        case language:
        case community:
        case groups: break;
    }
    return "yes-or-no";
}

// points = weight × part / whole, cut towards zero: everything to work it out again by hand.
void write_factors(JsonWriter& json, const matcher::Terms& terms) {
    json.open_array("factors");
    for (std::size_t f = 0; f < matcher::factor_count; ++f) {
        const matcher::Term& term = terms[f];
        json.open_object();
        json.text("factor", matcher::name(static_cast<matcher::Factor>(f)));
        json.integer("raw", term.raw);
        json.text("unit", unit_of(static_cast<matcher::Factor>(f)));
        json.integer("part", term.part);
        json.integer("whole", term.whole);
        json.integer("normalised",
                     term.whole == 0 ? 0 : std::min(term.part, term.whole) * 1000 / term.whole);
        json.integer("weight", term.weight);
        json.integer("points", term.points());
        json.close_object();
    }
    json.close_array();
}

void write_failed(JsonWriter& json, const matcher::Sieved& sieved) {
    json.text("first_failed", matcher::name(sieved.first));
    json.open_array("failed");
    for (const matcher::Filter filter : matcher::filter_order) {
        if (sieved.failed.has(filter)) {
            json.text(matcher::name(filter));
        }
    }
    json.close_array();
}

// The last places, each row of them that stood in the way.
std::string kept_text(const CandidateFacts& c) {
    std::string text;
    for (std::size_t i = 0; i < c.profile.kept.size(); ++i) {
        if ((c.it.kept_for_others >> i & 1) != 0) {
            text += " " + reserve_text(c.profile.kept[i]);
        }
    }
    if ((c.it.kept_for_others >> c.profile.kept.size() & 1) != 0) {
        text += " The rules of the place where the person lives leave the last ones to urgent referrals.";
    }
    return text;
}

std::string not_asked_text(const CandidateFacts& c) {
    std::string text;
    for (const matcher::Filter filter : matcher::filter_order) {
        if (c.it.sieved.failed.has(filter)) {
            text += (text.empty() ? "" : " ") + why_not_text(filter);
            text += filter == matcher::Filter::kept_for_others ? kept_text(c) : "";
        }
    }
    return text;
}

void write_candidate(JsonWriter& json, const CandidateFacts& c, const matcher::Ask& ask) {
    const bool passed = c.it.sieved.first == matcher::Filter::passed;
    json.open_object();
    write_hub(json, c.hub.slug, c.hub.name);
    json.boolean("eligible", passed);
    if (passed) {
        json.integer("rank", c.it.rank);
        json.integer("total", c.it.score.total());
    } else {
        write_failed(json, c.it.sieved);
    }
    write_needs(json, ask, c.it.sieved.facts.needs);
    json.integer("distance_metres", c.it.sieved.facts.distance);
    write_factors(json, c.it.terms);
    json.text("why", passed ? why_text(c, ask) : not_asked_text(c));
    if (c.it.change) {
        json.open_object("smallest_change");
        json.integer("from", c.it.change->from);
        json.integer("to", c.it.change->to);
        json.text("text", change_text(*c.it.change, ask));
        json.close_object();
    }
    json.close_object();
}

void write_policy(JsonWriter& json, std::uint32_t version, std::uint64_t hash,
                  const matcher::PlaceCode& place = {}) {
    json.open_object("policy");
    if (!place.empty()) {
        json.text("place", place.view());
    }
    json.integer("version", version);
    if (hash != 0) {
        json.text("hash", fmt::format("{:016x}", hash));
    }
    json.close_object();
}

void write_decision(JsonWriter& json, const DecisionFacts& d, const ExplanationFacts& facts) {
    json.open_object();
    json.integer("number", d.number);
    json.text("at", time_text(d.at));
    json.text("offer", offer_id_text(facts.referral, d.ordinal));
    write_hub(json, d.hub.slug, d.hub.name);
    write_needs(json, facts.ask, d.made.needs);
    json.integer("distance_metres", d.made.distance);
    write_score(json, d.made.score);
    json.integer("considered", d.made.considered);
    write_policy(json, d.made.policy, d.made.cited.rules, d.made.cited.rules_of);
    if (d.made.cited.engine != 0) {
        json.text("input_hash", fmt::format("{:016x}", d.made.cited.inputs));
        json.integer("engine_version", d.made.cited.engine);
    }
    json.close_object();
}

void write_now(JsonWriter& json, const ExplanationFacts& facts) {
    json.open_object("now");
    json.text("at", time_text(facts.at));
    json.integer("engine_version", matcher::engine_version);
    write_policy(json, facts.rules.version, matcher::hash_of(facts.rules), facts.rules_of);
    write_needs(json, facts.ask, facts.open);
    json.integer("eligible", facts.passed);
    json.open_object("not_eligible");
    for (const matcher::Filter filter : matcher::filter_order) {
        if (const auto hubs = facts.stopped[static_cast<std::size_t>(filter)]; hubs != 0) {
            json.integer(matcher::name(filter), hubs);
        }
    }
    json.close_object();
    json.open_array("candidates");
    for (const CandidateFacts& candidate : facts.candidates) {
        write_candidate(json, candidate, facts.ask);
    }
    json.close_array();
    json.close_object();
}

}  // namespace

std::string encode_explanation(const ExplanationFacts& facts) {
    std::string out;
    out.reserve(1024 + facts.candidates.size() * 2048);
    JsonWriter json(out);
    json.open_object();
    json.text("referral", id_text(facts.referral));
    json.open_array("decisions");
    for (const DecisionFacts& decision : facts.decisions) {
        write_decision(json, decision, facts);
    }
    json.close_array();
    if (facts.now) {
        write_now(json, facts);
    }
    json.close_object();
    return out;
}

std::string encode_matches(const matcher::Ask& ask, const matcher::Policy& rules,
                           const std::vector<CandidateFacts>& hubs) {
    std::string out;
    out.reserve(256 + hubs.size() * 1024);
    JsonWriter json(out);
    json.open_object();
    json.integer("engine_version", matcher::engine_version);
    write_policy(json, rules.version, matcher::hash_of(rules));
    json.open_array("items");
    for (const CandidateFacts& c : hubs) {
        json.open_object();
        write_hub(json, c.hub.slug, c.hub.name);
        json.integer("rank", c.it.rank);
        write_needs(json, ask, c.it.sieved.facts.needs);
        json.integer("distance_metres", c.it.sieved.facts.distance);
        json.integer("free_places", c.free_places);
        if (c.profile.wait_days != matcher::wait_not_stated) {
            json.integer("wait_days", c.profile.wait_days);
        }
        json.boolean("virtual", c.profile.is_virtual);
        json.open_array("languages");
        for (std::size_t word = 0; word < c.profile.languages.words.size(); ++word) {
            for (std::uint64_t left = c.profile.languages.words[word]; left != 0; left &= left - 1) {
                const auto bit = static_cast<std::size_t>(std::countr_zero(left));
                json.text(matcher::english_name(static_cast<matcher::Language>(word * 64 + bit)));
            }
        }
        json.close_array();
        write_access(json, c.profile.access);
        write_score(json, c.it.score);
        json.text("text", why_text(c, ask));
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire
