// SPDX-License-Identifier: Apache-2.0
//
// Images of the state and of the streams, so that a start reads only what came after the newest one.
//
// A snapshot is a shortcut and never the truth: it names the journal number and chain hash it
// stands for, and one that is damaged, from another history or of an unknown version is passed
// over. The newest two are kept. Blocking; one thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "matcher/state.hpp"
#include "storage/files.hpp"
#include "storage/hash.hpp"
#include "storage/stream_index.hpp"
#include "storage/stream_trace.hpp"

namespace hubward::storage {

inline constexpr std::size_t snapshots_kept = 2;

struct SnapshotFile {
    std::filesystem::path path;
    matcher::Sequence number = 0;
};
// Newest first.
std::vector<SnapshotFile> list_snapshots(const std::filesystem::path& folder,
                                         Disk& disk = kernel_disk());

// Writes the file and removes all but the newest `snapshots_kept`. `traces` are those of the events up to state.last.
// Refuses when less than `leave_free_bytes` would be left on the disk; 0 asks nobody.
std::expected<SnapshotFile, std::string> write_snapshot(const std::filesystem::path& folder,
                                                        const matcher::State& state, const StreamTraces& traces,
                                                        const Digest& chain_head,
                                                        Disk& disk = kernel_disk(),
                                                        std::uint64_t leave_free_bytes = 0);

struct Snapshot {
    matcher::State state;
    Digest chain_head{};
};
// The text says what is wrong with the file. Takes a second thread for itself; the disk of a simulation has one.
std::expected<Snapshot, std::string> read_snapshot(const std::filesystem::path& path,
                                                   Disk& disk = kernel_disk(), bool one_thread = false);
// What else it holds: the traces as they were written, and the index that they lead to.
std::expected<StreamTraces, std::string> read_traces(const std::filesystem::path& path, Disk& disk = kernel_disk());
std::expected<StreamIndex, std::string> read_stream_index(const std::filesystem::path& path,
                                                          Disk& disk = kernel_disk());

}  // namespace hubward::storage
