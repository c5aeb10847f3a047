// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fields.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hubward::server::wire {
namespace {

constexpr std::size_t faults_max = 20;
// A key can come from outside: a pointer stays short, and quotes at most this much of it.
constexpr std::size_t key_bytes_max = 64;

constexpr unsigned char bit(bool yes) { return static_cast<unsigned char>(yes); }

// Looks at every byte and branches at none: then the compiler compares many at once.
bool has_control(std::string_view text) {
    unsigned char found = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const int control = bit(byte < 0x20) & bit(c != '\n') & bit(c != '\r') & bit(c != '\t');
        found |= static_cast<unsigned char>(control | bit(byte == 0x7F));
    }
    return found != 0;
}

}  // namespace

std::string Where::pointer() const {
    if (up_ == nullptr) {
        return {};
    }
    auto text = up_->pointer();
    text += '/';
    if (position_ >= 0) {
        return text + std::to_string(position_);
    }
    auto shown = key_.substr(0, key_bytes_max);
    while (shown.size() < key_.size() && !shown.empty() &&
           (static_cast<unsigned char>(key_[shown.size()]) & 0xC0) == 0x80) {
        shown.remove_suffix(1);  // never cut a character in half
    }
    for (const char c : shown) {
        if (c == '~') {
            text += "~0";
        } else if (c == '/') {
            text += "~1";
        } else {
            text += c;
        }
    }
    return text;
}

void Findings::add(const Where& at, std::string_view kind, std::string detail) {
    if (faults_.size() < faults_max) {
        add(at.pointer(), kind, std::move(detail));
    }
}

void Findings::add(std::string pointer, std::string_view kind, std::string detail) {
    if (faults_.size() < faults_max) {
        faults_.push_back({std::move(pointer), std::move(detail), std::string(kind)});
    }
}

std::optional<std::string_view> want_text(Json value, const Where& at, Findings& findings,
                                          std::size_t bytes_max) {
    if (!value.is_text()) {
        findings.add(at, "type", "A text is expected here.");
        return std::nullopt;
    }
    const auto text = value.text();
    if (text.empty()) {
        findings.add(at, "required", "This text must not be empty; leave the field out instead.");
        return std::nullopt;
    }
    if (text.size() > bytes_max) {
        findings.add(at, "limit", fmt::format("At most {} bytes fit here.", bytes_max));
        return std::nullopt;
    }
    if (has_control(text)) {
        findings.add(at, "format", "Control characters must not stand here.");
        return std::nullopt;
    }
    return text;
}

std::optional<std::string_view> want_letters(Json value, const Where& at, Findings& findings,
                                             std::size_t letters_max) {
    // Of each letter only the first byte counts; the reader has seen that all of it is UTF-8.
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    if (value.is_text() && std::ranges::count_if(value.text(), begins) > static_cast<std::ptrdiff_t>(letters_max)) {
        findings.add(at, "limit", fmt::format("At most {} letters fit here.", letters_max));
        return std::nullopt;
    }
    return want_text(value, at, findings, letters_max * 4);
}

std::optional<bool> want_boolean(Json value, const Where& at, Findings& findings) {
    if (!value.is(Json::Kind::boolean)) {
        findings.add(at, "type", "true or false is expected here.");
        return std::nullopt;
    }
    return value.boolean();
}

std::optional<std::int64_t> want_integer(Json value, const Where& at, Findings& findings,
                                         std::int64_t min, std::int64_t max) {
    const auto number = value.integer();
    if (!number) {
        findings.add(at, "type", "A whole number is expected here.");
        return std::nullopt;
    }
    if (*number < min || *number > max) {
        findings.add(at, "range", fmt::format("Must lie between {} and {}.", min, max));
        return std::nullopt;
    }
    return number;
}

std::optional<double> want_number(Json value, const Where& at, Findings& findings, double min,
                                  double max) {
    if (!value.is(Json::Kind::integer) && !value.is(Json::Kind::decimal)) {
        findings.add(at, "type", "A number is expected here.");
        return std::nullopt;
    }
    const double number = value.number();
    if (!(number >= min && number <= max)) {
        findings.add(at, "range", fmt::format("Must lie between {} and {}.", min, max));
        return std::nullopt;
    }
    return number;
}

bool want_array(Json value, const Where& at, Findings& findings, std::size_t min,
                std::size_t max) {
    if (!value.is_array()) {
        findings.add(at, "type", "A list is expected here.");
        return false;
    }
    const auto count = value.size();
    if (count < min) {
        findings.add(at, "required", fmt::format("At least {} must be named.", min));
        return false;
    }
    if (count > max) {
        findings.add(at, "limit", fmt::format("At most {} may be named.", max));
        return false;
    }
    return true;
}

bool want_object(Json value, const Where& at, Findings& findings) {
    if (!value.is_object()) {
        findings.add(at, "type", "An object is expected here.");
        return false;
    }
    return true;
}

void missing(const Where& parent, std::string_view key, Findings& findings) {
    findings.add(Where(parent, key), "required", "This field is required.");
}

void unknown_key(const Where& at, Findings& findings) {
    findings.add(at, "unknown", "This field is not known here; see /openapi.json.");
}

}  // namespace hubward::server::wire
