// SPDX-License-Identifier: Apache-2.0
//
// What every small body is read with: one flat object of known members, codes, numbers. Each notes a
// fault that names the member. Pure; any thread.
#pragma once

#include <expected>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "matcher/codes.hpp"
#include "server/wire/code_fields.hpp"
#include "server/wire/fault.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::api {

// The document, when it is one object of these members and no others.
std::expected<wire::Json, wire::Faults> object_of(std::string_view body,
                                                  std::initializer_list<std::string_view> known);

// The code in a text member that must be there.
template <class Code>
std::optional<Code> want_code(wire::Json object, std::string_view name, wire::Findings& findings) {
    const wire::Where top;
    const auto value = object.find(name);
    if (!value) {
        wire::missing(top, name, findings);
        return std::nullopt;
    }
    const wire::Where here(top, name);
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

std::optional<std::int64_t> want_number(wire::Json object, std::string_view name, std::int64_t max,
                                        wire::Findings& findings);

}  // namespace hubward::server::api
