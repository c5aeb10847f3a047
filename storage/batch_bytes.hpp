// SPDX-License-Identifier: Apache-2.0
//
// How much memory a decoded batch takes, for those who keep some. Pure; any thread.
#pragma once

#include <cstddef>

#include "matcher/journal.hpp"

namespace hubward::storage {

inline std::size_t batch_bytes(const matcher::Batch& batch) {
    std::size_t bytes = batch.entries.size() * sizeof(matcher::Entry) + batch.events.size() * sizeof(matcher::Event);
    for (const matcher::Entry& entry : batch.entries) {
        bytes += entry.payload.size();
    }
    return bytes;
}

}  // namespace hubward::storage
