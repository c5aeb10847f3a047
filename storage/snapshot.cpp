// SPDX-License-Identifier: Apache-2.0
#include "storage/snapshot.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <future>
#include <system_error>

#include "storage/disk.hpp"
#include "storage/fields.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

// The lists below are the format of snapshots; a change raises the version in `magic`, and an older
// image is then passed over and made anew from the journal.
template <class A, Of<matcher::PlaceRules> V>
void fields(A& a, V& v) {
    a(v.place, v.within, v.policy);
}
template <class A, Of<matcher::Capacity> V>
void fields(A& a, V& v) {
    a(v.total, v.held, v.used, v.updated, v.maximum, v.source, v.declines, v.kept, v.broken);
}
template <class A, Of<matcher::ReviewCount> V>
void fields(A& a, V& v) {
    a(v.open, v.since);
}
template <class A, Of<matcher::Session> V>
void fields(A& a, V& v) {
    a(v.number, v.needs, v.starts, v.ends, v.seats, v.held, v.used, v.cancelled, v.weekly,
      v.published);
}
template <class A, Of<matcher::Hub> V>
void fields(A& a, V& v) {
    a(v.profile, v.capacity, v.profile_at, v.feed_head, v.version, v.open_offers, v.price,
      v.with_person, v.reviews, v.sessions, v.last_session, v.planned_to, v.plan_at);
}
template <class A, Of<matcher::NeedState> V>
void fields(A& a, V& v) {
    a(v.status, v.outcome, v.offer, v.person);
}
template <class A, Of<matcher::Consents> V>
void fields(A& a, V& v) {
    a(v.given, v.until);
}
template <class A, Of<matcher::Referral> V>
void fields(A& a, V& v) {
    a(v.id, v.ask, v.practice, v.practice_ref, v.source, v.status, v.ended_with, v.needs, v.created,
      v.review_at, v.submitted_at, v.key_slot, v.first_offer, v.last_offer, v.offer_count,
      v.version, v.owner, v.episode, v.episode_from, v.level, v.information_rounds, v.raised,
      v.relaxed, v.waits_since,
      v.consents, v.erasure, v.disputed, v.follow_up_at, v.follow_up_level, v.onward_of,
      v.onward_need, v.onward_next, v.onward_first);
}
template <class A, Of<matcher::Offer> V>
void fields(A& a, V& v) {
    a(v.referral, v.hub, v.next, v.ordinal, v.needs, v.status, v.reason, v.units, v.distance,
      v.made, v.answer_by, v.answered, v.held, v.transfer, v.missed, v.tries, v.level, v.due,
      v.appointment, v.taken, v.session);
}
template <class A, Of<matcher::Practice> V>
void fields(A& a, V& v) {
    a(v.code, v.feed_head);
}

namespace {

constexpr std::string_view magic = "hubward snapshot 4\n";
constexpr std::string_view prefix = "state-";

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

void put(Encoder& out, const matcher::State& state) {
    out(state.last, state.last_time, state.policy, state.places.list(), state.care, state.calendar.years, state.hubs, state.practices, state.referrals,
        state.offers, state.keys_forgotten);
    out.word(state.keys_by_age.size());
    for (std::size_t i = 0; i < state.keys_by_age.size(); ++i) {
        out(Remembering{state.keys_by_age[i].key, state.keys_by_age[i].at,
                        state.remembered[i].fingerprint, state.remembered[i].number});
    }
}

bool get(Decoder& in, matcher::State& state) {
    std::vector<matcher::PlaceRules> places;
    in(state.last, state.last_time, state.policy, places, state.care, state.calendar.years, state.hubs, state.practices, state.referrals,
       state.offers, state.keys_forgotten);
    state.places = matcher::Places(std::move(places));
    const std::uint64_t keys = in.word();
    for (std::uint64_t i = 0; i < keys && in.ok(); ++i) {
        Remembering r;
        in(r);
        state.keys_by_age.push_back({r.key, r.at});
        state.remembered.push_back({r.fingerprint, r.number});
    }
    return in.ok() && in.left() == 0;
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
    std::string content(magic);
    content.append(view(chain_head));
    Encoder encoder(content);
    put(encoder, state);
    content.append(view(blake2b({content})));
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

std::expected<Snapshot, std::string> read_snapshot(const fs::path& path, Disk& disk) {
    const auto content = disk.read(path);
    if (!content) {
        return std::unexpected(content.error());
    }
    const std::string_view all = *content;
    if (all.size() < magic.size() + 2 * sizeof(Digest)) {
        return std::unexpected(path.string() + " is damaged");
    }
    const std::string_view signed_part = all.substr(0, all.size() - sizeof(Digest));
    // A start with a million referrals waits for this: what can be done at the same time is. The decoder trusts
    // nothing, so it may read what has yet to be checked; nobody else does.
    auto digest = std::async([signed_part] { return blake2b({signed_part}); });
    Snapshot snapshot;
    std::memcpy(snapshot.chain_head.data(), all.data() + magic.size(), sizeof(Digest));
    Decoder decoder(signed_part.substr(magic.size() + sizeof(Digest)));
    const bool known = all.starts_with(magic);
    const bool decoded = known && get(decoder, snapshot.state);
    if (view(digest.get()) != all.substr(signed_part.size())) {
        return std::unexpected(path.string() + " is damaged");
    }
    if (!known) {
        return std::unexpected(path.string() + " was written by another version");
    }
    if (!decoded) {
        return std::unexpected(path.string() + " does not decode");
    }
    auto queues = std::async([&state = snapshot.state] { state.rebuild_queues(); });
    snapshot.state.rebuild_lookups();
    queues.get();
    return snapshot;
}

}  // namespace hubward::storage
