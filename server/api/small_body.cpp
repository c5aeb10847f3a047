// SPDX-License-Identifier: Apache-2.0
#include "server/api/small_body.hpp"

#include <algorithm>
#include <initializer_list>

#include "matcher/limits.hpp"
#include "server/api/flat_body.hpp"
#include "server/wire/calendar.hpp"
#include "server/wire/hub_json.hpp"  // valid_slug

namespace hubward::server::api {

using wire::Findings;
using wire::Json;
using wire::Where;

namespace {

std::optional<matcher::Timestamp> want_time(Json object, std::string_view name,
                                            Findings& findings) {
    const Where top;
    const auto value = object.find(name);
    if (!value) {
        wire::missing(top, name, findings);
        return std::nullopt;
    }
    const Where here(top, name);
    const auto text = wire::want_text(*value, here, findings, 40);
    const auto at = text ? wire::parse_instant(*text) : std::nullopt;
    if (text && !at) {
        findings.add(here, "format", "A time with its offset is expected: 2026-03-02T10:00:00Z.");
    }
    return at;
}

// A body of one code.
template <class Code>
std::expected<Code, wire::Faults> decode_code(std::string_view body, std::string_view name) {
    const auto object = object_of(body, {name});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto code = want_code<Code>(*object, name, findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return *code;
}

}  // namespace

std::expected<Json, wire::Faults> object_of(std::string_view body,
                                            std::initializer_list<std::string_view> known) {
    auto document = wire::read_json(body);
    if (!document) {
        return document;
    }
    Findings findings;
    const Where top;
    if (wire::want_object(*document, top, findings)) {
        document->members([&](std::string_view name, Json) {
            if (std::ranges::find(known, name) == known.end()) {
                wire::unknown_key(Where(top, name), findings);
            }
        });
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return document;
}

std::optional<std::int64_t> want_number(Json object, std::string_view name, std::int64_t max,
                                        Findings& findings) {
    const Where top;
    const auto value = object.find(name);
    if (!value) {
        wire::missing(top, name, findings);
        return std::nullopt;
    }
    return wire::want_integer(*value, Where(top, name), findings, 0, max);
}

wire::Faults one_fault(std::string pointer, std::string detail, std::string kind) {
    wire::Faults faults;
    faults.push_back({std::move(pointer), std::move(detail), std::move(kind)});
    return faults;
}

std::expected<void, wire::Faults> decode_nothing(std::string_view body) {
    if (body.empty()) {
        return {};
    }
    auto object = object_of(body, {});
    if (!object) {
        return std::unexpected(std::move(object.error()));
    }
    return {};
}

std::expected<matcher::Contact, wire::Faults> decode_contact(std::string_view body) {
    return decode_code<matcher::Contact>(body, "result");
}

std::expected<matcher::Review, wire::Faults> decode_review(std::string_view body) {
    return decode_code<matcher::Review>(body, "review");
}

std::expected<matcher::Timestamp, wire::Faults> decode_time(std::string_view body,
                                                            std::string_view name) {
    const auto object = object_of(body, {name});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto at = want_time(*object, name, findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return *at;
}

std::expected<AgreedDate, wire::Faults> decode_date(std::string_view body) {
    const auto object = object_of(body, {"starts", "session"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    AgreedDate date;
    const Where top;
    if (const auto session = object->find("session")) {
        date.session = static_cast<matcher::SessionNumber>(
            wire::want_integer(*session, Where(top, "session"), findings, 1, UINT32_MAX).value_or(0));
        if (object->find("starts")) {
            findings.add(Where(top, "starts"), "unexpected", "A session has its own date.");
        }
    } else {
        date.starts = want_time(*object, "starts", findings).value_or(matcher::Timestamp{});
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return date;
}

std::expected<std::string, wire::Faults> decode_hub_choice(std::string_view body) {
    const auto object = object_of(body, {"hub"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const Where top;
    std::string slug;
    if (const auto value = object->find("hub")) {
        const Where here(top, "hub");
        slug = std::string(wire::want_text(*value, here, findings, 64).value_or(""));
        if (findings.none() && !wire::valid_slug(slug)) {
            findings.add(here, "format", "A hub is named by its slug.");
        }
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return slug;
}

std::expected<matcher::OwnerName, wire::Faults> decode_owner(std::string_view body) {
    const auto object = object_of(body, {"owner"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const Where top;
    std::string name;
    if (const auto value = object->find("owner")) {
        const Where here(top, "owner");
        name = std::string(
            wire::want_text(*value, here, findings, matcher::OwnerName::capacity).value_or(""));
        if (findings.none() && !wire::valid_slug(name)) {
            findings.add(here, "format",
                         "A desk or role of the place by its code: a-z, 0-9 and inner hyphens.");
        }
    } else {
        wire::missing(top, "owner", findings);
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return matcher::OwnerName(name);
}

std::expected<PauseBody, wire::Faults> decode_pause(std::string_view body) {
    const auto object = object_of(body, {"reason", "review_at"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto reason = want_code<matcher::Reason>(*object, "reason", findings);
    const auto review_at = want_time(*object, "review_at", findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return PauseBody{*reason, *review_at};
}

std::expected<ReopenBody, wire::Faults> decode_reopen(std::string_view body) {
    const auto object = object_of(body, {"note", "needs"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const Where top;
    ReopenBody read;
    if (const auto note = object->find("note")) {
        read.note = std::string(
            wire::want_text(*note, Where(top, "note"), findings, 2000).value_or(""));
    } else {
        wire::missing(top, "note", findings);
    }
    if (const auto needs = object->find("needs")) {
        const matcher::NeedSet set = wire::read_need_set(*needs, Where(top, "needs"), findings);
        for (std::size_t i = 0; i < matcher::names<matcher::Need>().size(); ++i) {
            if (set.has(static_cast<matcher::Need>(i))) {
                read.needs.push_back(static_cast<matcher::Need>(i));
            }
        }
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return read;
}

std::expected<OutcomeBody, wire::Faults> decode_outcome(std::string_view body) {
    const auto object = object_of(body, {"need", "outcome"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto need =
        want_number(*object, "need", static_cast<std::int64_t>(matcher::limits::needs_max) - 1,
                    findings);
    const auto outcome = want_code<matcher::Outcome>(*object, "outcome", findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return OutcomeBody{static_cast<std::uint8_t>(*need), *outcome};
}

std::expected<ChoiceBody, wire::Faults> decode_choice(std::string_view body) {
    auto object = object_of(body, {"hub", "no_digital"});
    if (!object) {
        return std::unexpected(std::move(object.error()));
    }
    Findings findings;
    const Where top;
    ChoiceBody choice;
    if (const auto hub = object->find("hub")) {
        choice.hub = std::string(wire::want_slug(*hub, Where(top, "hub"), findings).value_or(""));
    }
    if (const auto none = object->find("no_digital")) {
        choice.no_digital =
            wire::want_boolean(*none, Where(top, "no_digital"), findings).value_or(false);
    }
    if (findings.none() && choice.hub.empty() != choice.no_digital) {
        findings.add(Where(top, "hub"), "required", "Name a hub, or say no_digital: true; one of them.");
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return choice;
}

std::expected<CapacityBody, wire::Faults> decode_capacity(std::string_view body) {
    const auto object = object_of(body, {"unit", "total"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto kind = want_code<matcher::UnitKind>(*object, "unit", findings);
    const auto total = want_number(*object, "total", matcher::limits::units_max, findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return CapacityBody{*kind, static_cast<std::uint16_t>(*total)};
}

std::expected<std::uint16_t, wire::Faults> decode_price(std::string_view body) {
    const auto object = object_of(body, {"price"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto price = want_number(*object, "price", matcher::limits::weight_max, findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return static_cast<std::uint16_t>(*price);
}

std::expected<std::uint16_t, wire::Faults> decode_seats(std::string_view body) {
    const auto object = object_of(body, {"seats"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto seats = want_number(*object, "seats", matcher::limits::units_max, findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return static_cast<std::uint16_t>(*seats);
}

}  // namespace hubward::server::api
