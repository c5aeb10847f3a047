// SPDX-License-Identifier: Apache-2.0
//
// A disk in memory that behaves as disks do when the power goes: bytes that were not synced are
// lost from some point on or, when the new length got through and the blocks did not, are zero page
// by page (ext4 does that in its default mode), and so are names whose folder was not synced, each
// folder for itself. Faults are set by the caller; which part of the unsafe bytes survives is
// decided by the seed.
//
// Every operation that changes something goes through touch(), which counts it, adds it to the
// hash of all operations and decides whether it fails. One thread, and it says so by aborting.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/generator.hpp"

namespace hubward::test {

enum class DiskFault : std::uint8_t { power_off, io_error, no_space, missing };

class SimDisk {
  public:
    struct Node;
    using NodePtr = std::shared_ptr<Node>;
    using Done = std::expected<void, DiskFault>;

    struct Node {
        bool folder = false;
        // of a file
        std::string bytes;
        std::size_t synced = 0;               // so many bytes from the start are safe …
        std::unique_ptr<std::string> before;  // … unless they were overwritten: then these are
        // of a folder
        std::map<std::string, NodePtr, std::less<>> names;
        std::map<std::string, NodePtr, std::less<>> safe_names;
        struct Change {
            std::string name;
            NodePtr node;      // null: the name is gone
            std::string from;  // a rename: this name is gone in the same moment
        };
        std::vector<Change> unsafe;  // since the last sync of the folder, oldest first
    };

    explicit SimDisk(std::uint64_t seed);

    // --- what the file systems on top of it need ---
    NodePtr find(std::string_view path);
    // Reading. Fails only when a read was set to fail or the power is off.
    Done look(std::string_view path);
    std::expected<NodePtr, DiskFault> create(std::string_view path);
    Done append(const NodePtr& file, std::string_view path, std::string_view bytes);
    Done overwrite(const NodePtr& file, std::string_view path, std::size_t at,
                   std::string_view bytes);
    Done truncate(const NodePtr& file, std::string_view path, std::size_t size);
    Done sync(const NodePtr& file, std::string_view path);
    Done make_folder(std::string_view path);
    Done remove(std::string_view path);
    Done rename(std::string_view from, std::string_view to);  // within one folder
    Done link(std::string_view file, std::string_view name);  // within one folder
    Done sync_folder(std::string_view path);

    // --- what the simulation sets ---
    enum class Kind : std::uint8_t { write, sync, name, read };
    // After so many more operations the power is off: everything fails until power_returns().
    void cut_power_after(std::uint64_t operations);
    // After so many more operations of this kind the next one fails, once.
    void fail_after(Kind kind, std::uint64_t operations, DiskFault how);
    void full(bool is_full) { full_ = is_full; }
    void cut_power() { off_ = true; }
    bool off() const { return off_; }
    // What was not safe is lost, in part; then everything works again.
    void power_returns();
    // The process died and the disk did not: what was written stays. Faults are forgotten.
    void process_ends();

    std::uint64_t operations() const { return operations_; }
    std::uint64_t faults() const { return faults_; }
    std::uint64_t bytes_lost() const { return bytes_lost_; }
    std::uint64_t names_lost() const { return names_lost_; }
    std::uint64_t hash() const { return hash_; }

  private:
    Done touch(Kind kind, std::string_view path, std::uint64_t amount);
    NodePtr folder_of(std::string_view path, std::string& name);
    void settle(Node& node);
    void lose_pages(std::string& bytes, std::size_t from);

    struct Planned {
        bool armed = false;
        std::uint64_t left = 0;
        DiskFault how = DiskFault::io_error;
    };

    const std::thread::id owner_ = std::this_thread::get_id();
    Random random_;
    NodePtr root_;
    Planned planned_[4];
    bool cut_armed_ = false;
    std::uint64_t cut_left_ = 0;
    bool off_ = false;
    bool full_ = false;
    std::uint64_t operations_ = 0;
    std::uint64_t faults_ = 0;
    std::uint64_t bytes_lost_ = 0;
    std::uint64_t names_lost_ = 0;
    std::uint64_t hash_ = 0xcbf2'9ce4'8422'2325ULL;
};

}  // namespace hubward::test
