// SPDX-License-Identifier: Apache-2.0
//
// Fields of a posted form (application/x-www-form-urlencoded). Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward::server::pages {

// What is wrong with a form, for the summary on top of the page and beside the field.
struct FieldFault {
    std::string_view field;  // id of the field in the page's template; empty: the whole
    std::string_view text;   // key of the group "page"
    friend bool operator==(const FieldFault&, const FieldFault&) = default;
};

// At most six digits; nothing for anything else.
std::optional<std::uint32_t> whole_number(std::string_view text);

class Form {
  public:
    // Nothing for a broken percent code, bytes that are no UTF-8, or more than 96 fields.
    static std::optional<Form> read(std::string_view body);

    // First value; empty when absent.
    std::string_view value(std::string_view name) const;
    // Every value, in order: of boxes that may be ticked together.
    std::vector<std::string_view> values(std::string_view name) const;
    // A whole number of at most six digits; nothing for anything else.
    std::optional<std::uint32_t> number(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace hubward::server::pages
