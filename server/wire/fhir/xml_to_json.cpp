// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "server/wire/fhir/r4_table.hpp"
#include "server/wire/fhir/xml.hpp"
#include "server/wire/fhir/xml_reader.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {
namespace {

using Kind = R4Element::Kind;
using Group = std::vector<const XmlNode*>;

bool digit(char c) { return c >= '0' && c <= '9'; }

// RFC 8259 §6, which is also what FHIR allows; so the digits can go into JSON as they are.
bool is_number(std::string_view text) {
    std::size_t i = text.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const auto from = i;
        while (i < text.size() && digit(text[i])) {
            ++i;
        }
        return i - from;
    };
    const auto whole = i;
    const auto count = digits();
    if (count == 0 || (count > 1 && text[whole] == '0')) {
        return false;
    }
    if (i < text.size() && text[i] == '.') {
        ++i;
        if (digits() == 0) {
            return false;
        }
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        i += i < text.size() && (text[i] == '+' || text[i] == '-') ? 1U : 0U;
        if (digits() == 0) {
            return false;
        }
    }
    return i == text.size();
}

bool has_value(const XmlNode* node) { return node->attribute("value") != nullptr; }

// What JSON keeps of a primitive under "_name".
bool has_more(const XmlNode* node) { return !node->children.empty() || node->attribute("id") != nullptr; }

// Those of one name, which JSON says in one place.
struct Grouped {
    const R4Element* known;
    std::size_t order;
    Group nodes;
};

class Converter {
  public:
    std::expected<std::string, Trouble> convert(const XmlNode& root) {
        const auto* space = root.attribute("xmlns");
        if (space == nullptr || *space != "http://hl7.org/fhir") {
            return std::unexpected(Trouble{400, "structure",
                                           "The root element needs xmlns=\"http://hl7.org/fhir\".", {}});
        }
        resource(root);
        if (trouble_) {
            return std::unexpected(*std::move(trouble_));
        }
        return std::move(out_);
    }

  private:
    void fail(std::string_view issue, std::string text) {
        if (!trouble_) {
            trouble_ = Trouble{400, std::string(issue), std::move(text), {}};
        }
    }

    void may_not_have(const XmlNode& node) {
        fail("structure", fmt::format("The element {} has an attribute that it may not have.", node.name));
    }

    void resource(const XmlNode& node) {
        for (const auto& [name, value] : node.attributes) {
            if (name != "xmlns") {
                may_not_have(node);
            }
        }
        json_.open_object();
        json_.text("resourceType", node.name);
        members(node, node.name);
        json_.close_object();
    }

    // Attributes and children of an element of that type; "" for a type that is not known. The attribute `told` has
    // been said already.
    void members(const XmlNode& node, std::string_view type, std::string_view told = {}) {
        for (const auto& [name, value] : node.attributes) {
            if (name == "xmlns" || name == told) {
                continue;
            }
            const auto* known = table_.find(type, name);
            if (known == nullptr || !known->attribute) {
                may_not_have(node);
                return;
            }
            json_.text(name, value);
        }
        std::vector<Grouped> groups;
        std::map<std::string_view, std::size_t> group_of;  // senders choose the names, so no hash
        for (const auto& child : node.children) {
            const auto [at, is_new] = group_of.try_emplace(child.name, groups.size());
            if (is_new) {
                const auto* known = table_.find(type, child.name);
                groups.push_back({known, order_of(known, groups.size()), {}});
            }
            groups[at->second].nodes.push_back(&child);
        }
        // A sender's own order of what R4 knows would not outlive another round.
        std::ranges::sort(groups, {}, &Grouped::order);
        for (const auto& group : groups) {
            member(group.nodes, group.known);
        }
    }

