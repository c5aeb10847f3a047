// SPDX-License-Identifier: Apache-2.0
//
// A file replaced so that nothing of the old one is left: its blocks are overwritten, which a rename alone does not do.
// A kill in between leaves them under a name of their own, <file>.old, until somebody clears it; and what was to come
// in their place under <file>.new, for it holds most of what they held.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "storage/disk.hpp"

namespace hubward::storage {

inline constexpr std::string_view replaced = ".old";
inline constexpr std::string_view unfinished = ".new";

// As write_file_atomically() for a file that exists; when it returns without an error the old content is zero bytes on
// the disk. Disks that copy on write keep it for a while all the same (docs/OPERATIONS.md says so). After an error the
// file has its old content or the new one; clear_replaced() finishes what is left. Needs a file system with hard links.
std::expected<void, std::string> replace_without_trace(const std::filesystem::path& path, std::string_view content,
                                                       unsigned mode, Disk& disk);

// Overwrites and removes the <file>.old and the <file>.new of whoever was interrupted. None there is no fault; where
// the file itself is missing, the old one may be all there is of it, and stays. A new one never had the name, so nobody
// misses it. One writer at a time.
std::expected<void, std::string> clear_replaced(const std::filesystem::path& path, Disk& disk);

}  // namespace hubward::storage
