// SPDX-License-Identifier: Apache-2.0
//
// What the definitions of FHIR R4 say about each type: its elements in order, which of them repeat,
// and what each is. Made at first use from r4_elements.txt, which is built into the program; about
// 12,000 elements, 5 ms, then immutable. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hubward::server::wire::fhir {

struct R4Element {
    enum class Kind : std::uint8_t { text, number, boolean, xhtml, resource, complex } kind = Kind::text;
    std::string name;       // of a choice: with its type, "valueString"
    std::string_view type;  // of a complex element; a key of the table
    bool array = false;
    bool attribute = false;  // in XML it is an attribute of the parent
    std::size_t position = 0;  // among those of its type, as in elements()

    bool primitive() const { return kind == Kind::text || kind == Kind::number || kind == Kind::boolean; }
};

// Where an element stands among its siblings: what R4 knows in its order (no type has a thousand), then the rest by
// where it came first, `at`.
inline std::size_t order_of(const R4Element* known, std::size_t at) {
    return known != nullptr ? known->position : 1'000 + at;
}

class R4Table {
  public:
    static const R4Table& get();

    // In the order that XML asks for, inherited ones first. Empty for a type that is not known.
    std::span<const R4Element> elements(std::string_view type) const;
    // Nothing for an element that the type has not.
    const R4Element* find(std::string_view type, std::string_view name) const;

  private:
    R4Table();
    void add_line(std::string_view line);

    struct Type {
        std::vector<R4Element> elements;
        std::unordered_map<std::string_view, const R4Element*> by_name;  // into elements
    };
    std::unordered_map<std::string_view, Type> types_;
};

}  // namespace hubward::server::wire::fhir
