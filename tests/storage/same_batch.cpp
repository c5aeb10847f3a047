// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "tests/storage/batches.hpp"

namespace hubward::storage::testing {

using namespace matcher;  // NOLINT(google-build-using-namespace): a test's cast of characters

bool same(const Batch& a, const Batch& b) {
    const auto entry_same = [](const Entry& x, const Entry& y) {
        const auto written = [](const Entry& e) {
            return std::tie(e.number, e.at, e.actor, e.key, e.fingerprint, e.trace, e.command,
                            e.payload, e.event_first, e.event_count);
        };
        return written(x) == written(y);
    };
    return a.id == b.id && a.first == b.first && a.count == b.count && a.events == b.events &&
           std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                      entry_same);
}

}  // namespace hubward::storage::testing
