// SPDX-License-Identifier: Apache-2.0
#include "server/pages/form.hpp"

#include <charconv>

#include "server/http/utf8.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t fields_max = 96;  // every box of a new referral ticked, and its other fields

int hex(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '+') {
            out += ' ';
        } else if (raw[i] != '%') {
            out += raw[i];
        } else {
            const int high = i + 2 < raw.size() ? hex(raw[i + 1]) : -1;
            const int low = i + 2 < raw.size() ? hex(raw[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return std::nullopt;
            }
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    if (!http::valid_utf8(out)) {
        return std::nullopt;
    }
    return out;
}

}  // namespace

std::optional<Form> Form::read(std::string_view body) {
    Form form;
    while (!body.empty()) {
        const std::size_t end = body.find('&');
        const std::string_view field = body.substr(0, end);
        body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
        if (field.empty()) {
            continue;
        }
        const std::size_t equals = field.find('=');
        auto name = decoded(field.substr(0, equals));
        auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                      : decoded(field.substr(equals + 1));
        if (!name || !value || form.fields_.size() == fields_max) {
            return std::nullopt;
        }
        form.fields_.emplace_back(*std::move(name), *std::move(value));
    }
    return form;
}

std::string_view Form::value(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

std::vector<std::string_view> Form::values(std::string_view name) const {
    std::vector<std::string_view> found;
    for (const auto& [key, value] : fields_) {
        if (key == name) {
            found.push_back(value);
        }
    }
    return found;
}

std::optional<std::uint32_t> Form::number(std::string_view name) const {
    return whole_number(value(name));
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || text.size() > 6 || error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace hubward::server::pages
