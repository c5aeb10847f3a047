// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/headers.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "server/wire/fhir/systems.hpp"
#include "server/wire/identifiers.hpp"

namespace hubward::server::wire::fhir {
namespace {

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

// RFC 4648, both alphabets, padding optional: senders differ.
std::optional<std::string> from_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=') {
        text.remove_suffix(1);
    }
    std::string out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const int value = sextet(c);
        if (value < 0) {
            return std::nullopt;
        }
        bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFF;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>(bits >> held & 0xFF);
        }
    }
    return out;
}

Trouble header_trouble(std::string issue, std::string diagnostics) {
    return {400, std::move(issue), std::move(diagnostics), {}};
}

}  // namespace

std::optional<Trouble> check_transaction_ids(const Headers& headers) {
    for (const auto& [name, value] : {std::pair("X-Request-Id", headers.request_id),
                                      std::pair("X-Correlation-Id", headers.correlation_id)}) {
        if (value.empty()) {
            return header_trouble("required", std::string("The header ") + name + " is missing.");
        }
        if (!uuid_shaped(value)) {
            return header_trouble("value", std::string("The header ") + name + " must be a UUID.");
        }
    }
    return std::nullopt;
}

std::optional<Trouble> check_target(const Headers& headers, const Served& served) {
    if (headers.target.empty()) {
        return header_trouble("required", "The header NHSD-Target-Identifier is missing.");
    }
    const auto decoded = from_base64(headers.target);
    const auto target = decoded ? read_json(*decoded) : std::unexpected(Faults());
    if (!target || !same_system(target->text_at("system"), service_system) ||
        target->text_at("value").empty()) {
        return header_trouble("value",
                              "NHSD-Target-Identifier must be base64 of a JSON identifier with the "
                              "system dos-service-id.");
    }
    const auto value = target->text_at("value");
    if (std::find(served.services.begin(), served.services.end(), value) == served.services.end()) {
        return Trouble{404, "not-found", "The target is not a service of this server.", {}};
    }
    return std::nullopt;
}

std::string organisation_code(const Headers& headers) {
    const auto decoded = from_base64(headers.organisation);
    const auto organisation = decoded ? read_json(*decoded) : std::unexpected(Faults());
    if (!organisation) {
        return {};
    }
    const auto code = identifier(*organisation, ods_system);
    return ods_shaped(code) ? std::string(code) : std::string();
}

}  // namespace hubward::server::wire::fhir
