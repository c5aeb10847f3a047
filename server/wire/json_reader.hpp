// SPDX-License-Identifier: Apache-2.0
//
// Strict JSON in: the only file that knows simdjson.
//
// read_json() refuses what RFC 8259 leaves to taste: duplicate keys, lone surrogates, NUL, a byte
// order mark, integers past 64 bits, trailing bytes, nesting past `depth_max`. Each fault carries a
// JSON pointer, never a value.
//
// One parser per thread. A Json and every string_view out of it stay good until the next
// read_json() on the same thread; so never hold one across a co_await.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "server/wire/fault.hpp"

namespace hubward::server::wire {

class JsonWriter;

class Json {
  public:
    enum class Kind : std::uint8_t { null, boolean, integer, decimal, text, array, object };

    Kind kind() const;
    bool is(Kind k) const { return kind() == k; }
    bool is_text() const { return is(Kind::text); }
    bool is_array() const { return is(Kind::array); }
    bool is_object() const { return is(Kind::object); }

    // Each requires its kind; a mistake gives the zero of the type.
    bool boolean() const;
    std::string_view text() const;
    double number() const;  // integer or decimal
    // Nothing when it is no integer or does not fit.
    std::optional<std::int64_t> integer() const;

    // Member of an object; nothing for other kinds. Linear in the members.
    std::optional<Json> find(std::string_view key) const;
    // Text member; empty when absent or of another kind.
    std::string_view text_at(std::string_view key) const;
    // Items or members; 0 for other kinds.
    std::size_t size() const;
    // First item of an array.
    std::optional<Json> front() const;

    // visit(key, value) in order of the document; nothing for other kinds.
    template <class Visit>
    void members(Visit&& visit) const {
        each_member(std::addressof(visit), [](void* context, std::string_view key, Json value) {
            (*static_cast<std::remove_reference_t<Visit>*>(context))(key, value);
        });
    }
    // visit(position, value).
    template <class Visit>
    void items(Visit&& visit) const {
        each_item(std::addressof(visit), [](void* context, std::size_t position, Json value) {
            (*static_cast<std::remove_reference_t<Visit>*>(context))(position, value);
        });
    }
    // The value as compact JSON.
    void write(JsonWriter& out) const;

  private:
    friend struct JsonDoor;
    void each_member(void* context, void (*visit)(void*, std::string_view, Json)) const;
    void each_item(void* context, void (*visit)(void*, std::size_t, Json)) const;

    alignas(8) std::array<std::byte, 16> element_{};  // a simdjson::dom::element
};

inline constexpr unsigned json_depth_max = 16;  // our own schemas need 5
inline constexpr unsigned fhir_depth_max = 32;  // nested questionnaire answers

std::expected<Json, Faults> read_json(std::string_view text, unsigned depth_max = json_depth_max);

}  // namespace hubward::server::wire
