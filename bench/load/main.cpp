// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "bench/load/load.hpp"

int main(int count, char** words) {
    using namespace hubward::load;
    const auto options = parse(count, words);
    if (!options) {
        std::fprintf(stderr, "%s\n\n%s", options.error().c_str(), std::string(usage()).c_str());
        return 64;
    }
    auto tally = run(*options);
    if (!tally) {
        std::fprintf(stderr, "%s\n", tally.error().c_str());
        return 69;
    }
    std::printf("%s\n", report(*options, *tally).c_str());
    return 0;
}
