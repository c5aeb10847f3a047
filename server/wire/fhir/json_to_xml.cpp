// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "server/wire/fhir/r4_table.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/xml.hpp"
#include "server/wire/fhir/xml_reader.hpp"

namespace hubward::server::wire::fhir {
namespace {

using Kind = R4Element::Kind;
using Members = std::vector<std::pair<std::string_view, std::string_view>>;

// Names of elements must be XML names; what FHIR has are letters and digits.
bool element_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9');
    });
}

std::string_view member(const Members& members, std::string_view name) {
    for (const auto& [key, value] : members) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

void append_escaped(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\t': out += "&#9;"; break;
            case '\n': out += "&#10;"; break;
            case '\r': out += "&#13;"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += "\xEF\xBF\xBD";  // XML cannot say it at all
                } else if (c == '\xEF' && (text.substr(i).starts_with("\xEF\xBF\xBE") ||
                                           text.substr(i).starts_with("\xEF\xBF\xBF"))) {
                    out += "\xEF\xBF\xBD";
                    i += 2;
                } else {
                    out += c;
                }
        }
    }
}

// What an object says under "name" and "_name"; either may be empty.
struct Said {
    std::string_view name;
    const R4Element* known;  // nothing when its type has no such element
    std::size_t order;
    std::string_view value;
    std::string_view more;
};

class Converter {
  public:
    std::string convert(std::string_view json) {
        resource(json);
        return std::move(out_);
    }

  private:
    void resource(std::string_view object) {
        const auto members = raw_members(object);
        const auto type = json_text(member(members, "resourceType"));
        if (!element_name(type)) {
            return;
        }
        out_ += "<" + type + " xmlns=\"http://hl7.org/fhir\">";
        children(members, type);
        out_ += "</" + type + ">";
    }

    // First what the table knows, in its order; then the rest as it came.
    void children(const Members& members, std::string_view type) {
        std::vector<Said> all;
        std::map<std::string_view, std::size_t> said_at;  // senders choose the names, so no hash
        for (const auto& [key, value] : members) {
            const bool more = key.starts_with('_');
            const auto name = more ? key.substr(1) : key;
            const auto* known = table_.find(type, name);
            if (known != nullptr ? known->attribute : name == "resourceType" || !element_name(name)) {
                continue;
            }
            const auto [at, is_new] = said_at.try_emplace(name, all.size());
            if (is_new) {
                all.push_back({name, known, order_of(known, all.size()), {}, {}});
            }
            (more ? all[at->second].more : all[at->second].value) = value;
        }
        std::ranges::sort(all, {}, &Said::order);
        for (const auto& one : all) {
            repeated(one.name, one.value, one.more, one.known);
        }
    }

    void repeated(std::string_view name, std::string_view value, std::string_view more,
                  const R4Element* known) {
        if (!value.starts_with('[') && !more.starts_with('[')) {
            one(name, value, more, known);
            return;
        }
        const auto values = raw_items(value);
        const auto mores = raw_items(more);
        for (std::size_t i = 0; i < std::max(values.size(), mores.size()); ++i) {
            one(name, i < values.size() ? values[i] : std::string_view(),
                i < mores.size() ? mores[i] : std::string_view(), known);
        }
    }

    void one(std::string_view name, std::string_view value, std::string_view more,
             const R4Element* known) {
        const bool object = value.starts_with('{');
        if (value.starts_with('[')) {
            repeated(name, value, more, known);  // an array in an array: FHIR has none
        } else if (known != nullptr && known->kind == Kind::xhtml) {
            narrative(value.empty() || value == "null" ? more : value);
        } else if (object && (known == nullptr || known->kind == Kind::resource) &&
                   !raw_member(value, "resourceType").empty()) {
            out_.append("<").append(name).append(">");
            resource(value);
            out_.append("</").append(name).append(">");
        } else if (object) {
            complex(name, value, known != nullptr ? known->type : std::string_view());
        } else {
            primitive(name, value, more);
        }
    }

    // Elements that the type keeps as attributes.
    void attributes(const Members& members, std::string_view type) {
        for (const auto& element : table_.elements(type)) {
            const auto value = element.attribute ? member(members, element.name) : std::string_view();
            if (value.starts_with('"')) {
                out_.append(" ").append(element.name).append("=\"");
                append_escaped(out_, json_text(value));
                out_ += '"';
            }
        }
    }

    void complex(std::string_view name, std::string_view object, std::string_view type) {
        const auto members = raw_members(object);
        out_.append("<").append(name);
        attributes(members, type);
        out_ += '>';
        children(members, type);
        out_.append("</").append(name).append(">");
    }

    void primitive(std::string_view name, std::string_view value, std::string_view more) {
        const bool valued = !value.empty() && value != "null";
        const bool extended = more.starts_with('{');
        if (!valued && !extended) {
            return;
        }
        const auto members = extended ? raw_members(more) : Members();
        out_.append("<").append(name);
        attributes(members, "Element");
        if (valued) {
            out_ += " value=\"";
            if (value.starts_with('"')) {
                append_escaped(out_, json_text(value));
            } else {
                out_ += value;  // a number as it is written, true, false
            }
            out_ += '"';
        }
        if (!extended) {
            out_ += "/>";
            return;
        }
        out_ += '>';
        children(members, "Element");
        out_.append("</").append(name).append(">");
    }

    // Markup as a text; anything else that stands there is shown as it is written.
    void narrative(std::string_view value) {
        if (value.empty() || value == "null") {
            return;
        }
        const std::string div = value.starts_with('"') ? json_text(value) : std::string(value);
        const auto read = read_xml(div);
        if (read && read->name == "div" && read->attribute("xmlns") != nullptr) {
            out_ += read->raw;  // a declaration before it would end the document around it
            return;
        }
        out_ += "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>";
        append_escaped(out_, div);
        out_ += "</p></div>";
    }

    const R4Table& table_ = R4Table::get();
    std::string out_;
};

}  // namespace

std::string xml_from_json(std::string_view json) { return Converter().convert(json); }

}  // namespace hubward::server::wire::fhir
