// SPDX-License-Identifier: Apache-2.0
#include "storage/torn_tail.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>
#include <vector>

#include "matcher/kill_point.hpp"
#include "storage/disk.hpp"

namespace hubward::storage {

namespace {

// The log's form: blocks of 32 KB; pieces of u32 checksum, u16 length, u8 type and the bytes; a
// record is one full piece, or a first, middle ones and a last. What is left of a block behind its
// last piece is less than a head.
constexpr std::size_t block_bytes = 32 * 1024;
constexpr std::size_t head_bytes = 7;
constexpr std::size_t page_bytes = 4096;
enum Piece : unsigned char { full = 1, first = 2, middle = 3, last = 4 };

constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f6'3b78U : 0U);  // CRC-32C
        }
        table[i] = crc;
    }
    return table;
}();

std::uint32_t masked_crc(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char c : bytes) {
        crc = crc_table[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
    }
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xa282'ead8U;
}

struct Found {
    Piece piece = full;
    std::size_t end = 0;
};

// A whole piece with the right checksum.
std::optional<Found> piece_at(std::string_view log, std::size_t at) {
    const std::size_t room = std::min(block_bytes - at % block_bytes, log.size() - at);
    if (room < head_bytes) {
        return std::nullopt;
    }
    const auto byte = [&](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(log[at + i])};
    };
    const std::size_t length = byte(4) | byte(5) << 8;
    const std::uint32_t type = byte(6);
    if (type < full || type > last || head_bytes + length > room) {
        return std::nullopt;
    }
    const std::uint32_t crc = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
    if (masked_crc(log.substr(at + 6, length + 1)) != crc) {
        return std::nullopt;
    }
    return Found{static_cast<Piece>(type), at + head_bytes + length};
}

bool another_record_begins(std::string_view log, std::size_t behind) {
    for (std::size_t at = behind + 1; at < log.size(); ++at) {
        const auto found = piece_at(log, at);
        if (found && (found->piece == full || found->piece == first)) {
            return true;
        }
    }
    return false;
}

bool a_page_is_zero(std::string_view log, std::size_t from) {
    while (from < log.size()) {
        const std::size_t end = std::min(log.size(), (from / page_bytes + 1) * page_bytes);
        const std::string_view page = log.substr(from, end - from);
        if (std::ranges::all_of(page, [](char c) { return c == '\0'; })) {
            return true;
        }
        from = end;
    }
    return false;
}

}  // namespace

std::optional<std::size_t> torn_tail(std::string_view log) {
    std::size_t at = 0;
    std::size_t record = 0;  // where the record that `at` belongs to begins
    while (at < log.size()) {
        const std::size_t room = block_bytes - at % block_bytes;
        if (room < head_bytes) {
            at += room;
            continue;
        }
        const auto found = piece_at(log, at);
        if (!found) {
            const bool torn = !another_record_begins(log, at) && a_page_is_zero(log, record);
            return torn ? std::optional(record) : std::nullopt;
        }
        at = found->end;
        if (found->piece == full || found->piece == last) {
            record = at;
        }
    }
    return std::nullopt;
}

namespace {

std::vector<std::string> logs_newest_first(const std::vector<std::string>& names) {
    std::vector<std::pair<std::uint64_t, std::string>> logs;
    for (const std::string& name : names) {
        std::uint64_t number = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
        if (parsed.ec == std::errc() && std::string_view(parsed.ptr) == ".log") {
            logs.emplace_back(number, name);
        }
    }
    std::ranges::sort(logs, std::greater());
    std::vector<std::string> sorted;
    sorted.reserve(logs.size());
    for (auto& [number, name] : logs) {
        sorted.push_back(std::move(name));
    }
    return sorted;
}

// A start makes its log before it has done with the one before, and the power may go between: the last write is in the
// newest log that holds any.
bool holds_a_record(std::string_view log) { return piece_at(log, 0).has_value(); }

// The copy is durable before the cut begins. A power cut in between leaves the log as it was or cut.
Disk::Done cut(const std::filesystem::path& log, std::size_t at, std::string_view tail,
               const std::filesystem::path& kept, Disk& disk) {
    if (auto copied = write_file_atomically(kept, tail, 0640, disk); !copied) {
        return copied;
    }
    const auto file = disk.overwrite(log, at);
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto done = (*file)->end_here();
    matcher::kill_point("log.cut");
    return done ? (*file)->sync() : done;
}

struct Looked {
    bool cut = false;
    bool held_a_record = false;
};

std::expected<Looked, std::string> cut_if_torn(const std::filesystem::path& database, const std::string& name, Disk& disk) {
    const auto content = disk.read(database / name);
    if (!content) {
        return std::unexpected(content.error());
    }
    const auto torn = torn_tail(*content);
    if (torn) {
        if (auto done = cut(database / name, *torn, std::string_view(*content).substr(*torn),
                            database.parent_path() / ("torn-" + name), disk);
            !done) {
            return std::unexpected(done.error());
        }
    }
    return Looked{torn.has_value(), holds_a_record(*content)};
}

}  // namespace

std::expected<bool, std::string> cut_torn_tails(const std::filesystem::path& database, Disk& disk) {
    const auto names = disk.files_in(database);
    if (!names) {
        return std::unexpected(names.error());
    }
    bool any = false;
    for (const std::string& name : logs_newest_first(*names)) {
        const auto looked = cut_if_torn(database, name, disk);
        if (!looked) {
            return std::unexpected(looked.error());
        }
        any = any || looked->cut;
        if (looked->held_a_record) {
            break;
        }
    }
    if (auto manifest = disk.read(database / "CURRENT"); manifest && manifest->ends_with('\n')) {
        manifest->pop_back();
        if (std::ranges::find(*names, *manifest) != names->end()) {  // one that is missing is damage, as is any other name
            const auto looked = cut_if_torn(database, *manifest, disk);
            if (!looked) {
                return std::unexpected(looked.error());
            }
            any = any || looked->cut;
        }
    }
    return any;
}

bool last_write_is_torn(const std::filesystem::path& database, Disk& disk) {
    const auto names = disk.files_in(database);
    for (const std::string& name : names ? logs_newest_first(*names) : std::vector<std::string>()) {
        const auto content = disk.read(database / name);
        if (!content || holds_a_record(*content) || torn_tail(*content)) {
            return content && torn_tail(*content);
        }
    }
    return false;
}

}  // namespace hubward::storage
