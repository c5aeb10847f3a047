// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/r4_table.hpp"

#include <algorithm>
#include <array>
#include <optional>

// The file goes into the program as it is; the build names it.
__asm__(".pushsection .rodata\n"
    ".global hubward_r4_elements_begin\n"
    ".global hubward_r4_elements_end\n"
    "hubward_r4_elements_begin:\n"
    ".incbin \"" HUBWARD_R4_ELEMENTS_FILE "\"\n"
    "hubward_r4_elements_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char hubward_r4_elements_begin[];  // NOLINT: the assembler's labels
extern const char hubward_r4_elements_end[];
}

namespace hubward::server::wire::fhir {
namespace {

using Kind = R4Element::Kind;

// The part before the separator; the rest stays in `text`.
std::string_view cut(std::string_view& text, char separator) {
    const auto at = text.find(separator);
    const auto part = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    return part;
}

// Types in small letters are primitives; a number is one in JSON, everything else is text.
Kind kind_of(std::string_view type) {
    constexpr std::array<std::string_view, 4> numbers{"decimal", "integer", "positiveInt",
                                                      "unsignedInt"};
    if (type == "xhtml") {
        return Kind::xhtml;
    }
    if (type == "boolean") {
        return Kind::boolean;
    }
    if (std::find(numbers.begin(), numbers.end(), type) != numbers.end()) {
        return Kind::number;
    }
    if (type == "Resource") {
        return Kind::resource;
    }
    return type.front() >= 'a' && type.front() <= 'z' ? Kind::text : Kind::complex;
}

R4Element element(std::string name, std::string_view type, bool array, bool attribute) {
    R4Element out;
    out.kind = kind_of(type);
    out.name = std::move(name);
    out.type = out.kind == Kind::complex ? type : std::string_view();
    out.array = array;
    out.attribute = attribute;
    return out;
}

// "@url:string", "name*:HumanName", "value[x]:Quantity|string".
void add_element(std::string_view word, std::vector<R4Element>& elements) {
    const bool attribute = word.starts_with('@');
    word.remove_prefix(attribute ? 1 : 0);
    auto name = cut(word, ':');
    const bool array = name.ends_with('*');
    name.remove_suffix(array ? 1 : 0);
    if (!name.ends_with("[x]")) {
        elements.push_back(element(std::string(name), word, array, attribute));
        return;
    }
    name.remove_suffix(3);
    while (!word.empty()) {
        const auto type = cut(word, '|');
        auto chosen = std::string(name) + std::string(type);
        auto& first = chosen[name.size()];
        first = first >= 'a' && first <= 'z' ? static_cast<char>(first - 'a' + 'A') : first;
        elements.push_back(element(std::move(chosen), type, array, attribute));
    }
}

}  // namespace

const R4Table& R4Table::get() {
    static const R4Table table;
    return table;
}

R4Table::R4Table() {
    std::string_view text(hubward_r4_elements_begin,
                          static_cast<std::size_t>(hubward_r4_elements_end - hubward_r4_elements_begin));
    // A base may stand behind what is made from it, so lines whose base is not there yet wait.
    std::vector<std::string_view> waiting;
    while (!text.empty()) {
        const auto line = cut(text, '\n');
        if (!line.empty() && line.front() != '#') {
            waiting.push_back(line);
        }
    }
    while (!waiting.empty()) {
        const auto before = waiting.size();
        std::erase_if(waiting, [&](std::string_view line) {
            auto rest = line;
            cut(rest, ' ');
            const auto base = cut(rest, ' ');
            const bool ready = base == "-" || types_.contains(base);
            if (ready) {
                add_line(line);
            }
            return ready;
        });
        if (waiting.size() == before) {
            break;  // a test asks for every type, so a base that is nowhere does not go unseen
        }
    }
}

void R4Table::add_line(std::string_view line) {
    const auto type = cut(line, ' ');
    const auto base = cut(line, ' ');
    std::vector<R4Element> elements;
    if (base != "-") {
        elements = types_.at(base).elements;
    }
    while (!line.empty()) {
        add_element(cut(line, ' '), elements);
    }
    Type& made = types_[type];
    made.elements = std::move(elements);
    for (auto& one : made.elements) {
        one.position = made.by_name.size();
        made.by_name.emplace(one.name, &one);
    }
}

std::span<const R4Element> R4Table::elements(std::string_view type) const {
    const auto found = types_.find(type);
    return found == types_.end() ? std::span<const R4Element>() : std::span(found->second.elements);
}

const R4Element* R4Table::find(std::string_view type, std::string_view name) const {
    const auto found = types_.find(type);
    if (found == types_.end()) {
        return nullptr;
    }
    const auto element = found->second.by_name.find(name);
    return element == found->second.by_name.end() ? nullptr : element->second;
}

}  // namespace hubward::server::wire::fhir
