// SPDX-License-Identifier: Apache-2.0
//
// Readers of feeds: each follows one stream by its own position, stays away for a while, comes back
// after crashes, and insists that nothing is left out, repeated, foreign or taken back.
#pragma once

#include <string>
#include <vector>

#include "storage/event_log.hpp"
#include "tests/power/told.hpp"
#include "tests/support/generator.hpp"

namespace hubward::test {

class Readers {
  public:
    explicit Readers(std::uint64_t seed) : random_(seed) {}

    // One of them reads on. The reason when what it got is not what must come next.
    std::string read_one(storage::EventLog& log, const Told& told);
    // Everybody reads to the end: what they have seen is what was told, all of it.
    std::string read_all(storage::EventLog& log, const Told& told);

  private:
    struct Reader {
        std::string stream;
        std::string epoch;
        std::vector<matcher::Sequence> seen;  // journal numbers; the position is how many
    };
    std::string read(Reader& reader, storage::EventLog& log, const Told& told, std::size_t limit);

    Random random_;
    std::vector<Reader> readers_;
};

}  // namespace hubward::test
