// SPDX-License-Identifier: Apache-2.0
#include "server/pages/pretty_json.hpp"

namespace hubward::server::pages {
namespace {

bool blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// The whole text in quotes that begins at `from`.
std::string_view quoted(std::string_view json, std::size_t from) {
    std::size_t end = from + 1;
    while (end < json.size() && json[end] != '"') {
        end += json[end] == '\\' ? 2U : 1U;
    }
    return json.substr(from, end + 1 - from);
}

}  // namespace

std::string pretty_json(std::string_view json) {
    std::string out;
    std::size_t depth = 0;
    const auto line = [&] { out.append(1, '\n').append(2 * depth, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') {
            const std::string_view text = quoted(json, i);
            out += text;
            i += text.size() - 1;
        } else if (c == '{' || c == '[') {
            out += c;
            if (i + 1 < json.size() && json[i + 1] == (c == '{' ? '}' : ']')) {
                out += json[++i];  // an empty one stays on its line
                continue;
            }
            ++depth;
            line();
        } else if (c == '}' || c == ']') {
            depth -= depth > 0 ? 1U : 0U;
            line();
            out += c;
        } else if (c == ',') {
            out += c;
            line();
        } else if (c == ':') {
            out += ": ";
        } else if (!blank(c)) {
            out += c;
        }
    }
    return out;
}

}  // namespace hubward::server::pages
