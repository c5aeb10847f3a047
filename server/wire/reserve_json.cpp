// SPDX-License-Identifier: Apache-2.0
#include "server/wire/reserve_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "matcher/limits.hpp"
#include "server/wire/code_fields.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/parts_json.hpp"
#include "server/wire/plain_words.hpp"

namespace hubward::server::wire {
namespace {

// One word of the list; the first of them when it is none, which the findings then say.
template <class Code>
Code want_code(Json value, const Where& at, Findings& findings) {
    const auto text = want_text(value, at, findings, 40);
    const auto code = text ? matcher::parse<Code>(*text) : std::nullopt;
    if (text && !code) {
        findings.add(at, "code", fmt::format("One of these is expected: {}.",
                                             fmt::join(matcher::names<Code>(), ", ")));
    }
    return code.value_or(Code{});
}

// The last units of a kind, for some: {"count": 2, "kind": "place", "for": "urgent"}.
matcher::Reserve read_reserve(Json value, const Where& at, Findings& findings) {
    matcher::Reserve reserve;
    if (!want_object(value, at, findings)) {
        return reserve;
    }
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "count") {
            reserve.count = static_cast<std::uint16_t>(
                want_integer(part, here, findings, 1, matcher::limits::units_max).value_or(0));
        } else if (key == "kind") {
            reserve.kind = want_code<matcher::UnitKind>(part, here, findings);
        } else if (key == "for") {
            reserve.whom = want_code<matcher::KeptFor>(part, here, findings);
        } else if (key == "needs") {
            reserve.needs = read_need_set(part, here, findings);
        } else if (key == "referrer") {
            const auto text = want_text(part, here, findings, matcher::PracticeCode::capacity);
            reserve.named = matcher::PlaceCode(text && ods_beginning(*text) ? *text : "");
            if (text && reserve.named.empty()) {
                findings.add(here, "format", "An ODS code or its beginning is expected: A-Z and 0-9.");
            }
        } else if (key == "place") {
            reserve.named = read_place_code(part, here, findings);
        } else {
            unknown_key(here, findings);
        }
    });
    for (const std::string_view key : {"count", "for"}) {
        if (!value.find(key)) {
            missing(at, key, findings);
        }
    }
    // What it is for must say of what or of whom, and nothing else.
    using enum matcher::KeptFor;
    const std::string_view wanted = reserve.whom == need       ? "needs"
                                    : reserve.whom == referrer ? "referrer"
                                    : reserve.whom == place    ? "place"
                                                               : "";
    for (const std::string_view key : {"needs", "referrer", "place"}) {
        if (key == wanted && !value.find(key)) {
            missing(at, key, findings);
        } else if (key != wanted && value.find(key)) {
            findings.add(Where(at, key), "unexpected",
                         "Only the member that says for whom belongs here.");
        }
    }
    return reserve;
}

std::string for_whom(const matcher::Reserve& reserve) {
    using enum matcher::KeptFor;
    switch (reserve.whom) {
        case need: {
            std::string list;
            for (std::size_t n = 0; n < matcher::names<matcher::Need>().size(); ++n) {
                if (reserve.needs.has(static_cast<matcher::Need>(n))) {
                    list += (list.empty() ? "" : ", ") + std::string(plain(static_cast<matcher::Need>(n)));
                }
            }
            return "people who want help with " + list;
        }
        case urgent: return "urgent referrals";
        case referrer:
            return "people from some practices";
        case place: return fmt::format("people who live in {}", reserve.named.view());
    }
    return "";
}

std::string_view unit_word(matcher::UnitKind kind, bool many) {
    switch (kind) {
        case matcher::UnitKind::device: return many ? "devices" : "device";
        case matcher::UnitKind::sim: return many ? "SIM cards" : "SIM card";
        case matcher::UnitKind::place: break;
    }
    return many ? "places" : "place";
}

}  // namespace

matcher::Reserves read_reserves(Json value, const Where& at, Findings& findings) {
    matcher::Reserves kept{};
    if (want_array(value, at, findings, 0, kept.size())) {
        value.items([&](std::size_t i, Json item) {
            kept[i] = read_reserve(item, Where(at, i), findings);
        });
    }
    return kept;
}

void write_reserves(JsonWriter& json, const matcher::Reserves& kept, const Eyes& eyes) {
    if (kept == matcher::Reserves{}) {
        return;
    }
    json.open_array("kept");
    for (const matcher::Reserve& reserve : kept) {
        if (reserve.count == 0) {
            continue;
        }
        json.open_object();
        json.integer("count", reserve.count);
        json.text("kind", matcher::name(reserve.kind));
        json.text("for", matcher::name(reserve.whom));
        write_codes<matcher::Need>(json, "needs", reserve.needs);
        const bool practice = reserve.whom == matcher::KeptFor::referrer;
        json.text_unless_empty(matcher::name(reserve.whom),
                               practice ? eyes.shown(reserve.named.view()) : reserve.named.view());
        json.close_object();
    }
    json.close_array();
}

std::string reserve_text(const matcher::Reserve& reserve) {
    const bool many = reserve.count != 1;
    return many ? fmt::format("The last {} {} are kept for {}.", reserve.count,
                              unit_word(reserve.kind, many), for_whom(reserve))
                : fmt::format("The last {} is kept for {}.", unit_word(reserve.kind, many),
                              for_whom(reserve));
}

}  // namespace hubward::server::wire
