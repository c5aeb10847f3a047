// SPDX-License-Identifier: Apache-2.0
//
// Invented people for the demo. Nobody here exists: NHS numbers lie in the range kept for tests
// (999 …), telephone numbers in the range kept for drama (01632 960…), the postcode is nobody's.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace hubward::server::cli {

class DemoPeople {
  public:
    explicit DemoPeople(std::uint64_t seed) : random_(seed) {}
    // The body of POST /v1/referrals; never has an apostrophe, so a shell may quote it with ''.
    std::string referral();
    std::uint64_t pick(std::uint64_t below) { return random_() % below; }  // below > 0

  private:
    std::mt19937_64 random_;
};

}  // namespace hubward::server::cli
