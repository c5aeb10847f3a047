// SPDX-License-Identifier: Apache-2.0
#include "server/config.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/spelling.hpp"

namespace hubward::server {
namespace {

// One setter per kind; empty text for success.
struct Setter {
    Config& config;
    const Setting& setting;

    std::string operator()(std::string Config::*member, const std::string& text) const {
        if (!setting.choices.empty() && std::ranges::find(setting.choices, text) == setting.choices.end()) {
            return "expected " + setting.range();
        }
        if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
            return "control characters are not allowed";
        }
        if (setting.fault != nullptr) {
            if (const std::string_view fault = setting.fault(text); !fault.empty()) {
                return std::string(fault);
            }
        }
        config.*member = text;
        return {};
    }
    std::string operator()(std::int64_t Config::*member, std::int64_t number) const {
        if (number < setting.min || number > setting.max) {
            return fmt::format("{} is outside {}{}{}", number, setting.range(),
                               setting.unit.empty() ? "" : " ", setting.unit);
        }
        config.*member = number;
        return {};
    }
    std::string operator()(bool Config::*member, bool value) const {
        config.*member = value;
        return {};
    }
    std::string operator()(Texts Config::*member, Texts texts) const {
        config.*member = std::move(texts);
        return {};
    }
    // Any other pair of kinds.
    std::string operator()(auto, const auto&) const {
        return fmt::format("expected {}{}{}", setting.range(), setting.unit.empty() ? "" : " ",
                           setting.unit);
    }
};

std::string set_from_file(Config& config, const Setting& setting, const FileValue& value) {
    return std::visit(
        [&](auto member, const auto& v) -> std::string {
            return Setter{config, setting}(member, v);
        },
        setting.member, value.value);
}

std::string unknown(std::string_view where, std::string_view key) {
    return fmt::format("{}: there is no setting \"{}\"; did you mean \"{}\"?", where, key,
                       nearest_key(key));
}

}  // namespace

std::string set_value(Config& config, const Setting& setting, std::string_view text) {
    const Setter set{config, setting};
    if (const auto* member = std::get_if<std::int64_t Config::*>(&setting.member)) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size()) {
            return fmt::format("expected a whole number, {}", setting.range());
        }
        return set(*member, number);
    }
    if (const auto* member = std::get_if<bool Config::*>(&setting.member)) {
        if (text != "true" && text != "false") {
            return "expected true or false";
        }
        return set(*member, text == "true");
    }
    if (const auto* member = std::get_if<Texts Config::*>(&setting.member)) {
        Texts texts;
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t comma = std::min(text.find(',', from), text.size());
            texts.emplace_back(text.substr(from, comma - from));
            from = comma + 1;
        }
        return set(*member, std::move(texts));
    }
    return set(std::get<std::string Config::*>(setting.member), std::string(text));
}

std::string_view nearest_key(std::string_view key) {
    std::string_view best;
    std::size_t least = SIZE_MAX;
    for (const Setting& setting : settings()) {
        // A key written without its table is probably meant by its last part.
        const auto bare = setting.key.substr(setting.key.find('.') + 1);
        const std::size_t d = std::min(edit_distance(key, setting.key),
                                       edit_distance(key, bare) + 1);
        if (d < least) {
            least = d;
            best = setting.key;
        }
    }
    return best;
}

std::expected<LoadedConfig, std::vector<std::string>> load_config(const ConfigSources& sources) {
    LoadedConfig loaded;
    std::vector<std::string> faults;
    for (const Setting& setting : settings()) {
        loaded.origin.emplace(setting.key, "default");
    }
    const auto put = [&](std::string_view key, const std::string& origin, const auto& set) {
        const Setting* setting = find_setting(key);
        if (setting == nullptr) {
            faults.push_back(unknown(origin, key));
        } else if (const std::string fault = set(*setting); !fault.empty()) {
            faults.push_back(fmt::format("{}: {}: {}", origin, key, fault));
        } else {
            loaded.origin.insert_or_assign(std::string(key), origin);
        }
    };
    if (sources.file) {
        auto values = read_config_file(*sources.file);
        if (!values) {
            return std::unexpected(std::move(values.error()));
        }
        for (const FileValue& value : *values) {
            put(value.key, fmt::format("{}:{}", sources.file->string(), value.line),
                [&](const Setting& s) { return set_from_file(loaded.config, s, value); });
        }
    }
    for (const Setting& setting : settings()) {
        const std::string name = setting.environment();
        if (const char* text = sources.environment ? sources.environment(name.c_str()) : nullptr) {
            put(setting.key, "environment " + name,
                [&](const Setting& s) { return set_value(loaded.config, s, text); });
        }
    }
    for (const ConfigSources::Flag& flag : sources.flags) {
        put(flag.key, "flag " + flag.name,
            [&](const Setting& s) { return set_value(loaded.config, s, flag.value); });
    }
    if (!faults.empty()) {
        return std::unexpected(std::move(faults));
    }
    return loaded;
}

}  // namespace hubward::server