    void member(const Group& group, const R4Element* known) {
        const auto name = group.front()->name;
        if (known != nullptr && known->attribute) {
            // Taken, it would be lost on the way back: JSON cannot say that it was an element.
            fail("structure", fmt::format("{} must be an attribute, it may not be an element of its own.", name));
            return;
        }
        if (known == nullptr && name == "resourceType") {
            fail("structure", "An element may not be called resourceType: JSON names the resource so.");
            return;
        }
        if (known != nullptr && !known->array && group.size() > 1) {
            fail("structure", fmt::format("The element {} may stand once only.", name));
            return;
        }
        if (known != nullptr ? known->primitive() : std::any_of(group.begin(), group.end(), has_value)) {
            // Neither value nor more: it says nothing (ele-1), and a null for it would not outlive another round.
            Group said = group;
            std::erase_if(said, [](const XmlNode* node) { return !has_value(node) && !has_more(node); });
            primitive(name, said, known != nullptr ? known->kind : Kind::text,
                      known != nullptr ? known->array : said.size() > 1);
            return;
        }
        const bool array = known != nullptr ? known->array : group.size() > 1;
        json_.key(name);
        if (array) {
            json_.open_array();
        }
        for (const auto* node : group) {
            one(*node, known);
        }
        if (array) {
            json_.close_array();
        }
    }

    void one(const XmlNode& node, const R4Element* known) {
        if (node.name == "div" && (known == nullptr || known->kind == Kind::xhtml)) {
            // Without its namespace it would be taken for a text on the way back.
            const bool bare = known != nullptr && node.attribute("xmlns") == nullptr;
            json_.text(bare ? "<div xmlns=\"http://www.w3.org/1999/xhtml\"" + std::string(node.raw.substr(4))
                            : std::string(node.raw));
            return;
        }
        if (known != nullptr && known->kind == Kind::resource) {
            if (node.children.size() != 1) {
                fail("structure", fmt::format("The element {} holds one resource.", node.name));
                return;
            }
            resource(node.children.front());
            return;
        }
        json_.open_object();
        members(node, known != nullptr ? known->type : std::string_view());
        json_.close_object();
    }

    // Values under the name, ids and extensions under "_name"; in arrays the two stay in step.
    void primitive(std::string_view name, const Group& group, Kind kind, bool array) {
        if (std::any_of(group.begin(), group.end(), has_value)) {
            json_.key(name);
            if (array) {
                json_.open_array();
            }
            for (const auto* node : group) {
                value(*node, kind);
            }
            if (array) {
                json_.close_array();
            }
        }
        if (!std::any_of(group.begin(), group.end(), has_more)) {
            return;
        }
        json_.key("_" + std::string(name));
        if (array) {
            json_.open_array();
        }
        for (const auto* node : group) {
            if (has_more(node)) {
                extras(*node);
            } else {
                json_.null();
            }
        }
        if (array) {
            json_.close_array();
        }
    }

    void value(const XmlNode& node, Kind kind) {
        const auto* text = node.attribute("value");
        if (text == nullptr) {
            json_.null();
        } else if (kind == Kind::number || kind == Kind::boolean) {
            const bool good = kind == Kind::number ? is_number(*text) : *text == "true" || *text == "false";
            if (!good) {
                fail("value", fmt::format("The value of {} must be a {}.", node.name,
                                          kind == Kind::number ? "number" : "boolean"));
            }
            json_.raw(good ? std::string_view(*text) : "null");
        } else {
            json_.text(*text);
        }
    }

    void extras(const XmlNode& node) {
        json_.open_object();
        members(node, "Element", "value");
        json_.close_object();
    }

    const R4Table& table_ = R4Table::get();
    std::string out_;
    JsonWriter json_{out_};
    std::optional<Trouble> trouble_;
};

}  // namespace

std::expected<std::string, Trouble> json_from_xml(std::string_view xml) {
    const auto root = read_xml(xml);
    if (!root) {
        return std::unexpected(Trouble{400, "structure", root.error(), {}});
    }
    return Converter().convert(*root);
}

}  // namespace hubward::server::wire::fhir
