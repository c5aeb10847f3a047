// SPDX-License-Identifier: Apache-2.0
#include "storage/snapshot.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "matcher/invariant.hpp"
#include "storage/disk.hpp"
#include "storage/parted_file.hpp"
#include "storage/snapshot_layout.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "state-";
constexpr std::string_view draft = ".new";  // as write_file_atomically() names it

std::string file_name(matcher::Sequence number) {
    std::string digits = std::to_string(number);
    return std::string(prefix) + std::string(20 - digits.size(), '0') + digits;
}

// Parts of what `item` says about 0, 1, … up to `items`.
template <class Item>
void put_parts(PartedImage& image, std::size_t items, Item item) {
    for (std::size_t from = 0; from < items; from += part_items) {
        image.part([&](std::string& bytes) {
            Encoder out(bytes);
            for (std::size_t i = from; i < std::min(from + part_items, items); ++i) {
                out(item(i));
            }
        });
    }
}

std::string image_of(const matcher::State& state, const StreamTraces& traces, const Digest& chain_head) {
    const Sizes sizes{state.referrals.size(), state.offers.size(), state.keys_by_age.size(), traces.last()};
    PartedImage image(std::string(snapshot_magic).append(view(chain_head)), parts_of_all(sizes));
    image.part([&](std::string& bytes) {
        Encoder out(bytes);
        out(sizes);
    });
    image.part([&](std::string& bytes) {
        Encoder out(bytes);
        out(state.last, state.last_time, state.policy, state.places.list(), state.care, state.calendar.years, state.hubs,
            state.practices, state.keys_forgotten);
    });
    put_parts(image, sizes.referrals, [&](std::size_t i) -> const auto& { return state.referrals[i]; });
    put_parts(image, sizes.offers, [&](std::size_t i) -> const auto& { return state.offers[i]; });
    put_parts(image, sizes.keys, [&](std::size_t i) {
        return Remembering{state.keys_by_age[i].key, state.keys_by_age[i].at, state.remembered[i].fingerprint,
                           state.remembered[i].number};
    });
    for (const std::string& part : traces.parts()) {
        image.part([&](std::string& bytes) { bytes.append(part); });
    }
    return std::move(image).finish();
}

// A disk that cannot say how much is free stands in nobody's way.
bool leaves_free(const fs::path& folder, std::size_t taken, std::uint64_t leave_free_bytes) {
    if (leave_free_bytes == 0) {
        return true;
    }
    std::error_code failed;
    const fs::space_info disk = fs::space(folder, failed);
    return failed || disk.available >= taken + leave_free_bytes;
}

// Who dies while writing leaves a file of full size, and the next one has another name.
void remove_drafts(const fs::path& folder, Disk& disk) {
    if (const auto names = disk.files_in(folder)) {
        for (const std::string& name : *names) {
            if (name.starts_with(prefix) && name.ends_with(draft)) {
                (void)disk.remove(folder / name);  // in the way of nothing but room
            }
        }
    }
}

// What is ahead of this one is of a history that was given up: kept, it would push this one out. One file too many
// does no harm.
void remove_all_but_the_newest(const fs::path& folder, matcher::Sequence newest, Disk& disk) {
    std::size_t kept = 0;
    for (const SnapshotFile& file : list_snapshots(folder, disk)) {
        if (file.number > newest || kept == snapshots_kept) {
            (void)disk.remove(file.path);
        } else {
            ++kept;
        }
    }
}

}  // namespace

std::vector<SnapshotFile> list_snapshots(const fs::path& folder, Disk& disk) {
    std::vector<SnapshotFile> found;
    const auto names = disk.files_in(folder);
    if (!names) {
        return found;
    }
    for (const std::string& name : *names) {
        matcher::Sequence number = 0;
        if (name.starts_with(prefix)) {
            const char* last = name.data() + name.size();
            const auto parsed = std::from_chars(name.data() + prefix.size(), last, number);
            if (parsed.ec == std::errc() && parsed.ptr == last) {
                found.push_back({folder / name, number});
            }
        }
    }
    std::sort(found.begin(), found.end(),
              [](const SnapshotFile& a, const SnapshotFile& b) { return a.number > b.number; });
    return found;
}

std::expected<SnapshotFile, std::string> write_snapshot(const fs::path& folder,
                                                        const matcher::State& state, const StreamTraces& traces,
                                                        const Digest& chain_head, Disk& disk,
                                                        std::uint64_t leave_free_bytes) {
    matcher::invariant(traces.last() == state.last, "state and streams of a snapshot end together");
    if (auto made = disk.make_folders(folder); !made) {
        return std::unexpected(made.error());
    }
    remove_drafts(folder, disk);
    const std::string content = image_of(state, traces, chain_head);
    if (!leaves_free(folder, content.size(), leave_free_bytes)) {
        return std::unexpected("a snapshot of " + std::to_string(content.size() >> 20) + " MiB would take the last room of " +
                               folder.string() + "; make room");
    }
    const fs::path path = folder / file_name(state.last);
    if (auto written = write_file_atomically(path, content, 0640, disk); !written) {
        return std::unexpected(written.error());
    }
    remove_all_but_the_newest(folder, state.last, disk);
    return SnapshotFile{path, state.last};
}

}  // namespace hubward::storage
