// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/csv.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "server/wire/utf8_text.hpp"

namespace hubward::server::wire::open_referral {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// The separator that occurs most in the header line, outside quotes.
char separator_of(std::string_view text) {
    std::size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '\n' || c == '\r')) {
            break;
        } else if (!quoted) {
            commas += c == ',';
            semicolons += c == ';';
            tabs += c == '\t';
        }
    }
    if (tabs > commas && tabs > semicolons) {
        return '\t';
    }
    return semicolons > commas ? ';' : ',';
}

std::string header_name(std::string_view cell) {
    std::string name(trimmed(cell));
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        } else if (c == ' ' || c == '-') {
            c = '_';
        }
    }
    return name;
}

// Windows-1252 differs from Latin-1 in 0x80 … 0x9F; five of these mean nothing.
constexpr std::array<std::uint16_t, 32> windows_1252{
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

}  // namespace

std::string_view CsvRow::cell(std::size_t column) const {
    return column < cells.size() ? trimmed(cells[column]) : std::string_view();
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
    const auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - header.begin());
}

bool valid_utf8(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    for (std::size_t i = 0; i < bytes.size();) {
        const unsigned lead = at(i);
        const std::size_t more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 9;
        if (more == 9 || i + more >= bytes.size()) {
            return false;
        }
        std::uint32_t code = more == 0 ? lead : lead & (0x3Fu >> more);
        for (std::size_t k = 1; k <= more; ++k) {
            if ((at(i + k) & 0xC0) != 0x80) {
                return false;
            }
            code = (code << 6) | (at(i + k) & 0x3F);
        }
        constexpr std::array<std::uint32_t, 4> least{0, 0x80, 0x800, 0x10000};
        if (code < least[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
            return false;
        }
        i += more + 1;
    }
    return true;
}

std::string to_utf8(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        bytes.remove_prefix(3);
    }
    if (valid_utf8(bytes)) {
        return std::string(bytes);
    }
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const unsigned byte = static_cast<unsigned char>(c);
        append_utf8(out, byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte);
    }
    return out;
}

std::expected<CsvTable, std::string> read_csv(std::string_view bytes) {
    const auto text = to_utf8(bytes);
    if (text.find('\0') != std::string::npos) {
        return std::unexpected("this is not a text file (it holds NUL; save it as CSV UTF-8)");
    }
    const char separator = separator_of(text);
    CsvTable table;
    CsvRow row{1, {}};
    std::string cell;
    std::size_t line = 1, quote_line = 0;
    bool quoted = false;
    const auto end_row = [&] {
        row.cells.push_back(std::move(cell));
        cell.clear();
        const bool blank = std::all_of(row.cells.begin(), row.cells.end(),
                                       [](const auto& c) { return trimmed(c).empty(); });
        if (!blank && table.header.empty()) {
            for (const auto& name : row.cells) {
                table.header.push_back(header_name(name));
            }
        } else if (!blank) {
            table.rows.push_back(std::move(row));
        }
        row = CsvRow{line, {}};
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') {
            ++line;
        }
        if (quoted) {
            if (c != '"') {
                cell += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                cell += '"';
                ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"' && trimmed(cell).empty()) {
            cell.clear();
            quoted = true;
            quote_line = line;
        } else if (c == separator) {
            row.cells.push_back(std::move(cell));
            cell.clear();
        } else if (c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) {
            end_row();
        } else if (c != '\r') {
            cell += c;
        }
    }
    if (quoted) {
        return std::unexpected("line " + std::to_string(quote_line) + ": a quote is never closed");
    }
    if (!cell.empty() || !row.cells.empty()) {
        end_row();
    }
    if (table.header.empty()) {
        return std::unexpected("the file is empty; a header row is expected");
    }
    return table;
}

}  // namespace hubward::server::wire::open_referral
