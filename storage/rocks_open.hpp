// SPDX-License-Identifier: Apache-2.0
//
// Opening the database and reading what it says about itself. For .cpp files of this room only: it
// opens the library's door.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "storage/rocks_journal.hpp"

namespace hubward::storage {

// Keys of the default column family.
namespace meta {
inline constexpr const char* format = "format";
inline constexpr const char* epoch = "epoch";
inline constexpr const char* term = "term";
inline constexpr const char* sealed = "sealed";
}  // namespace meta

// Rises when an older Hubward could misread the folder.
inline constexpr int folder_format = 1;

struct OpenDatabase {
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::ColumnFamilyHandle* events = nullptr;
    // The disk is full, and the database takes nothing until it has found room. Any thread.
    std::shared_ptr<std::atomic<bool>> full = std::make_shared<std::atomic<bool>>(false);
    std::string epoch;
    std::uint64_t term = 0;
    JournalEnd end;

    OpenDatabase() = default;
    OpenDatabase(OpenDatabase&&) = default;
    OpenDatabase& operator=(OpenDatabase&&) = default;
    ~OpenDatabase();
};

std::expected<OpenDatabase, OpenFailure> open_database(const JournalOptions& options);

// Eight big-endian bytes, so that the order of keys is the order of numbers.
std::string record_key(matcher::Sequence number);

// 16 random hex digits: two histories never share one.
std::string fresh_epoch();

}  // namespace hubward::storage
