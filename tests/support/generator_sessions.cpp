// SPDX-License-Identifier: Apache-2.0
//
// Streams about places with a date: published, resized, cancelled, by the week, and now and then impossible.
#include "tests/support/generator.hpp"

namespace hubward::test {

using namespace matcher;

void Generator::opens_weekly(HubProfile& p) {
    const std::uint64_t rows = random_.chance(15) ? 1 + random_.below(2) : 0;
    for (std::size_t i = 0; i < rows; ++i) {
        WeeklySlot& slot = p.weekly[random_.below(p.weekly.size())];
        const auto from = static_cast<std::uint16_t>(15 * random_.below(88));
        slot.seats = static_cast<std::uint16_t>(1 + random_.below(5));
        slot.day = static_cast<std::uint8_t>(random_.below(random_.chance(2) ? 9 : 7));
        slot.span = {from, static_cast<std::uint16_t>(from + 15 * (1 + random_.below(8)))};
        slot.needs = {};
        if (random_.chance(30)) {
            slot.needs.add(common_needs[random_.below(std::size(common_needs))]);
        }
    }
}

// One that the hub has, or hardly ever had.
SessionNumber Generator::some_session(const Hub& hub) {
    return hub.sessions.empty() || random_.chance(10)
               ? static_cast<SessionNumber>(1 + random_.below(3))
               : hub.sessions[random_.below(hub.sessions.size())].number;
}

Command Generator::session(const State& seen, std::size_t index) {
    const auto known = seen.find(generated_hub(index));
    const std::uint32_t version =
        known && random_.chance(10) ? seen.at(*known).version + (random_.chance(60) ? 0 : 1) : 0;
    if (known && random_.chance(25)) {
        return CancelSession{generated_hub(index), some_session(seen.at(*known)), version};
    }
    if (known && random_.chance(30)) {
        return SetSeats{generated_hub(index), some_session(seen.at(*known)),
                        static_cast<std::uint16_t>(random_.chance(3) ? 10'001 : random_.below(6)),
                        version};
    }
    PublishSession command{.hub = generated_hub(index),
                           .starts = date(seen),
                           .seats = static_cast<std::uint16_t>(random_.below(7)),
                           .expected_version = version};
    command.ends = {command.starts.ms + static_cast<std::int64_t>(random_.below(5)) * 3'600'000};
    if (random_.chance(40)) {
        command.needs.add(common_needs[random_.below(std::size(common_needs))]);
    }
    return command;
}

}  // namespace hubward::test
