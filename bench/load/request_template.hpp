// SPDX-License-Identifier: Apache-2.0
//
// The bytes of one request, with a fresh UUID wherever the options say {{uuid}}.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/options.hpp"

namespace hubward::load {

class RequestTemplate {
  public:
    explicit RequestTemplate(const Options& options);
    // Overwrites `out`. A UUID has a fixed length, so only those bytes differ between requests.
    void render(std::string& out);

  private:
    std::string bytes_;
    std::vector<std::size_t> uuids_;  // where they start
    std::mt19937_64 random_;
};

}  // namespace hubward::load
