// SPDX-License-Identifier: Apache-2.0
#include "storage/snapshot.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <future>
#include <system_error>

#include "storage/disk.hpp"
#include "storage/parted_file.hpp"
#include "storage/ready_memory.hpp"
#include "storage/snapshot_fields.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view magic = "hubward snapshot 5\n";
constexpr std::string_view prefix = "state-";
// Referrals, offers or keys in one part: about half a megabyte, which the processor's own memory holds while the
// part is read, summed and decoded.
constexpr std::size_t part_items = 2048;

// How many there are of what fills parts of its own.
struct Sizes {
    std::uint64_t referrals = 0;
    std::uint64_t offers = 0;
    std::uint64_t keys = 0;
};
template <class A, Of<Sizes> V>
void fields(A& a, V& v) {
    a(v.referrals, v.offers, v.keys);
}

struct Remembering {
    matcher::RequestKey key;
    matcher::Timestamp at{};
    std::uint64_t fingerprint = 0;
    matcher::Sequence number = 0;
};
template <class A, Of<Remembering> V>
void fields(A& a, V& v) {
    a(v.key, v.at, v.fingerprint, v.number);
}

std::string file_name(matcher::Sequence number) {
    std::string digits = std::to_string(number);
    return std::string(prefix) + std::string(20 - digits.size(), '0') + digits;
}

std::size_t parts_of(std::uint64_t items) { return (items + part_items - 1) / part_items; }

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

std::string image_of(const matcher::State& state, const Digest& chain_head) {
    const Sizes sizes{state.referrals.size(), state.offers.size(), state.keys_by_age.size()};
    PartedImage image(std::string(magic).append(view(chain_head)),
                      1 + parts_of(sizes.referrals) + parts_of(sizes.offers) + parts_of(sizes.keys));
    image.part([&](std::string& bytes) {
        Encoder out(bytes);
        out(state.last, state.last_time, state.policy, state.places.list(), state.care, state.calendar.years, state.hubs,
            state.practices, state.keys_forgotten, sizes);
    });
    put_parts(image, sizes.referrals, [&](std::size_t i) -> const auto& { return state.referrals[i]; });
    put_parts(image, sizes.offers, [&](std::size_t i) -> const auto& { return state.offers[i]; });
    put_parts(image, sizes.keys, [&](std::size_t i) {
        return Remembering{state.keys_by_age[i].key, state.keys_by_age[i].at, state.remembered[i].fingerprint,
                           state.remembered[i].number};
    });
    return std::move(image).finish();
}

// Reads a snapshot on two threads that have no member of the state in common.
class Reading {
  public:
    Reading(const PartedFile& file, matcher::State& state, const fs::path& path)
        : file_(file), state_(state), path_(path) {}

    using Done = std::expected<void, std::string>;

    // The first part; the two others need it.
    Done network() {
        std::vector<matcher::PlaceRules> places;
        auto done = part(0, [&](Decoder& in) {
            in(state_.last, state_.last_time, state_.policy, places, state_.care, state_.calendar.years, state_.hubs,
               state_.practices, state_.keys_forgotten, sizes_);
        });
        const std::uint64_t most = std::max({sizes_.referrals, sizes_.offers, sizes_.keys});
        if (done && (most > UINT32_MAX || file_.parts() != keys_at() + parts_of(sizes_.keys))) {
            done = not_decoded();
        }
        if (done) {
            state_.places = matcher::Places(std::move(places));
            state_.referrals.reserve(sizes_.referrals);
        }
        return done;
    }
    Done referrals() {
        return items(1, sizes_.referrals, [&](Decoder& in) { in(state_.referrals.emplace_back()); });
    }
    Done offers_and_keys() {
        state_.offers.reserve(sizes_.offers);
        auto done = items(offers_at(), sizes_.offers, [&](Decoder& in) { in(state_.offers.emplace_back()); });
        if (done) {
            done = items(keys_at(), sizes_.keys, [&](Decoder& in) {
                Remembering r;
                in(r);
                state_.keys_by_age.push_back({r.key, r.at});
                state_.remembered.push_back({r.fingerprint, r.number});
            });
        }
        state_.rebuild_keys();
        // The other thread has more to do than this one.
        ready_memory(state_.referrals.data(), state_.referrals.capacity() * sizeof(matcher::Referral));
        return done;
    }

