// SPDX-License-Identifier: Apache-2.0
#include "storage/rocks_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <memory>

namespace hubward::storage {

namespace {

class NoDiary final : public rocksdb::Logger {
  public:
    using Logger::Logv;
    void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

}  // namespace

rocksdb::DBOptions database_options() {
    rocksdb::DBOptions o;
    // The default mode silently drops acknowledged data after one flipped bit in the log; this one
    // accepts an unfinished last record, as a power cut leaves it, and refuses everything else.
    o.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    o.paranoid_checks = true;
    // Without it a log file that is missing as a whole would not be noticed.
    o.track_and_verify_wals_in_manifest = true;
    // A reused log file holds old records behind its end, which look like damage after a power cut.
    o.recycle_log_file_num = 0;
    // Bounds what is replayed at start to about 2.5 s.
    o.max_total_wal_size = 256ULL << 20;
    // Bounds memory.
    o.db_write_buffer_size = 192ULL << 20;
    // Flush and compaction share two cores with the house.
    o.max_background_jobs = 2;
    // One thread writes: what many writers need only costs here.
    o.allow_concurrent_memtable_write = false;
    o.enable_write_thread_adaptive_yield = false;
    o.enable_pipelined_write = false;
    o.unordered_write = false;
    o.two_write_queues = false;
    // A batch is one write already; a second step would be one more way to forget a sync.
    o.manual_wal_flush = false;
    // Spreads the write-back of flushes, so that the log's syncs do not queue behind it.
    o.bytes_per_sync = 1ULL << 20;
    // The library's diary would be written to the same disk, and the one of Debian's build aborts
    // the process (an assertion in WritableFileWriter) at its first line after a write that found
    // the disk full. Hubward must outlive that, and logs what matters itself.
    o.info_log = std::make_shared<NoDiary>();
    o.stats_dump_period_sec = 0;
    o.stats_persist_period_sec = 0;
    return o;
}

rocksdb::ColumnFamilyOptions event_family_options() {
    rocksdb::ColumnFamilyOptions o;
    // Small memtables made filling eight times slower; 64 MB replay in half a second.
    o.write_buffer_size = 64ULL << 20;
    o.max_write_buffer_number = 4;
    // Sealed parts do not compress, codes do. One compression for all levels: keys only grow, so
    // a file can move down a level as it is, and nothing is ever written a second time.
    o.compression = rocksdb::kLZ4Compression;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(64ULL << 20);
    // Records are read by number, mostly in order: larger blocks compress better. No filter: every
    // number asked for exists.
    table.block_size = 32ULL << 10;
    table.checksum = rocksdb::kXXH3;
    o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return o;
}

rocksdb::ReadOptions scan_options() {
    rocksdb::ReadOptions o;
    o.fill_cache = false;  // a scan would push out everything else
    o.readahead_size = 1 << 20;
    return o;
}

rocksdb::ReadOptions look_up_options() { return {}; }

}  // namespace hubward::storage
