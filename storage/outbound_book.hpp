// SPDX-License-Identifier: Apache-2.0
//
// Who outside gets events from us, and how far each has got: what must outlive a crash of the
// deliveries, and nothing else. The events themselves lie in the journal.
//
// One folder beside the database. `targets` holds all targets and is written anew and synced with every
// change, so a target that was acknowledged is there. `{id}.log` gets one line per attempt, without a
// sync: each line also says how far the target has got. After kill -9 the newest line is there; after a
// power cut some may be missing, and then the receiver gets messages again that it has had, under the
// same message id, never fewer. No secret lies here: they are worked out from the master key.
//
// A backup copies it while it is in use. One thread at a time; the owner is server/outbound's.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/files.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

// A request that was answered, so that its resend gets the same answer.
struct RequestMark {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::uint64_t fingerprint = 0;
    friend bool operator==(const RequestMark&, const RequestMark&) = default;
};

// No text in it may hold a tab or a line break.
struct OutboundTarget {
    std::string id;
    std::string kind;     // who knows what to send: "webhook", "subscription"
    std::string role;     // whose it is
    std::string subject;
    std::string stream;   // "practice/A12345"
    std::string url;
    std::string types;    // event types it wants, with commas between; empty: all
    std::string options;  // what its kind knows besides
    bool on = true;
    bool greeted = true;          // false: nothing is sent before it has answered a first message
    std::string off_reason;       // why it is not on
    std::int64_t until_ms = 0;    // then it ends by itself; 0: never
    std::uint32_t beat_s = 0;     // a sign of life after so long a silence; 0: none
    std::uint32_t secret_generation = 1;  // rises with each rotation
    std::int64_t rotated_ms = 0;          // when; 0: never
    std::int64_t made_ms = 0;
    std::string epoch;       // of the stream, when it was made
    std::uint64_t from = 0;  // events after this number are sent
    RequestMark made_by;
    RequestMark rotated_by;
};

struct OutboundAttempt {
    std::string epoch;        // of the stream
    std::uint64_t done = 0;   // the number up to which all is dealt with
    std::uint64_t count = 0;  // messages delivered so far
    std::uint64_t seq = 0;    // what was tried; 0: nothing, only `done` has moved
    std::uint64_t number = 0;  // … by its journal number
    std::int64_t at_ms = 0;
    std::uint32_t attempt = 0;  // 1 for the first
    std::uint32_t status = 0;   // of HTTP; 0: there was no answer
    std::uint32_t took_ms = 0;
    std::string result;
};

class OutboundBook {
  public:
    // Attempts kept of each target, the newest ones.
    static constexpr std::size_t attempts_kept = 200;

    // Makes the folder when it is missing. A file that cannot be read (StoreError::io), or of which a line is
    // damaged (corrupt), is told: a target must not vanish in silence. The disk is the one for what is durable.
    static std::expected<OutboundBook, StoreFailure> open(std::filesystem::path folder,
                                                          Disk& disk = kernel_disk());

    const std::vector<OutboundTarget>& targets() const { return targets_; }
    // Durable when it returns; on failure the old ones stay.
    std::expected<void, std::string> save(std::vector<OutboundTarget> targets);

    // Oldest first.
    std::expected<std::vector<OutboundAttempt>, std::string> attempts(std::string_view id);
    std::expected<void, std::string> append(std::string_view id, const OutboundAttempt& attempt);
    // The same, and durable when it returns; on failure the old lines stay.
    std::expected<void, std::string> append_durably(std::string_view id, const OutboundAttempt& attempt);
    // Its attempts; one that is not there is no trouble.
    void forget(std::string_view id);

  private:
    OutboundBook(std::filesystem::path folder, Disk& disk) : folder_(std::move(folder)), disk_(&disk) {}
    std::filesystem::path log_of(std::string_view id) const;
    // The newest lines and these, whole and safe.
    std::expected<void, std::string> write_anew(std::string_view id, const std::string& more = {});

    std::filesystem::path folder_;
    Disk* disk_;
    std::vector<OutboundTarget> targets_;
    struct Log {
        std::size_t lines = 0;
        bool torn = false;  // a write failed half way: the next line must not grow onto it
    };
    std::map<std::string, Log, std::less<>> logs_;
};

}  // namespace hubward::storage
