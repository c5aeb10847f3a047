// SPDX-License-Identifier: Apache-2.0
//
// The settings for people: the documented file, and what is in force and why.
#include <algorithm>

#include <fmt/format.h>

#include "server/config.hpp"

namespace hubward::server {
namespace {

// Breaks sentences into comment lines of at most `width` characters.
std::string comment(std::string_view text, std::string_view lead, std::size_t width) {
    std::string out;
    std::string line;
    const auto flush = [&] {
        out += fmt::format("{}{}\n", lead, line);
        line.clear();
    };
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, blank);
        text.remove_prefix(std::min(blank + 1, text.size()));
        if (!line.empty() && line.size() + 1 + word.size() > width) {
            flush();
        }
        line += (line.empty() ? "" : " ") + std::string(word);
    }
    flush();
    return out;
}

std::string facts(const Setting& setting) {
    return fmt::format("{}{}{}; default {}; environment {}", setting.range(),
                       setting.unit.empty() ? "" : " ", setting.unit, setting.value(Config{}),
                       setting.environment());
}

}  // namespace

std::string documented_config() {
    std::string out =
        "# SPDX-License-Identifier: Apache-2.0\n"
        "#\n"
        "# Every setting of Hubward with its meaning, unit, range and default. A line that is not\n"
        "# commented out wins over the default; the environment wins over this file; a flag wins\n"
        "# over all. Try it: hubward config check --config hubward.toml\n"
        "#\n"
        "# Made by `hubward config defaults`; a test keeps it equal to the program.\n";
    std::string_view table;
    for (const Setting& setting : settings()) {
        const std::size_t dot = setting.key.find('.');
        if (setting.key.substr(0, dot) != table) {
            table = setting.key.substr(0, dot);
            out += fmt::format("\n[{}]\n", table);
        }
        out += "\n" + comment(setting.help, "# ", 96) + "# (" + facts(setting) + ")\n";
        out += fmt::format("#{} = {}\n", setting.key.substr(dot + 1), setting.value(Config{}));
    }
    return out;
}

std::string effective_config(const LoadedConfig& loaded, bool explain) {
    std::string out;
    for (const Setting& setting : settings()) {
        const auto origin = loaded.origin.find(setting.key);
        if (explain) {
            out += (out.empty() ? "" : "\n") + comment(setting.help, "# ", 96) + "# (" +
                   facts(setting) + ")\n";
        }
        out += fmt::format("{} = {}  # {}\n", setting.key, setting.value(loaded.config),
                           origin == loaded.origin.end() ? "default" : origin->second);
    }
    return out;
}

}  // namespace hubward::server
