// SPDX-License-Identifier: Apache-2.0
//
// The limit that the disk sets: one owner puts the record of N referrals into RocksDB, syncs, and
// begins again, as if N clients were always waiting and nothing else had to be done. Same library,
// same settings, same bytes, same one Put as Hubward's journal; no HTTP, no sealing, no deciding.
//
//   hubward_batch_limit FOLDER OUTSTANDING SECONDS BYTES_EACH     one JSON line, as hubward_load
#include <rocksdb/db.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "bench/load/tally.hpp"
#include "storage/rocks_open.hpp"
#include "storage/rocks_options.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// Bytes that do not compress, as sealed ones do not.
std::string record(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::uint64_t x = 88172645463325252ULL;  // xorshift, G. Marsaglia 2003
    for (char& byte : text) {
        x ^= x << 13U;
        x ^= x >> 7U;
        x ^= x << 17U;
        byte = static_cast<char>(x & 0xffU);
    }
    return text;
}

}  // namespace

int main(int count, char** words) {
    if (count != 5) {
        std::fputs("usage: hubward_batch_limit FOLDER OUTSTANDING SECONDS BYTES_EACH\n", stderr);
        return 64;
    }
    hubward::load::Options asked;
    asked.label = "batches";
    asked.connections = static_cast<unsigned>(std::atoi(words[2]));
    const auto each = static_cast<std::size_t>(std::atoi(words[4]));
    const std::chrono::duration<double> wanted(std::atof(words[3]));
    rocksdb::Options options(hubward::storage::database_options(),
                             hubward::storage::event_family_options());
    options.create_if_missing = true;
    rocksdb::DB* raw = nullptr;
    if (const auto status = rocksdb::DB::Open(options, words[1], &raw); !status.ok()) {
        std::fprintf(stderr, "%s\n", status.ToString().c_str());
        return 74;
    }
    const std::unique_ptr<rocksdb::DB> db(raw);
    const std::string bytes = record(each * asked.connections);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    hubward::load::Tally tally;
    hubward::matcher::Sequence number = 0;
    const auto begin = Clock::now();
    while (Clock::now() - begin < wanted) {
        const auto sent = Clock::now();
        if (!db->Put(synced, hubward::storage::record_key(++number), bytes).ok()) {
            std::fputs("a record was not written\n", stderr);
            return 74;
        }
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - sent);
        tally.latencies_us.insert(tally.latencies_us.end(), asked.connections,
                                  static_cast<std::uint32_t>(us.count()));
    }
    tally.measured = Clock::now() - begin;
    tally.statuses[201] = tally.latencies_us.size();
    std::printf("%s\n", hubward::load::report(asked, tally).c_str());
    return 0;
}
