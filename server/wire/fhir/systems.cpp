// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/systems.hpp"

namespace hubward::server::wire::fhir {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<std::string_view> without_scheme(std::string_view uri) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (same_text(uri.substr(0, scheme.size()), scheme)) {
            return uri.substr(scheme.size());
        }
    }
    return std::nullopt;
}

bool same_system(std::string_view uri, std::string_view named) {
    const auto bare = without_scheme(uri);
    return bare && same_text(*bare, named);
}

bool same_canonical(std::string_view canonical, std::string_view address) {
    const auto bare = without_scheme(canonical.substr(0, canonical.find('|')));
    const auto wanted = without_scheme(address);
    return bare && wanted && same_text(*bare, *wanted);
}

std::optional<std::string_view> token_value(std::string_view token, std::string_view named) {
    const auto bar = token.find('|');
    if (bar == std::string_view::npos || !same_system(token.substr(0, bar), named)) {
        return std::nullopt;
    }
    return token.substr(bar + 1);
}

std::string_view code_in(const std::optional<Json>& codeable_concept, std::string_view named) {
    std::string_view code;
    if (const auto codings = codeable_concept ? codeable_concept->find("coding") : std::nullopt) {
        codings->items([&](std::size_t, Json coding) {
            if (code.empty() && same_system(coding.text_at("system"), named)) {
                code = coding.text_at("code");
            }
        });
    }
    return code;
}

std::string_view code_in_any(const std::optional<Json>& concepts, std::string_view named) {
    std::string_view code;
    if (concepts) {
        concepts->items([&](std::size_t, Json item) {
            if (code.empty()) {
                code = code_in(item, named);
            }
        });
    }
    return code;
}

std::string_view identifier(Json resource, std::string_view named) {
    std::string_view value;
    if (const auto list = resource.find("identifier")) {
        list->items([&](std::size_t, Json item) {
            if (value.empty() && same_system(item.text_at("system"), named)) {
                value = item.text_at("value");
            }
        });
    }
    return value;
}

std::optional<Json> extension(Json element, std::string_view tail) {
    std::optional<Json> found;
    if (const auto list = element.find("extension")) {
        list->items([&](std::size_t, Json item) {
            if (!found && item.text_at("url").ends_with(tail)) {
                found = item;
            }
        });
    }
    return found;
}

}  // namespace hubward::server::wire::fhir
