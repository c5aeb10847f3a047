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

#include "server/wire/open_referral/csv.hpp"
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

// The header of a CSV table: known columns and their other spellings; the rest is left out. Refers to nothing of it.
class Columns {
  public:
    explicit Columns(const std::vector<std::string>& header);

    bool has(std::string_view field) const;
    // Empty cells are none; of two columns for one field the last that says something wins.
    Fields fields_of(const CsvRow& row) const;

  private:
    struct Column {
        std::size_t at;
        std::string_view field;  // of the table of fields
    };
    std::vector<Column> known_;
};

}  // namespace hubward::server::wire::open_referral
