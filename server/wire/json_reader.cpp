// SPDX-License-Identifier: Apache-2.0
#include "server/wire/json_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "server/wire/fields.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {

namespace dom = simdjson::dom;

// The one place where a Json and a simdjson element turn into each other.
struct JsonDoor {
    static_assert(sizeof(dom::element) <= 16 && std::is_trivially_copyable_v<dom::element>);
    static Json wrap(const dom::element& element) {
        Json json;
        std::memcpy(json.element_.data(), &element, sizeof element);
        return json;
    }
    static dom::element open(const Json& json) {
        dom::element element;
        std::memcpy(static_cast<void*>(&element), json.element_.data(), sizeof element);
        return element;
    }
};

namespace {

// Escapes can smuggle in what the UTF-8 check of the raw bytes cannot see.
bool bad_text(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == 0) {
            return true;
        }
        if (byte == 0xED && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0) {
            return true;  // a surrogate half
        }
    }
    return false;
}

struct Walk {
    Findings& findings;
    unsigned depth_max;
    bool escapes;  // the document holds "\u", so texts must be looked at

    void check(dom::element value, const Where& at, unsigned depth) {
        const bool holds = value.is_array() || value.is_object();
        if (holds && depth > depth_max) {
            findings.add(at, "limit", "Nests too deeply; flatten the document.");
            return;
        }
        switch (value.type()) {
            case dom::element_type::ARRAY: {
                std::size_t position = 0;
                for (dom::element item : dom::array(value)) {
                    check(item, Where(at, position++), depth + 1);
                }
                break;
            }
            case dom::element_type::OBJECT:
                members(dom::object(value), at, depth);
                break;
            case dom::element_type::STRING:
                if (escapes && bad_text(std::string_view(value))) {
                    findings.add(at, "syntax", "Text must be Unicode without NUL and lone surrogates.");
                }
                break;
            case dom::element_type::UINT64:
                findings.add(at, "range", "Whole numbers must fit into 64 bits.");
                break;
            default:
                break;
        }
    }

    void members(dom::object object, const Where& at, unsigned depth) {
        // Small objects are compared pairwise; a hostile one with thousands of keys is sorted.
        constexpr std::size_t few = 24;
        std::array<std::string_view, few> seen;
        std::vector<std::string_view> many;
        std::size_t count = 0;
        for (auto [key, value] : object) {
            if (escapes && bad_text(key)) {
                findings.add(at, "syntax", "A key must be Unicode without NUL and lone surrogates.");
                continue;
            }
            if (count < few) {
                if (std::find(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(count), key) !=
                    seen.begin() + static_cast<std::ptrdiff_t>(count)) {
                    findings.add(Where(at, key), "duplicate", "This key stands here twice.");
                }
                seen[count] = key;
            }
            ++count;
            if (count > few) {
                if (many.empty()) {
                    many.assign(seen.begin(), seen.end());
                }
                many.push_back(key);
            }
            check(value, Where(at, key), depth + 1);
        }
        std::sort(many.begin(), many.end());
        for (auto twice = std::adjacent_find(many.begin(), many.end()); twice != many.end();
             twice = std::adjacent_find(twice + 1, many.end())) {
            findings.add(Where(at, *twice), "duplicate", "This key stands here twice.");
        }
    }
};

Faults syntax(std::string detail, std::string kind = "syntax") {
    return Faults{Fault{"", std::move(detail), std::move(kind)}};
}

}  // namespace

