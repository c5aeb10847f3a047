// SPDX-License-Identifier: Apache-2.0
//
// One raw request and what may come back. The cases stand in tables by class.
#pragma once

#include <string>
#include <vector>

namespace hubward::tests {

struct RawCase {
    std::string name;
    std::string bytes;
    std::vector<unsigned> allowed;  // status of the first answer; 0: closed without one
    unsigned answers_max = 1;       // more would be a second request found inside the first
};

std::vector<RawCase> request_line_cases();
std::vector<RawCase> header_cases();
std::vector<RawCase> framing_cases();
std::vector<RawCase> chunk_cases();

}  // namespace hubward::tests
