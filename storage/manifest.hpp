// SPDX-License-Identifier: Apache-2.0
//
// The list of what a backup holds: lines of text that `b2sum -l 256` can be compared with.
//
//   hubward backup 1
//   number <last event>
//   file <bytes> <BLAKE2b-256> <path below the backup>
//   …
//   end <BLAKE2b-256 of all lines before>
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "matcher/types.hpp"

namespace hubward::storage {

struct Manifest {
    struct File {
        std::uint64_t bytes = 0;
        std::string digest;  // hex
        std::string path;    // relative
    };
    matcher::Sequence number = 0;
    std::vector<File> files;

    std::uint64_t bytes() const;
};

inline constexpr const char* manifest_name = "MANIFEST.hubward";

// Lists every file below `folder` but the manifest itself. Each is read to its end, which takes as long as the copy did:
// `go_on` is asked before each, and ends it with false.
std::expected<Manifest, std::string> list_files(const std::filesystem::path& folder, matcher::Sequence number,
                                                const std::function<bool()>& go_on);
std::string to_text(const Manifest& manifest);
// Nothing but a whole and unchanged list gets through; no path leads out of the backup.
std::expected<Manifest, std::string> parse_manifest(std::string_view text);

}  // namespace hubward::storage
