// SPDX-License-Identifier: Apache-2.0
//
// Reading fields out of a document and noting what is wrong with them. A place in the document
// (Where) is a chain of frames on the stack: the JSON pointer is built only when there is a fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/wire/fault.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::wire {

class Where {
  public:
    Where() = default;  // the whole document
    Where(const Where& up, std::string_view key) : up_(&up), key_(key) {}
    Where(const Where& up, std::size_t position)
        : up_(&up), position_(static_cast<std::int64_t>(position)) {}
    std::string pointer() const;

  private:
    const Where* up_ = nullptr;
    std::string_view key_;
    std::int64_t position_ = -1;
};

// Collects the first twenty faults.
class Findings {
  public:
    void add(const Where& at, std::string_view kind, std::string detail);
    void add(std::string pointer, std::string_view kind, std::string detail);
    bool none() const { return faults_.empty(); }
    Faults take() { return std::move(faults_); }

  private:
    Faults faults_;
};

// Each gives nothing and notes a fault when the value is not what is wanted.

// Text of 1 … bytes_max bytes without control characters (line breaks and tabs may be).
std::optional<std::string_view> want_text(Json value, const Where& at, Findings& findings,
                                          std::size_t bytes_max);
// … and of people's own words, which are counted in letters as JSON Schema and browsers count them: whoever writes
// Urdu has as much room as whoever writes English. At most four bytes each.
std::optional<std::string_view> want_letters(Json value, const Where& at, Findings& findings,
                                             std::size_t letters_max);
std::optional<bool> want_boolean(Json value, const Where& at, Findings& findings);
std::optional<std::int64_t> want_integer(Json value, const Where& at, Findings& findings,
                                         std::int64_t min, std::int64_t max);
std::optional<double> want_number(Json value, const Where& at, Findings& findings, double min,
                                  double max);
bool want_array(Json value, const Where& at, Findings& findings, std::size_t min, std::size_t max);
bool want_object(Json value, const Where& at, Findings& findings);

void missing(const Where& parent, std::string_view key, Findings& findings);
void unknown_key(const Where& at, Findings& findings);

}  // namespace hubward::server::wire
