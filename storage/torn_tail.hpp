// SPDX-License-Identifier: Apache-2.0
//
// What a power cut leaves of the last write to a log of RocksDB, told apart from damage.
//
// ext4 (in its default mode) may record a file's new length before the blocks of an append that was
// never synced: after a power cut the log then ends in zeros where that append should be. RocksDB
// refuses such a log as it refuses a flipped bit, and asks for a backup although nothing that was
// acknowledged is missing. We know more: every write of ours is synced before the next one begins,
// so only the last one can be unfinished. A tail is torn, and may be cut off, when
//   * no further record begins behind the bad one, and
//   * a whole page of what is left (or of its rest) is zero, as blocks are that were never written.
// Anything else is damage. Whether acknowledged data was lost is judged later, by the mark.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hubward::storage {

class Disk;

// Where the unfinished last write begins; nothing when the log is whole, or damaged.
std::optional<std::size_t> torn_tail(std::string_view log);

// Cuts the torn tails of the newest log that holds a record, of empty ones newer than it, and of the manifest in a
// database folder, in place: the disk may be
// nearly full, and has to have room for a copy of what is cut alone. That is kept beside the folder, as
// torn-<name>, safe before the cut. True when there was one. The database must be closed. On failure the text
// says what could not be read or written, nothing is lost, and the next try begins anew.
std::expected<bool, std::string> cut_torn_tails(const std::filesystem::path& database, Disk& disk);

// Whether one of these logs has one, for those who may only look: they pass over it, and the next start cuts it.
bool last_write_is_torn(const std::filesystem::path& database, Disk& disk);

}  // namespace hubward::storage
