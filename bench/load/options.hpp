// SPDX-License-Identifier: Apache-2.0
//
// What hubward_load is asked to do; see usage() for the words.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::load {

struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string host;  // as in the Host header
    std::string path = "/";
    std::string method = "POST";
    std::vector<std::string> headers;  // "Name: value", may hold {{uuid}}
    std::string body;                  // may hold {{uuid}}
    std::vector<std::string> bodies;   // instead: one after another, as they are
    unsigned connections = 64;
    double rate = 0;      // requests a second, open loop; 0: closed loop
    bool poisson = false;  // exponential gaps instead of equal ones
    std::chrono::duration<double> warm_up{1.0};  // not measured
    std::chrono::duration<double> duration{5.0};
    std::string label;
};

std::string_view usage();
// Fails (text says what is wrong) on an unknown word, a bad number or a file that cannot be read.
std::expected<Options, std::string> parse(int count, const char* const* words);

}  // namespace hubward::load
