// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/headers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "server/wire/fhir/systems.hpp"
#include "server/wire/identifiers.hpp"

namespace hubward::server::wire::fhir {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

// The part before the separator; the rest stays in `text`.
std::string_view cut(std::string_view& text, char separator) {
    const auto at = text.find(separator);
    const auto part = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    return trimmed(part);
}

bool served_type(std::string_view type) {
    constexpr std::array<std::string_view, 4> served{"application/fhir+json", "application/json",
                                                     "application/*", "*/*"};
    return std::find(served.begin(), served.end(), type) != served.end();
}

// One media range of Accept: a served type, no other major version, not refused by q=0.
bool acceptable(std::string_view range) {
    if (!served_type(lowered(cut(range, ';')))) {
        return false;
    }
    while (!range.empty()) {
        const auto parameter = cut(range, ';');
        const auto equals = parameter.find('=');
        const auto name = lowered(trimmed(parameter.substr(0, equals)));
        auto value = equals == std::string_view::npos ? std::string_view()
                                                      : trimmed(parameter.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        if (name == "version" && value != "1" && !value.starts_with("1.")) {
            return false;
        }
        if (name == "q" && value.find_first_not_of("0.") == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

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

std::optional<Trouble> check_accept(const Headers& headers) {
    Trouble refused{406, "processing",
                    "Served is application/fhir+json with version 1 (for example 1.1.0).", {}};
    if (!headers.format.empty()) {
        // A plus in a query may arrive as a blank.
        auto format = lowered(headers.format);
        std::replace(format.begin(), format.end(), ' ', '+');
        return format == "json" || acceptable(format) ? std::nullopt : std::optional(refused);
    }
    auto ranges = headers.accept;
    if (trimmed(ranges).empty()) {
        return std::nullopt;
    }
    while (!ranges.empty()) {
        if (acceptable(cut(ranges, ','))) {
            return std::nullopt;
        }
    }
    return refused;
}

std::optional<Trouble> check_content_type(const Headers& headers) {
    auto text = headers.content_type;
    const auto type = lowered(cut(text, ';'));
    if (type == "application/fhir+json" || type == "application/json") {
        return std::nullopt;
    }
    return Trouble{415, "not-supported", "Send the message as application/fhir+json.", {}};
}

}  // namespace hubward::server::wire::fhir
