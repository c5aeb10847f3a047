// SPDX-License-Identifier: Apache-2.0
//
// How RocksDB is set, each line with its reason. For .cpp files of this room only: it opens the
// library's door.
#pragma once

#include <rocksdb/options.h>

namespace hubward::storage {

rocksdb::DBOptions database_options();
rocksdb::ColumnFamilyOptions event_family_options();
// To go through the journal.
rocksdb::ReadOptions scan_options();
// For a few records: a block each, kept for whoever asks next. A scan would fetch a megabyte for every one.
rocksdb::ReadOptions look_up_options();

}  // namespace hubward::storage
