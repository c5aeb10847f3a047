// SPDX-License-Identifier: Apache-2.0
//
// What a directory does not say: languages, needs, units, place, position. Rows are found by the
// source id or by the slug and win over the directory.
//
// CSV with a header, or JSON: {"<id or slug>": {…}} or [{"id": …, …}]. Fields as in record.hpp.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "server/wire/open_referral/record.hpp"

namespace hubward::server::wire::open_referral {

class Overlay {
  public:
    Overlay() = default;
    // Text of the error names line and cause.
    static std::expected<Overlay, std::string> read(std::string_view bytes);

    // Lays the row for this id or slug over the record. True when there was one.
    bool apply(Record& record, std::string_view slug) const;
    // Keys that apply() never met, so that a misspelt id is noticed.
    std::vector<std::string> unused() const;

  private:
    std::map<std::string, Fields, std::less<>> rows_;
    mutable std::map<std::string, bool, std::less<>> met_;
};

// A CSV row as fields: known columns and their other spellings; the rest is left out.
Fields fields_of_row(const std::vector<std::string>& header, const std::vector<std::string>& cells);

}  // namespace hubward::server::wire::open_referral
