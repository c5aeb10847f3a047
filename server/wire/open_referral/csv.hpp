// SPDX-License-Identifier: Apache-2.0
//
// CSV as staff really save it (RFC 4180 and what Excel makes of it): comma, semicolon or tab; CRLF
// or LF; quoted cells with line breaks; a byte order mark; Windows-1252 when it is not UTF-8.
//
// Pure; any thread. Fails, in words with the line, for an unclosed quote, NUL, or no header.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::server::wire::open_referral {

struct CsvRow {
    std::size_t line = 0;  // where the row starts, 1 for the header
    std::vector<std::string> cells;

    // Trimmed; empty past the last cell.
    std::string_view cell(std::size_t column) const;
};

struct CsvTable {
    std::vector<std::string> header;  // lower case, trimmed, '_' for blanks and '-'
    std::vector<CsvRow> rows;         // blank lines are left out

    std::optional<std::size_t> column(std::string_view name) const;
};

std::expected<CsvTable, std::string> read_csv(std::string_view bytes);

// The bytes as UTF-8: as they are when they are valid, otherwise read as Windows-1252.
std::string to_utf8(std::string_view bytes);
bool valid_utf8(std::string_view bytes);

}  // namespace hubward::server::wire::open_referral
