// SPDX-License-Identifier: Apache-2.0
//
// The demo's invented practices and hub staff. They use the public HTTP API like anyone else.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/auth/token.hpp"
#include "server/cli/demo_people.hpp"
#include "server/cli/http_client.hpp"

namespace hubward::server::cli {

class DemoTraffic {
  public:
    struct Options {
        std::string base_url;
        std::vector<std::string> practices;  // ODS codes
        std::string left_alone;              // slug of the hub that only the visitor answers for
        std::chrono::milliseconds every{1'500};  // 40 referrals a minute
        unsigned at_once = 16;               // referrals at the start, so that no page is empty
        std::uint64_t seed = 1;
    };
    // Tokens must outlive it. Its thread starts now.
    DemoTraffic(const auth::Tokens& tokens, matcher::Timestamp tokens_until, Options options);
    ~DemoTraffic();  // ends the thread

  private:
    using Moment = std::chrono::steady_clock::time_point;
    // What a hub will do with an offer, and when.
    struct Plan {
        std::string hub;
        std::string offer;
        std::vector<std::size_t> needs;  // positions in the referral
        enum class Step { open, accept, decline, start, outcome } step = Step::open;
    };

    void run(const std::stop_token& stop);
    void refer();
    void carry_out(Plan plan);
    void later(Plan plan, std::chrono::milliseconds least, std::chrono::milliseconds most);
    const std::string& token(matcher::Role role, const std::string& subject);

    const auth::Tokens& tokens_;
    matcher::Timestamp until_;
    Options options_;
    DemoPeople people_;
    HttpClient client_;
    std::map<std::string, std::string> minted_;
    std::multimap<Moment, Plan> plans_;
    std::uint64_t count_ = 0;
    std::jthread thread_;
};

}  // namespace hubward::server::cli
