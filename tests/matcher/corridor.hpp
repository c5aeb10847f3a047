// SPDX-License-Identifier: Apache-2.0
//
// A pipeline on a fake journal, with a hub, people and a clock that the test moves.
#pragma once

#include <gtest/gtest.h>

#include <atomic>

#include "matcher/pipeline.hpp"
#include "tests/support/fake_journal.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_outlet.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {

struct Corridor {
    explicit Corridor(FakeJournal::Answers answers = FakeJournal::Answers::at_once)
        : journal(answers) {}

    // One hub with so many places, and a referral to it per call.
    matcher::Envelope hub(std::uint16_t places) {
        matcher::Envelope envelope;
        matcher::UpsertHub command;
        command.profile.id = {1, 1};
        command.profile.slug = matcher::HubSlug("near");
        command.profile.needs.bits = ~std::uint64_t{0};
        command.totals[0] = places;
        envelope.command = command;
        envelope.ticket.generation = ++sent;
        return envelope;
    }
    matcher::Envelope referral() {
        matcher::Envelope envelope;
        matcher::SubmitReferral command;
        command.id = {2, ++people};
        command.practice = matcher::PracticeCode("A81001");
        command.share_with_hub = true;
        command.ask.need_count = 1;
        command.ask.needs[0] = matcher::Need::nhs_app;
        envelope.command = command;
        envelope.actor = as_practice("A81001");
        envelope.key = {3, people.load()};
        envelope.payload = "sealed";
        envelope.ticket.generation = ++sent;
        return envelope;
    }
    // Of whom there is no offer: it is refused, and takes its cell in the ring all the same.
    matcher::Envelope hub_answer() {
        matcher::Envelope envelope;
        envelope.command = matcher::AcceptOffer{{{2, 1}, 1, 0}};
        envelope.actor = as_hub("near");
        envelope.ticket.generation = ++sent;
        return envelope;
    }
    std::uint64_t submit(matcher::Envelope envelope) {
        const std::uint64_t generation = envelope.ticket.generation;
        EXPECT_TRUE(pipeline.try_submit(std::move(envelope)));
        return generation;
    }
    matcher::Refused refusal(std::uint64_t generation) {
        return outlet.answer(generation)->result.error().why;
    }
    std::uint64_t state_hash() {
        std::uint64_t hash = 0;
        pipeline.inspect([&](const matcher::State& state) { hash = state.state_hash(); });
        return hash;
    }

    FakeJournal journal;
    RecordingOutlet outlet;
    ManualClock clock;
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> people{0};
    std::atomic<int> recoveries{0};
    matcher::Pipeline pipeline{matcher::Engine(), journal,
                               *journal.claim("test", std::chrono::seconds(10)), outlet, clock,
                               [this] {
                                   ++recoveries;
                                   return journal.fold();
                               }};
};

}  // namespace hubward::test
