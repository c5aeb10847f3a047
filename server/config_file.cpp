// SPDX-License-Identifier: Apache-2.0
//
// The door to toml++: a file to a flat list of keys with values and lines.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1

#include <toml++/toml.h>

#include <fmt/format.h>

#include "server/config.hpp"

namespace hubward::server {
namespace {

struct Walk {
    std::string file;
    std::vector<FileValue> values;
    std::vector<std::string> faults;

    void table(const toml::table& node, const std::string& prefix) {
        for (const auto& [name, child] : node) {
            const std::string key = prefix + std::string(name.str());
            if (const toml::table* inner = child.as_table()) {
                table(*inner, key + ".");
            } else {
                value(key, child, name.source().begin.line);
            }
        }
    }

    void value(const std::string& key, const toml::node& node, std::uint32_t line) {
        if (const auto* text = node.as_string()) {
            values.push_back({key, text->get(), line});
        } else if (const auto* number = node.as_integer()) {
            values.push_back({key, number->get(), line});
        } else if (const auto* flag = node.as_boolean()) {
            values.push_back({key, flag->get(), line});
        } else if (const auto* list = node.as_array()) {
            Texts texts;
            for (const toml::node& item : *list) {
                if (const auto* one = item.as_string()) {
                    texts.push_back(one->get());
                } else {
                    faults.push_back(fmt::format("{}:{}: {}: expected a list of texts", file, line, key));
                    return;
                }
            }
            values.push_back({key, std::move(texts), line});
        } else {
            faults.push_back(fmt::format("{}:{}: {}: expected a text, a whole number, true or false, "
                                         "or a list of texts", file, line, key));
        }
    }
};

}  // namespace

std::expected<std::vector<FileValue>, std::vector<std::string>> read_config_file(
    const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {
        return std::unexpected(std::vector{fmt::format("{}: no such file", file.string())});
    }
    const toml::parse_result parsed = toml::parse_file(file.string());
    if (!parsed) {
        return std::unexpected(std::vector{
            fmt::format("{}:{}:{}: {}", file.string(), parsed.error().source().begin.line,
                        parsed.error().source().begin.column,
                        std::string_view(parsed.error().description()))});
    }
    Walk walk{file.string(), {}, {}};
    walk.table(parsed.table(), "");
    if (!walk.faults.empty()) {
        return std::unexpected(std::move(walk.faults));
    }
    return std::move(walk.values);
}

}  // namespace hubward::server
