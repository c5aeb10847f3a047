// SPDX-License-Identifier: Apache-2.0
//
// Bytes of a request through parser, guard, target and router's words. What must hold: the verdict
// does not depend on how the bytes were cut or where the buffer lies, and what the guard admits is
// as clean as Request promises.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "server/http/guard.hpp"
#include "server/http/parser.hpp"
#include "server/http/target.hpp"
#include "server/http/utf8.hpp"

namespace {

using namespace hubward::server::http;

constexpr std::size_t header_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 4 * 1024;

void demand(bool holds) {
    if (!holds) {
        std::abort();
    }
}

struct Outcome {
    RequestParser::Step step = RequestParser::Step::need_more;
    std::size_t consumed = 0;
    unsigned refused = 0;
    std::string target;
    std::string body;
    RequestParser::Step body_step = RequestParser::Step::done;

    bool operator==(const Outcome&) const = default;
};

void check_admitted(const HeadView& head, const Admitted& admitted) {
    demand(!(admitted.chunked && admitted.content_length));
    if (admitted.asterisk) {
        return;
    }
    const std::string path = percent_decoded(raw_path(head.target));
    demand(path.starts_with('/') && valid_utf8(path));
    demand(path.find('\0') == std::string::npos && path.find("/../") == std::string::npos);
    for (const auto& [key, value] : parse_query(raw_query(head.target))) {
        demand(valid_utf8(key) && valid_utf8(value));
    }
}

// The bytes arrive `step` at a time, each time in a buffer of their own.
Outcome serve(std::string_view bytes, std::size_t step) {
    Outcome outcome;
    RequestParser parser(header_bytes_max);
    std::unique_ptr<char[]> buffer;
    std::string_view here;
    std::size_t have = 0;
    while (have < bytes.size() && outcome.step == RequestParser::Step::need_more) {
        have = std::min(bytes.size(), have + step);
        auto next = std::make_unique<char[]>(have);
        std::memcpy(next.get(), bytes.data(), have);
        here = {next.get(), have};
        const auto parsed = parser.parse_head(here);
        buffer = std::move(next);
        outcome.step = parsed.step;
        outcome.consumed = parsed.consumed;
    }
    if (outcome.step != RequestParser::Step::done) {
        return outcome;
    }
    const HeadView head = parser.head();
    outcome.target = head.target;
    const Verdict verdict = guard(head, GuardLimits());
    outcome.refused = verdict.refused ? verdict.refused->status : 0;
    if (verdict.refused) {
        return outcome;
    }
    check_admitted(head, verdict.admitted);
    if (verdict.admitted.chunked) {
        outcome.body_step =
            parser.parse_chunked(bytes.substr(outcome.consumed), outcome.body, body_bytes_max).step;
        demand(outcome.body.size() <= body_bytes_max);
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Outcome whole = serve(bytes, header_bytes_max);
    if (size <= header_bytes_max) {
        for (const std::size_t step : {1U, 7U, 64U}) {
            const Outcome cut = serve(bytes, step);
            // A broken head may be refused for one of its faults sooner than for another.
            demand((whole.step == RequestParser::Step::done) ==
                   (cut.step == RequestParser::Step::done));
            demand(whole.step != RequestParser::Step::done || whole == cut);
        }
    }
    return 0;
}
