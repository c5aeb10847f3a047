// SPDX-License-Identifier: Apache-2.0
#include "storage/target_ledger.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "storage/checked_lines.hpp"
#include "storage/files.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

fs::path targets_beside(const fs::path& master_key_file) {
    fs::path path = master_key_file;
    path += ".webhooks";
    return path;
}

std::expected<TargetLedger, StoreFailure> TargetLedger::open(fs::path path, Disk& disk) {
    TargetLedger ledger(std::move(path), disk);
    auto entries = ledger.read();
    if (!entries) {
        return std::unexpected(entries.error());
    }
    ledger.entries_ = *std::move(entries);
    return ledger;
}

std::expected<std::vector<TargetLedger::Entry>, StoreFailure> TargetLedger::read() const {
    std::vector<Entry> entries;
    if (path_.empty() || !disk_->exists(path_)) {
        return entries;
    }
    const auto content = disk_->read(path_);
    if (!content) {
        return std::unexpected(StoreFailure{StoreError::io, content.error()});
    }
    read_checked_lines(*content, [&entries](std::string_view body) {
        const std::size_t space = std::min(body.find(' '), body.size());
        Entry entry;
        const char* first = body.data();
        const char* last = first + space;
        const auto [end, error] = std::from_chars(first, last, entry.generation);
        if (error == std::errc() && end == last && space + 1 < body.size()) {
            entry.id = body.substr(space + 1);
            entries.push_back(std::move(entry));
        }
    });
    const auto lines = std::ranges::count(*content, '\n');
    if (static_cast<std::size_t>(lines) != entries.size() || (!content->empty() && content->back() != '\n')) {
        return std::unexpected(StoreFailure{
            StoreError::corrupt,
            path_.string() + " is damaged; put the last whole copy of it back. Without one, move it away and, "
                             "if a backup is restored, delete the webhooks that had ended and rotate the others"});
    }
    return entries;
}

std::expected<void, std::string> TargetLedger::keep_name() const {
    if (path_.empty() || !disk_->exists(path_)) {
        return {};
    }
    const auto kept = storage::keep_name(path_, *disk_);
    if (!kept) {
        return std::unexpected(kept.error() + "; see that the folder of " + path_.string() +
                               " can be read and its disk written, then start again");
    }
    return {};
}

bool TargetLedger::raise(std::vector<Entry>& entries, std::string_view id, std::uint32_t generation) {
    const auto known = std::ranges::find(entries, id, &Entry::id);
    if (known != entries.end()) {
        if (known->generation >= generation) {
            return false;
        }
        entries.erase(known);
    } else if (entries.size() >= entries_max) {
        const auto oldest = std::ranges::find(entries, has_ended, &Entry::generation);
        entries.erase(oldest == entries.end() ? entries.begin() : oldest);
    }
    entries.push_back({std::string(id), generation});
    return true;
}

std::expected<void, std::string> TargetLedger::raise(std::string_view id, std::uint32_t generation) {
    std::vector<Entry> entries = entries_;
    if (!raise(entries, id, generation)) {
        return {};
    }
    if (!path_.empty()) {
        const auto turn = take_turn_at(path_, *disk_);
        if (!turn) {
            return std::unexpected(turn.error());
        }
        auto there = read();
        if (!there) {
            return std::unexpected(there.error().text);
        }
        if (*there != entries_) {  // another process has written, or somebody has put a copy back
            for (const Entry& mine : entries) {
                raise(*there, mine.id, mine.generation);
            }
            entries = *std::move(there);
        }
        std::string content;
        for (const Entry& entry : entries) {
            content += checked_line(std::to_string(entry.generation) + " " + entry.id);
        }
        if (auto written = write_file_atomically(path_, content, 0600, *disk_); !written) {
            return written;
        }
    }
    entries_ = std::move(entries);
    return {};
}

bool TargetLedger::honour(std::vector<OutboundTarget>& targets) const {
    const auto generation_of = [this](const OutboundTarget& target) {
        const auto known = std::ranges::find(entries_, target.id, &Entry::id);
        return known == entries_.end() ? std::uint32_t{0} : known->generation;
    };
    bool changed = std::erase_if(targets, [&](const OutboundTarget& target) {
                       return generation_of(target) == has_ended;
                   }) != 0;
    for (OutboundTarget& target : targets) {
        if (const std::uint32_t newest = generation_of(target); newest > target.secret_generation) {
            target.secret_generation = newest;
            target.rotated_ms = 0;
            target.rotated_by = {};
            changed = true;
        }
    }
    return changed;
}

}  // namespace hubward::storage
