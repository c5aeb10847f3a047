// SPDX-License-Identifier: Apache-2.0
//
// What the tests of wire share: data files, edits of a good document, and what was found wrong.
#pragma once

#include <gtest/gtest.h>

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire/fault.hpp"
#include "server/wire/gazetteer.hpp"

namespace hubward::server::wire {

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in) << file;
    return {std::istreambuf_iterator<char>(in), {}};
}
inline std::string data(std::string_view name) {
    return bytes_of(std::filesystem::path(HUBWARD_TEST_DATA) / name);
}

// What this thread needs of a processor for it, the best of three. Two of these may be compared, one alone says nothing.
template <class Work>
double cpu_seconds_of(Work work) {
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
        timespec from{};
        timespec to{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        work();
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        best = std::min(best, static_cast<double>(to.tv_sec - from.tv_sec) +
                                  static_cast<double>(to.tv_nsec - from.tv_nsec) * 1e-9);
    }
    return best;
}

// The text with the first `from` replaced. Fails the test when there is none, so that an edit that
// no longer bites is noticed.
inline std::string edited(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct Edit {
    std::string_view from;
    std::string_view to;
    std::string_view pointer;  // where the fault must be
    std::string_view kind;
};

inline bool names(const Faults& faults, std::string_view pointer, std::string_view kind) {
    for (const auto& fault : faults) {
        if (fault.pointer == pointer && fault.kind == kind) {
            return true;
        }
    }
    return false;
}
inline std::string shown(const Faults& faults) {
    std::string text;
    for (const auto& fault : faults) {
        text += "[" + fault.pointer + "] " + fault.kind + ": " + fault.detail + "\n";
    }
    return text;
}

inline Gazetteer gazetteer_of(std::string_view csv) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("hubward-gazetteer-" + std::to_string(::getpid()) + ".csv");
    std::ofstream(file) << csv;
    auto loaded = Gazetteer::load(file);
    std::filesystem::remove(file);
    EXPECT_TRUE(loaded) << (loaded ? std::string() : loaded.error());
    return loaded ? *std::move(loaded) : Gazetteer();
}
// LS11 and LS99 9 in a file of their own.
inline Gazetteer small_gazetteer() {
    return gazetteer_of("postcode,latitude,longitude\nLS11,53.7801,-1.5501\n"
                        "LS11 5,53.7844,-1.5566\nLS99 9,53.7997,-1.5492\n");
}

}  // namespace hubward::server::wire
