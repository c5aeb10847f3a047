// SPDX-License-Identifier: Apache-2.0
//
// Requests that have much to look at: they read a piece at a time and let others have the thread in between.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/api/bars_handlers.hpp"
#include "server/api/bars_outbox.hpp"
#include "tests/api/rig.hpp"
#include "tests/api/turns.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server;
namespace net = boost::asio;

const std::string practice_stream = "practice/A12345";

// The rig's services over another log.
api::Services over(Rig& rig, storage::EventLog& events) {
    api::Services& real = *rig.services;
    return api::Services{.gateway = real.gateway,
                         .view = real.view,
                         .events = events,
                         .vault = real.vault,
                         .tokens = real.tokens,
                         .clock = real.clock,
                         .gazetteer = real.gazetteer,
                         .outbound = real.outbound,
                         .base_url = real.base_url};
}

template <class Kind>
storage::StreamEvent newest(Rig& rig, const std::string& stream) {
    storage::StreamEvent found;
    for (const auto& event : rig.store->event_log().read(stream, 0, 1'000)) {
        if (std::holds_alternative<Kind>(*event.event)) {
            found = event;
        }
    }
    EXPECT_NE(found.event, nullptr);
    return found;
}

TEST(Turns, TheOutboxReadsAFewEventsAtATime) {
    Rig rig;
    rig.add_hub("holbeck-library");
    rig.submitted(Rig::referral());
    net::io_context thread(1);
    LongLog log(rig.store->event_log(), thread);
    log.add(newest<matcher::Offered>(rig, practice_stream), 5'000);
    api::Services services = over(rig, log);
    http::Request request;
    request.headers = {{"Authorization", "Bearer " + rig.token(matcher::Role::practice, "A12345")},
                       {"X-Request-Id", fresh_key()},
                       {"X-Correlation-Id", fresh_key()}};
    const http::Response page = run_on(thread, api::bars::read_outbox(&services, request));
    EXPECT_EQ(page.status, 200U) << page.body;
    EXPECT_NE(page.body.find("after=2000"), std::string::npos) << "one request looks at so many: " << page.body;
    EXPECT_LE(log.most_in_one_turn(), 64U);
    EXPECT_FALSE(run_on(thread, api::bars::is_in_outbox(&services, "A12345", "made-up")));
    EXPECT_LE(log.most_in_one_turn(), 64U);
}

}  // namespace
}  // namespace hubward::tests
