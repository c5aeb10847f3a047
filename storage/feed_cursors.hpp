// SPDX-License-Identifier: Apache-2.0
//
// How far named readers of the feed have got: the last number each one acknowledged, by stream.
//
// A reader is "WHO NAME STREAM", and the name is whatever WHO likes to call it. So there is a bound on the names of one
// WHO at one stream: a client that makes a new one for every request pushes out its own, and nobody else's.
//
// Kept in memory and appended to one file by flush(), without a sync: after kill -9 the newest
// flush is there, after a power cut some acks may be missing, and then their reader gets events
// again that it has had, never less. A line whose checksum is wrong is passed over. It is no part of
// a backup: after a restore every reader starts anew.
//
// put and find: any thread. flush: one thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hubward::storage {

struct FeedPosition {
    std::string epoch;
    std::uint64_t seq = 0;
};

class FeedCursors {
  public:
    // Beyond it the reader that has been silent longest is forgotten.
    static constexpr std::size_t readers_max = 10'000;
    // Of one WHO at one stream; beyond it, of these the one that has been silent longest.
    static constexpr std::size_t names_max = 64;

    // Reads what is there; a file that does not exist is empty. An unreadable one is told.
    static std::expected<std::unique_ptr<FeedCursors>, std::string> open(std::filesystem::path file);
    // Remembers nothing beyond the process.
    static std::unique_ptr<FeedCursors> in_memory();

    // `reader` has no line break. A number below the one known for the same epoch changes nothing.
    void put(std::string_view reader, std::string_view epoch, std::uint64_t seq);
    std::optional<FeedPosition> find(std::string_view reader) const;
    std::size_t readers() const;

    // Appends what has changed; writes the file anew when most of it is out of date. What could not be
    // written is written by a later flush, however long that reader is silent.
    std::expected<void, std::string> flush();

  private:
    struct Reader {
        std::string name;
        FeedPosition at;
        std::uint64_t heard = 0;  // rises with every put
        bool changed = false;
    };
    using Order = std::list<Reader>;  // latest put first
    using Own = std::vector<Order::iterator>;

    explicit FeedCursors(std::filesystem::path file) : file_(std::move(file)) {}
    void read(std::string_view content);
    // Under mutex_.
    void forget(Order::iterator reader);
    static std::string line_of(const Reader& reader);
    std::string changed_lines(std::vector<std::string>& names);
    std::string all_lines() const;
    std::expected<void, std::string> write(const std::string& lines);

    std::filesystem::path file_;  // empty: in memory
    mutable std::mutex mutex_;
    Order order_;                                              // under mutex_
    std::unordered_map<std::string_view, Order::iterator> by_name_;  // under mutex_
    std::unordered_map<std::string, Own> by_owner_;                  // under mutex_; in no order
    std::uint64_t puts_ = 0;                                         // under mutex_
    std::size_t file_bytes_ = 0;                               // flush only
    bool torn_ = false;  // flush only: the file ends in half a line, which the next must not grow onto
};

}  // namespace hubward::storage