std::expected<Json, Faults> read_json(std::string_view text, unsigned depth_max) {
    thread_local dom::parser parser;
    thread_local std::vector<char> room;
    if (text.starts_with("\xEF\xBB\xBF")) {
        return std::unexpected(syntax("The document must not start with a byte order mark."));
    }
    // simdjson reads past the end: the bytes are copied into a room that has the padding.
    if (room.size() < text.size() + simdjson::SIMDJSON_PADDING) {
        room.resize(text.size() + simdjson::SIMDJSON_PADDING + text.size() / 2);
    }
    if (!text.empty()) {
        std::memcpy(room.data(), text.data(), text.size());
    }
    std::memset(room.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
    dom::element root;
    const auto error = parser.parse(room.data(), text.size(), false).get(root);
    switch (error) {
        case simdjson::SUCCESS:
            break;
        case simdjson::EMPTY:
            return std::unexpected(syntax("The body is empty; JSON is expected."));
        case simdjson::UTF8_ERROR:
            return std::unexpected(syntax("The body must be valid UTF-8."));
        case simdjson::DEPTH_ERROR:
            return std::unexpected(syntax("Nests too deeply; flatten the document.", "limit"));
        case simdjson::NUMBER_ERROR:
            return std::unexpected(syntax("A number has a wrong form or is too large.", "range"));
        default:
            return std::unexpected(syntax("The body is not valid JSON."));
    }
    Findings findings;
    Walk walk{findings, depth_max, text.find("\\u") != std::string_view::npos};
    walk.check(root, Where(), 1);
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return JsonDoor::wrap(root);
}

Json::Kind Json::kind() const {
    switch (JsonDoor::open(*this).type()) {
        case dom::element_type::ARRAY: return Kind::array;
        case dom::element_type::OBJECT: return Kind::object;
        case dom::element_type::INT64:
        case dom::element_type::UINT64: return Kind::integer;
        case dom::element_type::DOUBLE: return Kind::decimal;
        case dom::element_type::STRING: return Kind::text;
        case dom::element_type::BOOL: return Kind::boolean;
        case dom::element_type::NULL_VALUE: return Kind::null;
    }
    return Kind::null;
}

bool Json::boolean() const {
    bool value = false;
    return JsonDoor::open(*this).get(value) == simdjson::SUCCESS && value;
}

std::string_view Json::text() const {
    std::string_view value;
    return JsonDoor::open(*this).get(value) == simdjson::SUCCESS ? value : std::string_view();
}

double Json::number() const {
    double value = 0;
    return JsonDoor::open(*this).get(value) == simdjson::SUCCESS ? value : 0;
}

std::optional<std::int64_t> Json::integer() const {
    const auto element = JsonDoor::open(*this);
    std::int64_t value = 0;
    if (element.type() == dom::element_type::INT64 && element.get(value) == simdjson::SUCCESS) {
        return value;
    }
    return std::nullopt;
}

std::optional<Json> Json::find(std::string_view key) const {
    dom::object object;
    dom::element value;
    if (JsonDoor::open(*this).get(object) != simdjson::SUCCESS ||
        object.at_key(key).get(value) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return JsonDoor::wrap(value);
}

std::string_view Json::text_at(std::string_view key) const {
    const auto value = find(key);
    return value ? value->text() : std::string_view();
}

std::size_t Json::size() const {
    // simdjson's own size() stops counting at 2^24; a body is far smaller.
    const auto element = JsonDoor::open(*this);
    dom::array array;
    dom::object object;
    if (element.get(array) == simdjson::SUCCESS) {
        return array.size();
    }
    return element.get(object) == simdjson::SUCCESS ? object.size() : 0;
}

std::optional<Json> Json::front() const {
    dom::array array;
    if (JsonDoor::open(*this).get(array) != simdjson::SUCCESS || array.begin() == array.end()) {
        return std::nullopt;
    }
    return JsonDoor::wrap(*array.begin());
}

void Json::each_member(void* context, void (*visit)(void*, std::string_view, Json)) const {
    dom::object object;
    if (JsonDoor::open(*this).get(object) == simdjson::SUCCESS) {
        for (auto [key, value] : object) {
            visit(context, key, JsonDoor::wrap(value));
        }
    }
}

void Json::each_item(void* context, void (*visit)(void*, std::size_t, Json)) const {
    dom::array array;
    if (JsonDoor::open(*this).get(array) == simdjson::SUCCESS) {
        std::size_t position = 0;
        for (dom::element item : array) {
            visit(context, position++, JsonDoor::wrap(item));
        }
    }
}

void Json::write(JsonWriter& out) const {
    switch (kind()) {
        case Kind::null: out.null(); break;
        case Kind::boolean: out.boolean(boolean()); break;
        case Kind::integer: out.integer(integer().value_or(0)); break;
        case Kind::decimal: out.decimal(number()); break;
        case Kind::text: out.text(text()); break;
        case Kind::array:
            out.open_array();
            items([&](std::size_t, Json item) { item.write(out); });
            out.close_array();
            break;
        case Kind::object:
            out.open_object();
            members([&](std::string_view key, Json value) {
                out.key(key);
                value.write(out);
            });
            out.close_object();
            break;
    }
}

}  // namespace hubward::server::wire
