// SPDX-License-Identifier: Apache-2.0
//
// The request target taken apart: path segments and query, percent-decoded and checked.
//
// Pure; any thread. Strict on purpose: what two parsers could read in two ways is refused, so a
// proxy in front and we behind can never disagree about which resource is meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward::server::http {

using Query = std::vector<std::pair<std::string, std::string>>;

// Why an origin-form target (RFC 9112 §3.2.1) cannot be used; nothing when it can. Looks at the raw
// bytes: must start with '/', only visible ASCII that RFC 3986 allows (the query may also hold
// []{}|^` which browsers leave raw), whole percent codes, no encoded '/', '\' or control byte, no
// '.' or '..' segment, and text that is valid UTF-8 after decoding.
std::optional<std::string_view> target_fault(std::string_view target);

// Decodes percent codes. Requires: target_fault found nothing.
std::string percent_decoded(std::string_view raw);
// RFC 3986: codes for everything but the unreserved characters.
std::string percent_encoded(std::string_view text);

// The part before '?', and the part behind it (empty when there is none).
std::string_view raw_path(std::string_view target);
std::string_view raw_query(std::string_view target);

// "a=1&b=x%20y+z" decoded in order; '+' is a space, a key without '=' has an empty value.
// Requires: target_fault found nothing.
Query parse_query(std::string_view raw);

}  // namespace hubward::server::http
