// SPDX-License-Identifier: Apache-2.0
//
// The bytes of one request, with a fresh UUID wherever the options say {{uuid}}; the bodies of a list
// take turns.
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
    // Overwrites `out`. A UUID has a fixed length, so only those bytes differ between two of one body.
    void render(std::string& out);

  private:
    struct Request {
        std::string bytes;
        std::vector<std::size_t> uuids;  // where they start
    };
    static Request request(const Options& options, const std::string& body);

    std::vector<Request> requests_;
    std::size_t next_ = 0;
    std::mt19937_64 random_;
};

}  // namespace hubward::load
