// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/negotiation.hpp"

#include <algorithm>
#include <array>
#include <charconv>

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

struct Type {
    std::string_view name;
    Format format;
};
// JSON first: it is what `*/*` gets.
constexpr std::array<Type, 9> types{{
    {"application/fhir+json", Format::json},
    {"application/json", Format::json},
    {"application/*", Format::json},
    {"*/*", Format::json},
    {"application/fhir+xml", Format::xml},
    {"application/xml", Format::xml},
    {"text/xml", Format::xml},
    {"json", Format::json},
    {"xml", Format::xml},
}};
// Of the row that begins the short names of _format.
constexpr std::size_t full_names = 7;

std::optional<Format> format_of(std::string_view name, std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) {
        if (types[i].name == name) {
            return types[i].format;
        }
    }
    return std::nullopt;
}

struct Range {
    std::optional<Format> format;  // nothing: not served
    double quality = 1;
};

// One media range of Accept: a served type, no other major version.
Range range_of(std::string_view text, std::size_t rows) {
    Range range;
    range.format = format_of(lowered(cut(text, ';')), rows);
    while (!text.empty()) {
        const auto parameter = cut(text, ';');
        const auto equals = parameter.find('=');
        const auto name = lowered(trimmed(parameter.substr(0, equals)));
        auto value = equals == std::string_view::npos ? std::string_view()
                                                      : trimmed(parameter.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        if (name == "version" && value != "1" && !value.starts_with("1.")) {
            range.format = std::nullopt;
        }
        if (name == "q") {
            const auto end = std::from_chars(value.data(), value.data() + value.size(), range.quality);
            if (end.ec != std::errc() || range.quality <= 0) {
                range.format = std::nullopt;
            }
        }
    }
    return range;
}

Trouble not_acceptable() {
    return {406, "processing",
            "Served are application/fhir+json and application/fhir+xml with version 1 (for example "
            "1.1.0).",
            {}};
}

}  // namespace

std::expected<Format, Trouble> answer_format(const Headers& headers) {
    if (!headers.format.empty()) {
        // A plus in a query may arrive as a blank.
        auto text = lowered(headers.format);
        std::replace(text.begin(), text.end(), ' ', '+');
        const auto range = range_of(text, types.size());
        return range.format ? std::expected<Format, Trouble>(*range.format)
                            : std::unexpected(not_acceptable());
    }
    auto ranges = headers.accept;
    if (trimmed(ranges).empty()) {
        return Format::json;
    }
    std::optional<Range> best;
    while (!ranges.empty()) {
        const auto range = range_of(cut(ranges, ','), full_names);
        if (range.format && (!best || range.quality > best->quality)) {
            best = range;
        }
    }
    return best ? std::expected<Format, Trouble>(*best->format) : std::unexpected(not_acceptable());
}

std::optional<Trouble> check_accept(const Headers& headers) {
    auto format = answer_format(headers);
    return format ? std::nullopt : std::optional(std::move(format.error()));
}

std::expected<Format, Trouble> body_format(const Headers& headers) {
    auto text = headers.content_type;
    const auto type = lowered(cut(text, ';'));
    const auto format = type.find('*') == std::string::npos ? format_of(type, full_names) : std::nullopt;
    if (!format) {
        return std::unexpected(Trouble{
            415, "not-supported", "Send the message as application/fhir+json or application/fhir+xml.", {}});
    }
    return *format;
}

std::optional<Trouble> check_content_type(const Headers& headers) {
    auto format = body_format(headers);
    return format ? std::nullopt : std::optional(std::move(format.error()));
}

}  // namespace hubward::server::wire::fhir
