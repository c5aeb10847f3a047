// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a record, as they are and with the checksum made to fit. What decodes must be within
// range and encode again, today's version to the same content. Seeds: tests/data/golden_store.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "storage/record.hpp"

namespace {

constexpr std::size_t head_bytes = 102;
constexpr std::size_t checksum_bytes = 8;

std::string content(const std::string& record) {
    return record.substr(head_bytes, record.size() - head_bytes - checksum_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward::storage;
    std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)decode(bytes);
    reseal(bytes);
    const auto record = decode(bytes);
    if (record) {
        const auto again = encode(*record->batch, record->head.term, record->head.previous);
        // An older version lacks members, so only today's writing comes back byte for byte.
        const bool todays = record->head.version == record_version;
        if (!again || (todays && content(again->bytes) != content(bytes))) {
            std::abort();
        }
    }
    return 0;
}
