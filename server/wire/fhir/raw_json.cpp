// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/raw_json.hpp"

#include <charconv>
#include <cstdint>

#include "server/wire/utf8_text.hpp"

namespace hubward::server::wire::fhir {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Cursor {
    std::string_view text;
    std::size_t at = 0;

    bool done() const { return at >= text.size(); }
    char peek() const { return done() ? '\0' : text[at]; }
    void blanks() {
        while (!done() && blank(text[at])) {
            ++at;
        }
    }
    // Past the closing quote; requires to stand on the opening one.
    void string() {
        ++at;
        while (true) {
            const auto quote = text.find('"', at);
            if (quote == std::string_view::npos) {
                at = text.size();
                return;
            }
            auto slashes = quote;
            while (slashes > at && text[slashes - 1] == '\\') {
                --slashes;
            }
            const bool escaped = (quote - slashes) % 2 != 0;
            at = quote + 1;
            if (!escaped) {
                return;
            }
        }
    }
    void value() {
        if (peek() == '"') {
            string();
            return;
        }
        if (peek() != '{' && peek() != '[') {
            while (!done() && peek() != ',' && peek() != '}' && peek() != ']' && !blank(peek())) {
                ++at;
            }
            return;
        }
        std::size_t depth = 0;
        do {
            if (peek() == '"') {
                string();
                continue;
            }
            depth += peek() == '{' || peek() == '[' ? 1u : 0u;
            depth -= peek() == '}' || peek() == ']' ? 1u : 0u;
            ++at;
        } while (depth > 0 && !done());
    }
    std::string_view taken_value() {
        blanks();
        const auto first = at;
        value();
        return text.substr(first, at - first);
    }
};

std::uint32_t hex4(std::string_view digits) {
    const auto four = digits.substr(0, 4);
    std::uint32_t value = 0;
    std::from_chars(four.data(), four.data() + four.size(), value, 16);
    return value;
}

// The character of an escape \uXXXX, `rest` being what follows the u; surrogates come in pairs, as
// read_json() has made sure. Gives the number of characters taken.
std::size_t append_unicode(std::string& out, std::string_view rest) {
    const auto first = hex4(rest);
    if (first < 0xD800 || first > 0xDBFF || rest.size() < 10) {
        append_utf8(out, first);
        return 4;
    }
    append_utf8(out, 0x10000 + ((first - 0xD800) << 10) + (hex4(rest.substr(6)) - 0xDC00));
    return 10;
}

// A string without the escapes of what may stand in it as it is.
void append_plain(std::string& out, std::string_view string) {
    while (true) {
        const auto slash = string.find('\\');
        out += string.substr(0, slash);
        if (slash == std::string_view::npos || slash + 1 == string.size()) {
            return;
        }
        string.remove_prefix(slash + 1);
        const auto code = string.front() == 'u' ? hex4(string.substr(1)) : 0;
        if (string.front() == '/') {
            out += '/';
            string.remove_prefix(1);
        } else if (code >= 0x20 && code != '"' && code != '\\') {
            string.remove_prefix(1 + append_unicode(out, string.substr(1)));
        } else {
            out.append("\\").append(string.substr(0, 1));
            string.remove_prefix(1);
        }
    }
}

}  // namespace

std::string squeezed_json(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    Cursor cursor{text};
    while (!cursor.done()) {
        if (cursor.peek() == '"') {
            const auto first = cursor.at;
            cursor.string();
            append_plain(out, text.substr(first, cursor.at - first));
        } else {
            if (!blank(cursor.peek())) {
                out += cursor.peek();
            }
            ++cursor.at;
        }
    }
    return out;
}

namespace {

// visit(key, value) for each member until it says false.
template <class Visit>
void each_raw_member(std::string_view object, Visit&& visit) {
    Cursor cursor{object};
    cursor.blanks();
    if (cursor.peek() != '{') {
        return;
    }
    ++cursor.at;
    while (true) {
        cursor.blanks();
        if (cursor.peek() != '"') {
            return;
        }
        const auto key = cursor.taken_value();
        cursor.blanks();
        if (cursor.peek() == ':') {
            ++cursor.at;
        }
        if (!visit(key.substr(1, key.size() - 2), cursor.taken_value())) {
            return;
        }
        cursor.blanks();
        if (cursor.peek() != ',') {
            return;
        }
        ++cursor.at;
    }
}

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> raw_members(std::string_view object) {
    std::vector<std::pair<std::string_view, std::string_view>> members;
    each_raw_member(object, [&](std::string_view key, std::string_view value) {
        members.emplace_back(key, value);
        return true;
    });
    return members;
}

std::vector<std::string_view> raw_items(std::string_view array) {
    std::vector<std::string_view> items;
    Cursor cursor{array};
    cursor.blanks();
    if (cursor.peek() != '[') {
        return items;
    }
    ++cursor.at;
    cursor.blanks();
    while (!cursor.done() && cursor.peek() != ']') {
        items.push_back(cursor.taken_value());
        cursor.blanks();
        if (cursor.peek() == ',') {
            ++cursor.at;
        }
        cursor.blanks();
    }
    return items;
}

std::string key_text(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\' || i + 1 == raw.size()) {
            out += raw[i];
            continue;
        }
        switch (const char c = raw[++i]) {
            case 'b': out += '\b'; break;
            case 'f': out += '\f'; break;
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case 'u': i += append_unicode(out, raw.substr(i + 1)); break;
            default: out += c;
        }
    }
    return out;
}

std::string json_text(std::string_view raw) {
    return raw.size() < 2 || raw.front() != '"' ? std::string() : key_text(raw.substr(1, raw.size() - 2));
}

std::string_view raw_member(std::string_view object, std::string_view key) {
    std::string_view found;
    each_raw_member(object, [&](std::string_view name, std::string_view value) {
        if (name == key) {
            found = value;
        }
        return found.data() == nullptr;
    });
    return found;
}

}  // namespace hubward::server::wire::fhir
