// SPDX-License-Identifier: Apache-2.0
//
// What a sender of BaRS messages is told when the core or the vault says no: the status decides
// whether it sends the message again.
#include <gtest/gtest.h>

#include "server/api/bars_call.hpp"
#include "server/api/problem.hpp"

namespace hubward::server::api::bars {
namespace {

matcher::Rejection rejection(matcher::Refused why) {
    matcher::Rejection r;
    r.why = why;
    return r;
}

struct Case {
    matcher::Refused why;
    unsigned status;
    std::string_view issue;
};

TEST(FhirRefusal, TellsTheSenderWhetherToSendAgain) {
    using enum matcher::Refused;
    for (const auto& [why, status, issue] :
         {Case{not_found, 404, "not-found"}, Case{live_duplicate, 400, "invariant"},
          Case{key_reused, 400, "invariant"}, Case{state_forbids, 409, "conflict"},
          Case{version_changed, 409, "conflict"}, Case{consent_missing, 400, "invariant"},
          Case{busy, 503, "transient"}, Case{full, 503, "transient"},
          Case{journal_failed, 503, "transient"}, Case{stopping, 503, "transient"},
          Case{too_large, 413, "too-long"}, Case{id_taken, 500, "exception"}}) {
        const auto trouble = refused(rejection(why));
        EXPECT_EQ(trouble.status, status);
        EXPECT_EQ(trouble.issue, issue);
        EXPECT_FALSE(trouble.diagnostics.empty());
    }
}

// Nobody knows then whether the message arrived, and the same X-Request-Id tells.
TEST(FhirRefusal, AMessageThatWaitedToItsDeadlineIs408) {
    constexpr std::chrono::milliseconds deadline{5000};
    constexpr std::int64_t second_ns = 1'000'000'000;
    const auto late = rejection(matcher::Refused::journal_failed);
    EXPECT_EQ(refused(late, 5 * second_ns, deadline).status, 408U);
    EXPECT_EQ(refused(late, 5 * second_ns, deadline).issue, "timeout");
    EXPECT_EQ(refused(late, 4 * second_ns, deadline).status, 503U);
    EXPECT_EQ(refused(rejection(matcher::Refused::busy), 6 * second_ns, deadline).status, 503U);
}

TEST(FhirRefusal, WhatWasErasedIsNotThere) {
    EXPECT_EQ(sealing_failed(storage::VaultError::erased).status, 404U);
    EXPECT_EQ(sealing_failed(storage::VaultError::damaged).status, 500U);
    EXPECT_EQ(sealing_failed(storage::VaultError::no_key_ready).status, 503U);
    EXPECT_EQ(sealing_failed(storage::VaultError::io).status, 503U);
}

// A 503 would ask the sender to send it again, for ever.
TEST(FhirRefusal, WhatIsTooLargeToKeepIsNotSentAgain) {
    const auto trouble = sealing_failed(storage::VaultError::too_large);
    EXPECT_EQ(trouble.status, 413U);
    EXPECT_EQ(trouble.issue, "too-long");
    EXPECT_NE(trouble.diagnostics.find("1 MiB"), std::string::npos);
    const auto problem = api::sealing_failed(storage::VaultError::too_large);
    EXPECT_EQ(problem.type->status, 413U);
    EXPECT_EQ(api::refused(rejection(matcher::Refused::too_large)).type->slug, "too-large");
}

}  // namespace
}  // namespace hubward::server::api::bars