  private:
    std::size_t offers_at() const { return 1 + parts_of(sizes_.referrals); }
    std::size_t keys_at() const { return offers_at() + parts_of(sizes_.offers); }
    std::unexpected<std::string> not_decoded() const { return std::unexpected(path_.string() + " does not decode"); }

    template <class Decode>
    Done part(std::size_t number, Decode decode) const {
        const auto bytes = file_.read(number);
        if (!bytes) {
            return std::unexpected(bytes.error());
        }
        Decoder in(*bytes);
        decode(in);
        return in.ok() && in.left() == 0 ? Done() : not_decoded();
    }
    template <class Decode>
    Done items(std::size_t number, std::uint64_t count, Decode decode) const {
        Done done;
        for (std::uint64_t from = 0; done && from < count; from += part_items, ++number) {
            done = part(number, [&](Decoder& in) {
                for (std::uint64_t i = from; i < std::min(from + part_items, count) && in.ok(); ++i) {
                    decode(in);
                }
            });
        }
        return done;
    }

    const PartedFile& file_;
    matcher::State& state_;
    const fs::path& path_;
    Sizes sizes_;
};

// A disk that cannot say how much is free stands in nobody's way.
bool leaves_free(const fs::path& folder, std::size_t taken, std::uint64_t leave_free_bytes) {
    if (leave_free_bytes == 0) {
        return true;
    }
    std::error_code failed;
    const fs::space_info disk = fs::space(folder, failed);
    return failed || disk.available >= taken + leave_free_bytes;
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
                                                        const matcher::State& state,
                                                        const Digest& chain_head, Disk& disk,
                                                        std::uint64_t leave_free_bytes) {
    if (auto made = disk.make_folders(folder); !made) {
        return std::unexpected(made.error());
    }
    const std::string content = image_of(state, chain_head);
    if (!leaves_free(folder, content.size(), leave_free_bytes)) {
        return std::unexpected("a snapshot of " + std::to_string(content.size() >> 20) + " MiB would take the last room of " +
                               folder.string() + "; make room");
    }
    const fs::path path = folder / file_name(state.last);
    if (auto written = write_file_atomically(path, content, 0640, disk); !written) {
        return std::unexpected(written.error());
    }
    const auto all = list_snapshots(folder, disk);
    for (std::size_t i = snapshots_kept; i < all.size(); ++i) {
        (void)disk.remove(all[i].path);  // one too many does no harm
    }
    return SnapshotFile{path, state.last};
}

std::expected<Snapshot, std::string> read_snapshot(const fs::path& path, Disk& disk, bool one_thread) {
    const auto file = PartedFile::open(path, magic, magic.size() + sizeof(Digest), disk);
    if (!file) {
        return std::unexpected(file.error());
    }
    Snapshot snapshot;
    std::memcpy(snapshot.chain_head.data(), file->head().data() + magic.size(), sizeof(Digest));
    Reading reading(*file, snapshot.state, path);
    if (auto done = reading.network(); !done) {
        return std::unexpected(done.error());
    }
    // A start with a million referrals waits for this: what can be done at the same time is.
    const auto beside = one_thread ? std::launch::deferred : std::launch::async;
    auto others = std::async(beside, [&reading] { return reading.offers_and_keys(); });
    auto done = reading.referrals();
    if (auto other = others.get(); done) {
        done = std::move(other);
    }
    if (!done) {
        return std::unexpected(done.error());
    }
    auto queues = std::async(beside, [&state = snapshot.state] { state.rebuild_queues(); });
    snapshot.state.rebuild_lookups();
    queues.get();
    return snapshot;
}

}  // namespace hubward::storage
