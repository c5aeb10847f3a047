// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the time when somebody sets the machine's clock.
#include "server/wall_gate.hpp"

#include <gtest/gtest.h>

namespace hubward::server {
namespace {

constexpr std::int64_t start = 1'767'603'600'000;  // of the wall clock
constexpr std::int64_t booted = 5'000;             // of the other
constexpr std::int64_t second = 1'000;
constexpr std::int64_t hour = 3'600 * second;

// A machine whose wall clock is off by `off`, after so long.
struct Machine {
    WallGate gate;
    std::int64_t off = 0;
    std::int64_t passed = 0;

    std::int64_t now() { return gate.at(start + passed + off, booted + passed) - start; }
    // Looks every hundred milliseconds, as a server does.
    std::int64_t after(std::int64_t ms) {
        std::int64_t last = now();
        for (const std::int64_t until = passed + ms; passed < until; passed += 100) {
            const std::int64_t next = now();
            EXPECT_GE(next, last);
            last = next;
        }
        return now();
    }
};

TEST(WallGate, IsTheWallClockWhileNobodySetsIt) {
    Machine machine;
    EXPECT_EQ(machine.now(), 0);
    EXPECT_EQ(machine.after(hour), hour);
    EXPECT_EQ(machine.gate.not_believed_ms(), 0);
}
TEST(WallGate, FollowsASmallCorrectionByATwentiethAndThenKeepsToIt) {
    for (const std::int64_t off : {2 * second, -2 * second}) {
        Machine machine;
        machine.after(second);
        machine.off = off;
        EXPECT_NEAR(static_cast<double>(machine.after(20 * second)), static_cast<double>(21 * second + off / 2), 110);
        EXPECT_NEAR(static_cast<double>(machine.after(60 * second)), static_cast<double>(81 * second + off), 1);
        EXPECT_EQ(machine.gate.not_believed_ms(), 0);
    }
}
TEST(WallGate, CountsOnFromWhatWasWrittenDownWhenThatIsLater) {
    for (const std::int64_t ahead : {2 * second, 24 * 365 * 10 * hour}) {
        Machine machine;
        machine.now();
        machine.gate.not_before(start + ahead, booted);
        EXPECT_EQ(machine.now(), ahead);
        EXPECT_GT(machine.after(second), ahead + second - second / WallGate::lean - 1);
    }
}
TEST(WallGate, IsNotMovedByWhatWasWrittenDownBefore) {
    Machine machine;
    machine.now();
    machine.gate.not_before(start - hour, booted);
    EXPECT_EQ(machine.after(second), second);
}
TEST(WallGate, DoesNotBelieveAJumpOfYears) {
    for (const std::int64_t off : {24 * 365 * 10 * hour, -24 * 365 * 10 * hour, hour + second}) {
        Machine machine;
        machine.after(second);
        machine.off = off;
        EXPECT_EQ(machine.after(5 * hour), 5 * hour + second);
        EXPECT_EQ(machine.gate.not_believed_ms(), off);
        machine.off = 0;
        EXPECT_EQ(machine.after(second), 5 * hour + 2 * second);
        EXPECT_EQ(machine.gate.not_believed_ms(), 0);
    }
}
TEST(WallGate, DoesNotMakeUpForAnHourInOneStep) {
    Machine machine;
    machine.now();
    machine.passed = hour;
    machine.off = 60 * second;
    EXPECT_LE(machine.now(), hour + 101);
}
TEST(WallGate, RunsOnWhileTheMachineSleeps) {
    Machine machine;
    machine.after(second);
    machine.passed += 48 * hour;  // both clocks say so
    EXPECT_EQ(machine.now(), 48 * hour + second);
}
TEST(WallGate, DoesNotLoseWhatItLeansByLookingOften) {
    Machine machine;
    machine.now();
    machine.off = second;
    for (machine.passed = 0; machine.passed < 40 * second; ++machine.passed) {
        machine.now();  // every millisecond: a twentieth of it is none
    }
    EXPECT_NEAR(static_cast<double>(machine.now()), static_cast<double>(machine.passed + second), 1);
}

}  // namespace
}  // namespace hubward::server
