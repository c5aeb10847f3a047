// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/xml_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "server/wire/utf8_text.hpp"

namespace hubward::server::wire::fhir {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool name_char(char c) { return name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

// U+FFFE and U+FFFF are no characters of XML, XML 1.0 §2.2.
bool no_character(std::string_view at) {
    return at.starts_with("\xEF\xBF\xBE") || at.starts_with("\xEF\xBF\xBF");
}

// "#8364", "#x20AC", "amp"; nothing for what XML has not.
std::optional<std::uint32_t> entity(std::string_view name) {
    struct Named {
        std::string_view name;
        std::uint32_t point;
    };
    constexpr std::array<Named, 5> known{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& one : known) {
        if (one.name == name) {
            return one.point;
        }
    }
    if (!name.starts_with('#')) {
        return std::nullopt;
    }
    const bool hex = name.starts_with("#x");
    const auto digits = name.substr(hex ? 2 : 1);
    std::uint32_t point = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), point, hex ? 16 : 10);
    const bool allowed = point == 9 || point == 10 || point == 13 ||
                         (point >= 0x20 && point < 0xD800) || (point >= 0xE000 && point <= 0x10FFFF && point != 0xFFFE && point != 0xFFFF);
    if (digits.empty() || end.ec != std::errc() || end.ptr != digits.data() + digits.size() || !allowed) {
        return std::nullopt;
    }
    return point;
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::expected<XmlNode, std::string> document() {
        skip("\xEF\xBB\xBF");
        if (!declaration() || !between()) {
            return std::unexpected(fault_);
        }
        XmlNode root;
        if (!element(root, 0, false, true)) {
            return std::unexpected(fault_);
        }
        if (!between() || at_ != text_.size()) {
            return std::unexpected(fault_.empty() ? "Behind the document stands something else."
                                                  : fault_);
        }
        return root;
    }

