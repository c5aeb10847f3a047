// SPDX-License-Identifier: Apache-2.0
//
// What a kill point does in the armed program:
//
//   HUBWARD_KILL_AT=journal.written@3   ends the process when it is there for the third time
//   HUBWARD_COMMIT_TRACE=<file>         gets a line "number chain" before each record is written
//
// A point about a file carries its kind: "file.synced:high-water", "file.synced:keys".
#include "matcher/kill_point.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>

namespace hubward::matcher {
namespace {

struct Trap {
    std::string name;
    std::atomic<long> passes{0};  // left; any thread takes one

    Trap() {
        if (const char* set = std::getenv("HUBWARD_KILL_AT")) {
            name = set;
            const auto at = name.rfind('@');
            passes = at == std::string::npos ? 1 : std::atol(name.c_str() + at + 1);
            name.resize(std::min(at, name.size()));
        }
    }
};

Trap& trap() {
    static Trap it;
    return it;
}

// high-water, check, keys-0000…, state-0000…: the kind is what stands before a number.
std::string_view kind_of(std::string_view path) {
    const std::string_view file = path.substr(path.rfind('/') + 1);
    const auto digit = file.find_first_of("0123456789");
    return digit == std::string_view::npos ? file : file.substr(0, digit - 1);
}

}  // namespace

inline namespace armed {

void kill_point(std::string_view name, std::string_view of) {
    Trap& here = trap();
    if (here.name.empty() || !here.name.starts_with(name)) {
        return;
    }
    const std::string_view rest = std::string_view(here.name).substr(name.size());
    const bool mine = of.empty() ? rest.empty() : rest.starts_with(':') && rest.substr(1) == kind_of(of);
    if (mine && here.passes.fetch_sub(1) == 1) {
        ::raise(SIGKILL);
    }
}

void about_to_commit(Sequence last, std::string_view chain_head) {
    static const char* const path = std::getenv("HUBWARD_COMMIT_TRACE");
    if (path == nullptr) {
        return;
    }
    static const int file = ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string line = std::to_string(last) + ' ';
    for (const char c : chain_head) {
        const auto byte = static_cast<unsigned char>(c);
        line += digits[byte >> 4];
        line += digits[byte & 15U];
    }
    line += '\n';
    if (::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        std::abort();  // a trace with a hole would prove nothing
    }
}

}  // namespace armed
}  // namespace hubward::matcher
