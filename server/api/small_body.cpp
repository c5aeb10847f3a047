// SPDX-License-Identifier: Apache-2.0
#include "server/api/small_body.hpp"

#include <algorithm>
#include <initializer_list>

#include "matcher/limits.hpp"
#include "server/wire/code_fields.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::api {
namespace {

using wire::Findings;
using wire::Json;
using wire::Where;

// The fields by name; faults for anything else than one object of these.
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

// The code in a text field that must be there.
template <class Code>
std::optional<Code> want_code(Json object, std::string_view name, Findings& findings) {
    const Where top;
    const auto value = object.find(name);
    if (!value) {
        wire::missing(top, name, findings);
        return std::nullopt;
    }
    const Where here(top, name);
    const auto text = wire::want_text(*value, here, findings, 64);
    if (!text) {
        return std::nullopt;
    }
    // "none" is how a code says that it was never set; nobody can ask for that.
    const auto code = *text == "none" ? std::nullopt : matcher::parse<Code>(*text);
    if (!code) {
        findings.add(here, "code", "Must be a code of the list in the API reference.");
    }
    return code;
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

}  // namespace

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

std::expected<matcher::Reason, wire::Faults> decode_reason(std::string_view body) {
    const auto object = object_of(body, {"reason"});
    if (!object) {
        return std::unexpected(object.error());
    }
    Findings findings;
    const auto reason = want_code<matcher::Reason>(*object, "reason", findings);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return *reason;
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

}  // namespace hubward::server::api