  private:
    bool fail(std::string_view what) {
        if (fault_.empty()) {
            fault_ = what;
        }
        return false;
    }
    bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }
    bool skip(std::string_view what) {
        if (!starts(what)) {
            return false;
        }
        at_ += what.size();
        return true;
    }
    void blanks() {
        while (at_ < text_.size() && blank(text_[at_])) {
            ++at_;
        }
    }
    // Past the next `end`; false when there is none.
    bool past(std::string_view end) {
        const auto found = text_.find(end, at_);
        if (found == std::string_view::npos) {
            return fail("The document ends too early.");
        }
        at_ = found + end.size();
        return true;
    }

    bool declaration() {
        if (!starts("<?xml")) {
            return true;
        }
        const auto from = at_;
        if (!past("?>")) {
            return false;
        }
        const auto text = text_.substr(from, at_ - from);
        const auto encoding = text.find("encoding");
        if (encoding == std::string_view::npos) {
            return true;
        }
        std::string rest(text.substr(encoding));
        std::transform(rest.begin(), rest.end(), rest.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        return rest.find("utf-8") != std::string::npos || fail("The encoding must be UTF-8.");
    }

    // "--" may stand at its end only; what a narrative holds is given on as it is.
    bool comment() {
        skip("<!--");
        const auto from = at_;
        if (!past("--")) {
            return false;
        }
        for (auto rest = text_.substr(from, at_ - from); !rest.empty(); rest.remove_prefix(1)) {
            if (unfit(rest)) {
                return fail("A comment holds a character that XML has not.");
            }
        }
        return skip(">") || fail("A comment may not hold \"--\".");
    }

    // Whether it begins with what XML cannot say at all.
    static bool unfit(std::string_view at) {
        return (static_cast<unsigned char>(at.front()) < 0x20 && !blank(at.front())) || no_character(at);
    }

    // Blanks and comments outside of elements.
    bool between() {
        while (true) {
            blanks();
            if (starts("<!--")) {
                if (!comment()) {
                    return false;
                }
            } else if (starts("<!") || starts("<?")) {
                return fail("A DOCTYPE or processing instruction is not taken.");
            } else {
                return true;
            }
        }
    }

    std::string_view name() {
        const auto from = at_;
        if (at_ < text_.size() && name_start(text_[at_])) {
            while (at_ < text_.size() && name_char(text_[at_])) {
                ++at_;
            }
        }
        return text_.substr(from, at_ - from);
    }

    // `prefixed`: the names with a prefix that the element had before, which are read over.
    bool attribute(XmlNode& node, std::vector<std::string_view>& prefixed) {
        const auto from = at_;
        auto attribute_name = name();
        // xmlns:xsi and xsi:schemaLocation are harmless, and seen in official examples.
        if (skip(":")) {
            const auto prefix = attribute_name;
            const auto local = name();
            if ((prefix != "xml" && prefix != "xmlns" && prefix != "xsi") || local.empty() ||
                (prefix == "xmlns" && local.starts_with("xml"))) {
                return fail("Names with a prefix are not taken.");
            }
            const auto whole = text_.substr(from, at_ - from);
            if (std::ranges::find(prefixed, whole) != prefixed.end()) {
                return fail("An attribute stands twice.");
            }
            if (prefixed.size() == xml_attributes_max) {
                return fail("An element has too many attributes; 32 are taken.");
            }
            prefixed.push_back(whole);
            attribute_name = {};
        } else if (attribute_name.empty()) {
            return fail("An attribute has no name.");
        }
        blanks();
        if (!skip("=")) {
            return fail("An attribute has no value.");
        }
        blanks();
        std::string value;
        if (!quoted(value)) {
            return false;
        }
        if (attribute_name.empty()) {
            // Namespaces in XML 1.0 §2.2 and §5: a prefix is bound to something, and not to what is bound for good.
            const bool binds_wrong = prefixed.back().starts_with("xmlns:") &&
                                     (value.empty() || value == "http://www.w3.org/XML/1998/namespace" ||
                                      value == "http://www.w3.org/2000/xmlns/");
            return !binds_wrong || fail("A prefix is bound to what it may not be bound to.");
        }
        const std::size_t space = node.attribute("xmlns") != nullptr ? 1 : 0;  // not counted
        if (attribute_name != "xmlns" && node.attributes.size() - space >= xml_attributes_max) {
            return fail("An element has too many attributes; 32 are taken.");
        }
        if (node.attribute(attribute_name) != nullptr) {
            return fail("An attribute stands twice.");
        }
        node.attributes.emplace_back(attribute_name, std::move(value));
        return true;
    }

    bool quoted(std::string& value) {
        const char quote = at_ < text_.size() ? text_[at_] : '\0';
        if (quote != '"' && quote != '\'') {
            return fail("The value of an attribute stands in quotes.");
        }
        ++at_;
        while (at_ < text_.size() && text_[at_] != quote) {
            const char c = text_[at_];
            if (c == '<' || unfit(text_.substr(at_))) {
                return fail("A character in an attribute must be escaped.");
            }
            if (c != '&') {
                value += blank(c) ? ' ' : c;  // XML 1.0 §3.3.3
                ++at_;
            } else if (!reference(value)) {
                return false;
            }
        }
        return skip(std::string_view(&quote, 1)) || fail("The document ends too early.");
    }

    bool reference(std::string& value) {
        const auto end = text_.find(';', at_);
        const auto point = end == std::string_view::npos || end - at_ > 10
                               ? std::nullopt
                               : entity(text_.substr(at_ + 1, end - at_ - 1));
        if (!point) {
            return fail("An entity is not known.");
        }
        append_utf8(value, *point);
        at_ = end + 1;
        return true;
    }

    // `xsi`: whether somebody around it has bound the prefix. For a narrative that must be itself: it is given on as
    // it is, into other documents.
    bool element(XmlNode& node, std::size_t depth, bool narrative, bool xsi) {
        const auto from = at_;
        if (depth == xml_depth_max) {
            return fail("Elements are nested too deeply.");
        }
        if (!skip("<")) {
            return fail("An element is expected.");
        }
        node.name = name();
        if (node.name.empty()) {
            return fail("An element has no name.");
        }
        if (starts(":")) {
            return fail("Names with a prefix are not taken.");
        }
        const bool within = narrative || node.name == "div";
        std::vector<std::string_view> prefixed;
        bool empty = false;
        while (true) {
            const auto before = at_;
            blanks();
            empty = skip("/>");
            if (empty || skip(">")) {
                break;
            }
            if (before == at_) {
                return fail("An element is not closed.");
            }
            if (!attribute(node, prefixed)) {
                return false;
            }
        }
        xsi = (xsi && (narrative || !within)) || std::ranges::find(prefixed, "xmlns:xsi") != prefixed.end();
        if (within && !xsi && std::ranges::any_of(prefixed, [](auto name) { return name.starts_with("xsi:"); })) {
            return fail("A narrative uses a prefix that it does not bind.");
        }
        if (!empty && !content(node, depth, within, xsi)) {
            return false;
        }
        close_raw(node, from, narrative);
        return true;
    }

    void close_raw(XmlNode& node, std::size_t from, bool inside) {
        if (node.name == "div" && !inside) {
            node.raw = text_.substr(from, at_ - from);
            node.children.clear();
        }
    }

    bool content(XmlNode& node, std::size_t depth, bool narrative, bool xsi) {
        while (at_ < text_.size()) {
            if (starts("</")) {
                at_ += 2;
                if (name() != node.name) {
                    return fail("An element is closed by another name.");
                }
                blanks();
                return skip(">") || fail("An element is not closed.");
            }
            if (starts("<!--")) {
                if (!comment()) {
                    return false;
                }
            } else if (starts("<!") || starts("<?")) {
                return fail("A DOCTYPE, CDATA or processing instruction is not taken.");
            } else if (text_[at_] == '<') {
                XmlNode child;
                if (!element(child, depth + 1, narrative, xsi)) {
                    return false;
                }
                node.children.push_back(std::move(child));
            } else if (!text(narrative)) {
                return false;
            }
        }
        return fail("The document ends too early.");
    }

    bool text(bool narrative) {
        if (narrative && text_[at_] == '&') {
            std::string ignored;
            return reference(ignored);
        }
        if (unfit(text_.substr(at_)) || starts("]]>")) {
            return fail("A text holds a character that must be escaped.");
        }
        if (!narrative && !blank(text_[at_])) {
            return fail("Text stands between elements; FHIR keeps values in attributes.");
        }
        ++at_;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string fault_;
};

}  // namespace

const std::string* XmlNode::attribute(std::string_view wanted) const {
    for (const auto& one : attributes) {
        if (one.first == wanted) {
            return &one.second;
        }
    }
    return nullptr;
}

std::expected<XmlNode, std::string> read_xml(std::string_view text) {
    return Reader(text).document();
}

}  // namespace hubward::server::wire::fhir
