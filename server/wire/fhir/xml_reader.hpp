// SPDX-License-Identifier: Apache-2.0
//
// As much of XML 1.0 as FHIR uses, read into a tree: elements, attributes, comments, character
// references, the five entities. UTF-8 only. A DOCTYPE is refused, so nothing can be fetched from
// elsewhere and nothing can grow; prefixes are refused, because FHIR needs none.
//
// Text between elements is an error, but for the narrative (<div>), whose text is kept as it
// stands. Views point into the text that was read. Pure; any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward::server::wire::fhir {

// Deeper than any resource; a reader that calls itself must stop before its stack does.
inline constexpr std::size_t xml_depth_max = 48;

// Of one element. FHIR knows three: value, id and url. Each is compared with those before it.
inline constexpr std::size_t xml_attributes_max = 32;

struct XmlNode {
    std::string_view name;
    std::vector<std::pair<std::string_view, std::string>> attributes;  // values decoded
    std::vector<XmlNode> children;
    std::string_view raw;  // the whole element as it stands; of a <div> only

    // Nothing when absent.
    const std::string* attribute(std::string_view wanted) const;
};

// Error: what is wrong, in words, without what stands there.
std::expected<XmlNode, std::string> read_xml(std::string_view text);

}  // namespace hubward::server::wire::fhir
