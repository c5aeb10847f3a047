// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <future>
#include <utility>

#include "storage/disk.hpp"
#include "storage/parted_file.hpp"
#include "storage/ready_memory.hpp"
#include "storage/snapshot.hpp"
#include "storage/snapshot_layout.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

// A snapshot, part by part. State and referrals may be read while another thread reads offers and keys: they have no
// member of the state in common.
class Reading {
  public:
    using Done = std::expected<void, std::string>;

    static std::expected<Reading, std::string> open(const fs::path& path, Disk& disk) {
        auto file = PartedFile::open(path, snapshot_magic, snapshot_magic.size() + sizeof(Digest), disk);
        if (!file) {
            return std::unexpected(file.error());
        }
        Reading reading(*std::move(file), path);
        auto done = reading.part(0, [&](Decoder& in) { in(reading.sizes_); });
        const Sizes& sizes = reading.sizes_;
        if (done && (std::max({sizes.referrals, sizes.offers, sizes.keys}) > UINT32_MAX || sizes.events > INT64_MAX ||
                     reading.file_.parts() != parts_of_all(sizes))) {
            done = reading.not_decoded();
        }
        if (!done) {
            return std::unexpected(done.error());
        }
        return reading;
    }

    Digest chain_head() const {
        Digest head{};
        std::memcpy(head.data(), file_.head().data() + snapshot_magic.size(), sizeof(Digest));
        return head;
    }
    // Before the two others.
    Done network(matcher::State& state) const {
        std::vector<matcher::PlaceRules> places;
        auto done = part(1, [&](Decoder& in) {
            in(state.last, state.last_time, state.policy, places, state.care, state.calendar.years, state.hubs,
               state.practices, state.keys_forgotten);
        });
        if (done) {
            state.places = matcher::Places(std::move(places));
            state.referrals.reserve(with_room(sizes_.referrals));
        }
        return done;
    }
    Done referrals(matcher::State& state) const {
        return items(2, sizes_.referrals, [&](Decoder& in) { in(state.referrals.emplace_back()); });
    }
    Done offers_and_keys(matcher::State& state) const {
        state.offers.reserve(with_room(sizes_.offers));
        auto done = items(offers_at(), sizes_.offers, [&](Decoder& in) { in(state.offers.emplace_back()); });
        if (done) {
            done = items(keys_at(), sizes_.keys, [&](Decoder& in) {
                Remembering r;
                in(r);
                state.keys_by_age.push_back({r.key, r.at});
                state.remembered.push_back({r.fingerprint, r.number});
            });
        }
        state.rebuild_keys();
        // The streams are read later, and what is damaged is to be told now.
        for (std::size_t number = traces_at(); done && number < file_.parts(); ++number) {
            if (const auto bytes = file_.read(number); !bytes) {
                done = std::unexpected(bytes.error());
            }
        }
        // The other thread has more to do than this one.
        ready_memory(state.referrals.data(), sizes_.referrals * sizeof(matcher::Referral));
        return done;
    }
    std::expected<StreamTraces, std::string> traces() const {
        std::vector<std::string> parts;
        for (std::size_t number = traces_at(); number < file_.parts(); ++number) {
            auto bytes = file_.read(number);
            if (!bytes) {
                return std::unexpected(bytes.error());
            }
            parts.push_back(*std::move(bytes));
        }
        return StreamTraces(std::move(parts), sizes_.events);
    }
    std::expected<StreamIndex, std::string> streams() const {
        StreamIndex index;
        for (std::size_t number = traces_at(); number < file_.parts(); ++number) {
            const auto done = part(number, [&](Decoder& in) {
                while (in.ok() && in.left() != 0) {
                    const StreamTrace trace = get_trace(in);
                    if (!in.ok() || !index.feed(trace)) {
                        in.fail();
                    }
                }
            });
            if (!done) {
                return std::unexpected(done.error());
            }
        }
        if (index.last() != sizes_.events) {
            return not_decoded();
        }
        return index;
    }

  private:
    Reading(PartedFile file, const fs::path& path) : file_(std::move(file)), path_(path) {}

    // Those that come after the image would otherwise copy all that is in it.
    static std::size_t with_room(std::uint64_t items) { return items + items / 8 + part_items; }

    std::size_t offers_at() const { return 2 + parts_of(sizes_.referrals); }
    std::size_t keys_at() const { return offers_at() + parts_of(sizes_.offers); }
    std::size_t traces_at() const { return keys_at() + parts_of(sizes_.keys); }
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

    PartedFile file_;
    fs::path path_;
    Sizes sizes_;
};

}  // namespace

std::expected<Snapshot, std::string> read_snapshot(const fs::path& path, Disk& disk, bool one_thread) {
    const auto reading = Reading::open(path, disk);
    if (!reading) {
        return std::unexpected(reading.error());
    }
    Snapshot snapshot{.state = {}, .chain_head = reading->chain_head()};
    matcher::State& state = snapshot.state;
    if (auto done = reading->network(state); !done) {
        return std::unexpected(done.error());
    }
    // A start with a million referrals waits for this: what can be done at the same time is.
    const auto beside = one_thread ? std::launch::deferred : std::launch::async;
    auto others = std::async(beside, [&] { return reading->offers_and_keys(state); });
    auto done = reading->referrals(state);
    if (auto other = others.get(); done) {
        done = std::move(other);
    }
    if (!done) {
        return std::unexpected(done.error());
    }
    auto queues = std::async(beside, [&state] { state.rebuild_queues(); });
    state.rebuild_lookups();
    queues.get();
    return snapshot;
}

std::expected<StreamTraces, std::string> read_traces(const fs::path& path, Disk& disk) {
    const auto reading = Reading::open(path, disk);
    return reading ? reading->traces() : std::unexpected(reading.error());
}

std::expected<StreamIndex, std::string> read_stream_index(const fs::path& path, Disk& disk) {
    const auto reading = Reading::open(path, disk);
    return reading ? reading->streams() : std::unexpected(reading.error());
}

}  // namespace hubward::storage
